#!/usr/bin/env bash
# can: a third-party caveat is judged by its discharges in the bundle.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token org --org arcadia-prod
run 3p keygen --out secret; expect_done
at=https://auth.example.com
run 3p add --token-file token --location $at --secret-file secret; expect_done; stdout >needs
answer() {
  run_with "$1" 3p discharge --token-file needs --location $at --secret-file secret -f - --bind; expect_done; stdout >discharge
  run 3p attach --token-file "$2" --discharge-file discharge; expect_done; stdout >bundle
}
# verify and can give the same answer.
same() {
  local status=$1; shift
  run verify --token-file bundle "$@"; expect_exit "$status"
  run can --token-file bundle "$@"; expect_exit "$status"
}
answer '{"type":"Action","body":"r"}' needs
same 0 --org 2 --action r
same 1 --org 2 --action w; expect_stdout "In the discharge from $at, caveat 1 (Action) does not allow this action"
run can --token-file bundle --org 2 --action w --json; expect_exit 1; expect_stdout '"caveat":{"index":0,"type":"Action","verdict":"action"}'
expect_stdout '"part":1'
answer '{"type":"FlyioUserID","body":5}' needs  # a fact, in a proof
same 0 --org 2 --action w
answer '{"type":"ConfineUser","body":{"id":5}}' needs  # never clears for an access
same 1 --org 2 --action r; expect_stdout "cannot be judged"
answer '{"type":"Action","body":"w"}' needs
run 3p discharge --token-file needs --location $at --secret-file secret; expect_done; stdout >second
run 3p attach --token-file bundle --discharge-file second; expect_done; stdout >bundle
same 1 --org 2 --action r  # the first that verifies is the one that counts
sed 's/^\([^,]*\),\([^,]*\),\(.*\)$/\1,\3,\2/' bundle | tr -d '\n' >turned; mv turned bundle
same 0 --org 2 --action r

# Only the key can tell to what a discharge is bound that is not bound to the token as it stands.
answer '{"type":"Action","body":"r"}' needs
run attenuate --token-file needs --action rw; expect_done; stdout >narrower
printf '%s,%s' "$(tr -d '\n' <narrower)" "$(sed 's/FlyV1 //' discharge)" >bundle
same 0 --org 2 --action r
expect_stderr "whether the discharge from $at counts is not known here"
run can --token-file bundle --org 2 --action r --json; expect_done; expect_stdout '"not_known":["whether'
run attenuate --token-file token --action rw; expect_done; stdout >other
run 3p add --token-file other --location $at --secret-file secret; expect_done; stdout >other-needs
run_with '{"type":"Action","body":"r"}' 3p discharge --token-file other-needs --location $at --secret-file secret -f -; expect_done; stdout >discharge
run 3p attach --token-file other-needs --discharge-file discharge; expect_done; stdout >bundle
same 0 --org 2 --action r; refute_stderr "not known"

# A discharge that has ended is named, by both alike.
run 3p discharge --token-file other-needs --location $at --secret-file secret --expiry 1h; expect_done; stdout >discharge
run 3p attach --token-file other-needs --discharge-file discharge; expect_done; stdout >bundle
same 1 --org 2 --action r --at 2999-01-01T00:00:00Z
expect_stdout "expired: The "; expect_stdout "ended at"

# The first caveat must be an Organization, also where nothing is said against the rest.
run can --token-file discharge --org 2 --action r; expect_exit 1
expect_stdout "wrong_org: The token does not begin with an org"
