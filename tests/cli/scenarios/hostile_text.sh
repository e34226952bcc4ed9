#!/usr/bin/env bash
# Text in a token cannot control the terminal: run() looks for control characters after every command.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token readonly --org arcadia-prod
cat >hostile.json <<'JSON'
[{"type": "FeatureSet", "body": {"features": {"\u001b[31mred\u0007\r\n\u202etxt": "r"}}},
 {"type": "Commands", "body": [{"args": ["\u001b]0;title\u0007", "\u0085"], "exact": true}]},
 {"type": "FlySrc", "body": {"organization": "a\u0000b", "app": "\u200bc", "instance": "\u007f"}},
 {"type": "ConfineGoogleHD", "body": "\ttab"}]
JSON
run attenuate --token-file token -f hostile.json; expect_done
stdout >hostile
for flags in "" --json; do
  run inspect --token-file hostile $flags; expect_done
  expect_stdout "[31mred"
  ! LC_ALL=C grep -q $'\xe2\x80\xae\|\xe2\x80\x8b' "$SCRATCH/stdout" || fail "expected no character that reorders or hides text"
  run verify --token-file hostile --action r --org arcadia-prod $flags; expect_exit 1
  run can --token-file hostile --action r --org arcadia-prod --feature x --command $'\e[1m' $flags; expect_exit 1
done
run inspect --token-file $'\e[2J'; expect_exit 3; expect_no_stdout
run orgs show $'\e[2J'; expect_exit 2
run $'\e[2J'; expect_exit 2
run_with "$(head -c 300 /dev/urandom | tr -d '\0')" inspect; expect_exit 1; expect_no_stdout
