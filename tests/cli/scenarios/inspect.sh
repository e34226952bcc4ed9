#!/usr/bin/env bash
# inspect: shows what a token allows, until when, what it needs, its caveats, and the rest, in this order.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token deploy --app arcadia-prod-api --expiry 7d
run inspect --token-file token; expect_done; expect_no_stderr
expect_stdout_in_order arcadia-prod "Until" "UTC (in 7 days)" "Needs" "nothing else" "Caveats" \
  "1  Organization" "2  IfPresent" "3  ValidityWindow" "Id  " "Key id" "Location" https://tokens.localhost/v1 \
  "Size" bytes "Signature" "not checked"
expect_stdout arcadia-prod-api
refute_stdout "Token 1 of"
expect_equal "$(awk 'length > 100' "$SCRATCH/stdout")" ""  # no line is wider than a terminal

# The same as JSON.
run inspect --token-file token --json; expect_done; expect_no_stderr
expect_equal "$(wc -l <"$SCRATCH/stdout")" 1
expect_stdout '"signature_checked":false'; expect_stdout '"needs":[]'; expect_stdout '"type":"IfPresent"'
expect_stdout '"adds":"'; expect_stdout '"proof":false'; expect_stdout '"location":"https://tokens.localhost/v1"'
expect_stdout_like '"not_after":"20[0-9-]+T[0-9:]+Z"'

new_token token readonly --org arcadia-prod --expiry never
run inspect --token-file token; expect_done; expect_stdout "no end"
run inspect --token-file token --json; expect_done; expect_stdout '"not_after":null'

# An expired token is shown as expired.
echo '{"type":"ValidityWindow","body":{"not_before":0,"not_after":1577836799}}' >over.json
run attenuate --token-file token -f over.json; expect_done
run_with "$(stdout)" inspect; expect_done; expect_stdout "2019-12-31 23:59:59 UTC ("; expect_stdout "ago): expired"
echo '{"type":"ValidityWindow","body":{"not_before":32503680000,"not_after":32503680001}}' >later.json
run attenuate --token-file token -f later.json; expect_done
run_with "$(stdout)" inspect; expect_done; expect_stdout_in_order From "3000-01-01 00:00:00 UTC" "not valid yet" Until

for empty in '' ' ' 'FlyV1 ' 'fm2_' 'fm2_!!!!' 'xyz_QUJD' 'FlyV1 fm2_QUJD' 'fm2_QUJD,'; do
  run inspect -t "x$empty"; expect_exit 1; expect_no_stdout
done
