#!/usr/bin/env bash
# A caveat that cannot be added is refused, and stdout stays empty.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token org --org arcadia-prod
run attenuate --token-file token; expect_usage "nothing to add"
run_with '[]' attenuate --token-file token -f -; expect_usage "nothing to add"
run attenuate --token-file token --action x; expect_usage "--action"
run attenuate --token-file token --action ''; expect_usage "--action"
run attenuate --token-file token --app 2:; expect_usage "--app"
run attenuate --token-file token --app :r; expect_usage "--app"
run attenuate --token-file token --app 2:rr; expect_usage "--app"
run attenuate --token-file token --app 2 --app 2:r; expect_exit 2; expect_no_stdout
run attenuate --token-file token --app 0; expect_exit 2; expect_no_stdout
run attenuate --token-file token --app nothing; expect_refused nothing
run attenuate --token-file token --feature :; expect_usage "--feature"
run attenuate --token-file token --command ' '; expect_usage "--command"
run attenuate --token-file token --expiry never; expect_usage "--expiry"
run attenuate --token-file token --expiry 2001-01-01T00:00:00Z; expect_usage "--expiry"
run attenuate --token-file token --org 1 --org 2; expect_usage "--org is given more than once"

# An attestation is only allowed in a proof, and an else that no access reaches in no token.
run_with '{"type":"FlyioUserID","body":7}' attenuate --token-file token -f -; expect_exit 1; expect_no_stdout
run_with '{"type":"IfPresent","body":{"ifs":[{"type":"Action","body":"r"}],"else":"r"}}' attenuate --token-file token -f -
expect_exit 1; expect_no_stdout
# A discharge is a proof, so no caveat can be added to it.
sed 's/.*,/FlyV1 /' "$TOKENS/with_discharge.txt" >proof
run attenuate --token-file proof --read-only; expect_exit 1; expect_no_stdout
run attenuate -t nonsense --read-only; expect_exit 1; expect_no_stdout

# More than a token may hold.
{ printf '['; for i in $(seq 1 127); do printf '{"type":"Organization","body":{"id":%d,"mask":"r"}},' "$i"; done; printf '{"type":"IsMember","body":{}}]'; } >many.json
run attenuate --token-file token -f many.json; expect_exit 1; expect_no_stdout
