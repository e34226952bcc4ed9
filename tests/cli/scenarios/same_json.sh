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

# Decisions. tokenctl adds whether a signature was checked, and to an allowed one that there are no reasons against it.
decision() { # ACTION: what tokend says of the token in the file `ann`
  curl -sS -d '{"authorization": "'"$(cat ann)"'", "access": {"org": 2, "action": "'"$1"'"}}' "$server/v1/verify"
}
no=$(decision w); yes=$(decision r)
same "${no%\}},\"signature_checked\":true}" verify --token-file ann --org 2 --action w
same "${yes%\}},\"reasons\":[],\"signature_checked\":true}" verify --token-file ann --org 2 --action r
