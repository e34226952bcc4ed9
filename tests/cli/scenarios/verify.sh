#!/usr/bin/env bash
# verify: the store's keys and registry decide. 0 is allowed, 1 refused.
. "$(dirname "$0")/../lib.sh"

new_store
new_token read readonly --org arcadia-prod
new_token deploy deploy --app arcadia-prod-api
new_token dev org --org arcadia-dev
allowed() { run verify --token-file "$@"; expect_done; expect_stdout_is allowed; }
refused() { local code=$1; shift; run verify --token-file "$@"; expect_exit 1; expect_stdout_in_order refused "$code"; }

allowed read --org arcadia-prod --action r
allowed read --org 2 --app 2 --action r
allowed read --app arcadia-prod-api --action r  # an app's name says which org is meant
allowed deploy --app arcadia-prod-api --action rwcdC
refused caveat read --org arcadia-prod --action w
refused caveat deploy --org arcadia-prod --action d
refused wrong_org deploy --app arcadia-dev-api --action w
refused wrong_org dev --org arcadia-prod --action r
refused app_not_in_org dev --org arcadia-dev --app arcadia-prod-api --action r
refused unknown_org dev --org nobody --action r
refused unknown_app dev --app nothing --action r
run verify --token-file dev --action r; expect_usage "--org is required"
refused invalid_access dev --org arcadia-dev --app arcadia-dev-api --feature wg --action r
refused malformed "$TOKENS/../lib.sh" --org arcadia-dev --action r
refused wrong_location "$TOKENS/third_party.txt" --org arcadia-dev --action r

# One token of a bundle is enough; if none allows the access, each gives its reasons.
printf '%s,%s' "$(cat read)" "$(sed 's/^FlyV1 //' dev)" >both
allowed both --org arcadia-dev --action d
allowed both --org arcadia-prod --action r
refused caveat both --org arcadia-prod --action d

# A token with one changed character.
changed=$(sed 's/^\(FlyV1 fm2_.\{150\}\)\(.\)/\1\n\2/' read | { read -r a; read -r b; [[ $b == A* ]] && c=B || c=A; echo "$a$c${b:1}"; })
run_with "$changed" verify --org arcadia-prod --action r; expect_exit 1; expect_stdout refused

# A token of another store's key, with the same org and location.
mkdir other; cd other || exit 1
new_store
refused unknown_key ../read --org arcadia-prod --action r
run verify --token-file ../read --org arcadia-prod --action r --store sqlite:missing.db; expect_failed missing.db
cd .. || exit 1

# The time to judge for.
new_token short readonly --org arcadia-prod --expiry 1h
allowed short --org arcadia-prod --action r
refused expired short --org arcadia-prod --action r --at 2999-01-01T00:00:00Z
refused expired short --org arcadia-prod --action r --at @32472144000
# --at takes what --expiry takes, and past times.
for later in "2 days" 2999-12-31 1y; do refused expired short --org arcadia-prod --action r --at "$later"; done
allowed read --org arcadia-prod --action r --at "2 days"
run can --token-file short --org 2 --action r --at 2001-01-01; expect_exit 1; expect_stdout not_yet_valid
run verify --token-file read --org arcadia-prod --action r --at never; expect_usage "--at: cannot read"
run verify --token-file short --org arcadia-prod --action r --at 2001-01-01T00:00:00Z; expect_exit 3; expect_no_stdout

# As JSON.
run verify --token-file deploy --app arcadia-prod-api --action w --json; expect_done
expect_stdout '"allowed":true'; expect_stdout '"org":{"id":2,"name":"arcadia-prod"}'; expect_stdout '"profile":"deploy"'
expect_stdout '"reasons":[]'; expect_stdout '"signature_checked":true'; [[ -n $(json_text id) && -n $(json_text expires) ]] || fail "expected an id and an end"
run verify --token-file read --org arcadia-prod --action w --json; expect_exit 1
expect_stdout '"allowed":false'; expect_stdout '"code":"caveat"'; expect_stdout '"type":"Organization"'; expect_stdout '"verdict":"action"'
run verify --token-file "$TOKENS/third_party.txt" --org 1 --action r --json; expect_exit 1
expect_stdout '{"allowed":false,"token":null,"reasons":[{'; expect_stdout '"code":"wrong_location"'
