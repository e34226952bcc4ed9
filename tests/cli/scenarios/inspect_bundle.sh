#!/usr/bin/env bash
# Every token of a bundle is shown, and a part that is not a token with its error.
. "$(dirname "$0")/../lib.sh"

run inspect --token-file "$TOKENS/with_discharge.txt"; expect_done
expect_stdout_in_order "Token 1 of 2" "a discharge from https://auth.example.com, which is here as token 2" "1  Organization" "2  3P" \
  "Token 2 of 2, a discharge" https://auth.example.com "no caveat can be added"
run inspect --token-file "$TOKENS/with_discharge.txt" --json; expect_done
expect_stdout '"needs":[{"discharges":[{"binding":"none","not_after":"2026-09-21T14:14:20Z","part":1}],"location":"https://auth.example.com","present":true,"ticket":"'
expect_stdout '"effective_not_after":"2026-09-21T14:14:20Z"'; expect_stdout '"proof":true'

run inspect --token-file "$TOKENS/third_party.txt"; expect_done
expect_stdout "a discharge from https://auth.example.com, which is not here"
run inspect --token-file "$TOKENS/third_party.txt" --json; expect_done; expect_stdout '"present":false'

run inspect --token-file "$TOKENS/one_part_bad.txt"; expect_done; expect_stdout "Not a token: "; expect_stdout Organization
run inspect --token-file "$TOKENS/one_part_bad.txt" --json; expect_done; expect_stdout '"error":{"code":"truncated"'

# A caveat of an unknown type: its number, and its body as far as it can be read.
run inspect --token-file "$TOKENS/unknown_caveat.txt"; expect_done
expect_stdout_like '4 +type 200 .*'; expect_stdout '{"k": -5}'
expect_stdout "6f72672d34373231 (\"org-4721\")"
run inspect --token-file "$TOKENS/unknown_caveat.txt" --json; expect_done; expect_stdout '"msgpack":"81a16bd3fffffffffffffffb"'

# A warning points out an else mask that no access reaches.
run inspect --token-file "$TOKENS/unreachable_else.txt"; expect_done; expect_stdout "Warning: "
run inspect --token-file "$TOKENS/unreachable_else.txt" --json; expect_done; expect_stdout '"warning":"'
