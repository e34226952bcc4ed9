#!/usr/bin/env bash
# fetch: a discharge that has ended is replaced by a new one; one that has not stays.
. "$(dirname "$0")/../lib.sh"
. "$TOKENS/../third_party.sh"

start_third_party
needs direct
attach() {
  run 3p discharge --token-file needs --location "$at" --secret-file secret "$@"; expect_done; stdout >discharge
  run 3p attach --token-file needs --discharge-file discharge; expect_done; stdout >whole
}
echo '{"type": "ValidityWindow", "body": {"not_before": 0, "not_after": 1000000000}}' >ended.json
attach -f ended.json
run verify --token-file whole --org 2 --action r; expect_exit 1
run 3p fetch --token-file whole --allow-http-loopback; expect_done
expect_stderr "left out the discharge from $at, which ended 2001-09-09 01:46:40 UTC"; expect_stderr "fetched 1 discharge"
stdout >renewed
run verify --token-file renewed --org 2 --action r; expect_done
run inspect --token-file renewed; expect_done; expect_stdout "here as token 2"; refute_stdout "token 3"

attach --expiry 1h
asked=$(grep -c . requests)
run 3p fetch --token-file whole --allow-http-loopback; expect_done; expect_stderr "no third party was asked"
expect_equal "$(grep -c . requests)" "$asked"

# If the third party gives none, no token is printed.
attach -f ended.json
stop_third_party; third_party=
run 3p fetch --token-file whole --allow-http-loopback --timeout 5s; expect_failed "gave no discharge"
