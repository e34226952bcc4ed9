#!/usr/bin/env bash
# What tokenctl --json says at the store is, byte for byte, what tokend answers for the same thing.
. "$(dirname "$0")/../lib.sh"
. "$TOKENS/../daemon.sh"

command -v curl >/dev/null || { echo "skipped: there is no curl(1) to ask with"; exit 77; }
new_store
new_token as org --org arcadia-prod --name admin --for ops@example.com
new_token ann readonly --org arcadia-prod --expiry 48h --name dashboards --for ann@example.com
start_daemon

same() { # ANSWER ARGS…: tokenctl ARGS --json says just that
  run "${@:2}" --json
  expect_stdout_is "$1"
}

# Lists, whose --org tokenctl takes from the command line and tokend from the token.
asked() { sed '1s/^/Authorization: /' as | curl -sS -H @- "${@:2}" "$server$1"; }
new_token ci deploy --app arcadia-prod-api --name $'na\xc3\xafve "CI"'
sed '1s/^/Authorization: /' as | curl -sS -H @- -d '{"profile": "readonly", "expiry": "never"}' "$server/v1/tokens" >made
made=$(sed -n 's/.*"id":"\([0-9a-f-]\{36\}\)".*/\1/p' made)
escaped() { LC_ALL=C sed 's/\xc3\xaf/\\u00ef/g'; }  # tokenctl writes ASCII
used() { run list --org 2 --name "$1" --json; expect_done; grep -qF '"last_used":"20' "$SCRATCH/stdout"; }
asked /v1/whoami >/dev/null
for _ in $(seq 100); do used admin && break; sleep 0.1; done  # tokend notes it a little later
same "$(asked /v1/tokens | escaped)" list --org 2
same "$(asked '/v1/tokens?for=ANN%40example.com' | escaped)" list --org arcadia-prod --for ANN@example.com
same "$(asked /v1/apps)" apps list --org 2
same "$(asked /v1/keys)" keys list --org 2
same "$(asked /v1/audit | escaped)" audit --org 2
run orgs show 2 --json; expect_done; orgs=$(asked /v1/orgs); orgs=${orgs#\{\"orgs\":[}
expect_equal "$(stdout | sed 's/,"apps".*//')" "${orgs%\}]\}}"

# Decisions. tokenctl adds whether a signature was checked, and to an allowed one that there are no reasons against it.
decision() { # ACTION: what tokend says of the token in the file `ann`
  curl -sS -d '{"authorization": "'"$(cat ann)"'", "access": {"org": 2, "action": "'"$1"'"}}' "$server/v1/verify"
}
new_token ann readonly --org arcadia-prod --expiry 48h
no=$(decision w); yes=$(decision r)
same "${no%\}},\"signature_checked\":true}" verify --token-file ann --org 2 --action w
same "${yes%\}},\"reasons\":[],\"signature_checked\":true}" verify --token-file ann --org 2 --action r

# What was done: the ids are other ones, all else is the same.
shape() { sed -E 's/"[0-9a-f]{32}"/KID/g; s/"[0-9a-f-]{36}"/ID/g; s/"20[0-9T:-]+Z"/TIME/g; s/fm2_[^"]*/TOKEN/'; }
said=$(asked /v1/tokens -d '{"profile": "deploy", "app": 2}' | shape)
run create deploy --app 2 --json; expect_done; expect_equal "$(stdout | shape)" "$said"
said=$(asked "/v1/tokens/$made" -X DELETE | shape)
run create readonly --org 2; expect_done; id=$(sed -n 's/.*its id is \([0-9a-f-]\{36\}\).*/\1/p' "$SCRATCH/stderr")
run revoke "$id" --json; expect_done; expect_equal "$(stdout | shape)" "$said"
run create readonly --org 2 --for ann@example.com; expect_done
said=$(asked '/v1/tokens?for=ann%40example.com' -X DELETE)
expect_stdout_like . ; [[ $said == '{"revoked":['*'],"already":[],"near_misses":[]}' ]] || fail "tokend said $said"
run create readonly --org 2 --for ann@example.com; expect_done
run revoke --for ann@example.com --json; expect_done
expect_stdout_like '^\{"revoked":\["[0-9a-f-]{36}"\],"already":\["[0-9a-f-]{36}","[0-9a-f-]{36}"\],"near_misses":\[\]\}$'
said=$(asked /v1/keys/rotate -X POST | shape)
run keys rotate --org 2 --json; expect_done; expect_equal "$(stdout | shape)" "$said"
