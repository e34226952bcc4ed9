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
run can --token-file bundle --org 2 --action r; expect_done  # one of them is enough
