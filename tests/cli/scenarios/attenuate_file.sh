#!/usr/bin/env bash
# attenuate -f: caveats as JSON, one or a list, from a file or standard input.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token org --org arcadia-prod
echo '[{"type":"Action","body":"r"},{"type":"Apps","body":{"apps":{"2":"rw"}}}]' >caveats.json
run attenuate --token-file token -f caveats.json; expect_done; expect_stderr "added 2 caveats"
stdout >narrowed
run verify --token-file narrowed --app 2 --action r; expect_done
run verify --token-file narrowed --app 2 --action w; expect_exit 1

run_with '{"type":"Action","body":"r"}' attenuate --token-file token -f -; expect_done; expect_stderr "added 1 caveat"
RUN_ENV=("TOKENCTL_TOKEN=$(cat token)")
run_with '{"type":"Action","body":"r"}' attenuate -f -; expect_done; expect_stderr "token from TOKENCTL_TOKEN"
RUN_ENV=()

# Standard input cannot hold both the token and the caveats.
run_with '{}' attenuate -f - --token-file -; expect_usage "both the token and the caveats"
run_with '{}' attenuate -f -; expect_usage "there is no token"

while read -r json; do
  run_with "$json" attenuate --token-file token -f -; expect_exit 2; expect_no_stdout; expect_stderr "standard input: "
done <<'JSON'
{"type":"Action"}
{"type":"Action","body":"x"}
{"type":"Action","body":"r","body":"w"}
{"type":"Action","body":null}
{"type":"Nonsense","body":{}}
{"type":200,"body":{}}
{"type":"Organization","body":{"mask":"r"}}
{"type":"Organization","body":{"id":1.5,"mask":"r"}}
[{"type":"Action","body":"r"}
not json
[{"type":"Action","body":"r"}] x
JSON
run attenuate --token-file token -f missing.json; expect_failed missing.json
