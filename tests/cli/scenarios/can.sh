#!/usr/bin/env bash
# can: judges an access by the caveats only, without a store, key or signature.
. "$(dirname "$0")/../lib.sh"

new_store
new_token read readonly --org arcadia-prod
new_token deploy deploy --app arcadia-prod-api
allowed() { run can --token-file "$@"; expect_done; expect_stdout_is allowed; expect_stderr "no signature was checked"; }
refused() {
  local code=$1; shift
  run can --token-file "$@"; expect_exit 1; expect_stdout_in_order refused "$code"; expect_stderr "no signature was checked"
}
allowed read --org arcadia-prod --action r
allowed deploy --app arcadia-prod-api --action w
refused caveat read --org arcadia-prod --action w; expect_stdout "Caveat 2 (Organization)"
refused wrong_org deploy --app arcadia-dev-api --action r
refused app_not_in_org deploy --org arcadia-dev --app arcadia-prod-api --action r
refused unknown_app deploy --app nothing --action r
refused unknown_org deploy --org nobody --action r
run can --token-file read --action r; expect_usage "--org is required"
refused expired read --org arcadia-prod --action r --at 2999-01-01T00:00:00Z; expect_stdout "The token ended at "
refused malformed "$TOKENS/../lib.sh" --org 1 --action r

mkdir offline; cd offline || exit 1
allowed ../read --org 2 --action r
allowed ../deploy --org 2 --app 2 --action rwcdC
refused caveat ../deploy --org 2 --app 1 --action w
run can --token-file ../deploy --app 2 --action w; expect_usage "--org is required beside --app"
run can --token-file ../read --org arcadia-prod --action r; expect_usage 'cannot look up the name "arcadia-prod"'
run can --token-file ../read --org 2 --action r --store sqlite:missing.db; expect_failed missing.db
run can --token-file ../read --org 2 --action r --json; expect_done
expect_stdout '"allowed":true'; expect_stdout '"signature_checked":false'; expect_stdout '"profile":"readonly"'
run can --token-file ../read --org 2 --action w --json; expect_exit 1
expect_stdout '"code":"caveat"'; expect_stdout '"caveat":{"index":1,"type":"Organization","verdict":"action"}'

# It accepts a token with a wrong signature, and says that none was checked.
changed=$(sed 's/.\{8\}$/AAAAAAA=/' ../read)
run_with "$changed" inspect
if [[ $STATUS == 0 ]]; then run_with "$changed" can --org 2 --action r; expect_done; fi

# A caveat that needs a discharge, and one of an unknown type.
refused missing_discharge "$TOKENS/third_party.txt" --org 1 --action r; expect_stdout https://auth.example.com
allowed "$TOKENS/with_discharge.txt" --org 1 --action r --at 2026-09-21T14:13:30Z
refused expired "$TOKENS/with_discharge.txt" --org 1 --action r --at 2026-09-21T14:15:00Z
expect_stdout "token 2, expired: The discharge from https://auth.example.com ended at 2026-09-21T14:14:20Z, says its caveat 1 (ValidityWindow): fetch a new one."
refused missing_discharge <(sed 's/,.*//' "$TOKENS/with_discharge.txt") --org 1 --action r; expect_stdout "which is not here"
run can --token-file "$TOKENS/unknown_caveat.txt" --org 1 --app 1 --machine m-1 --action r --json; expect_exit 1
expect_stdout '"type":"200","verdict":"bad_caveat"'
