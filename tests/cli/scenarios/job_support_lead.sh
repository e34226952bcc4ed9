#!/usr/bin/env bash
# A support lead gives a colleague a read-only token for two days.
. "$(dirname "$0")/../lib.sh"

new_store
run create readonly --org arcadia-prod --expiry 48h --for colleague@example.com; expect_done
expect_stderr arcadia-prod; expect_stderr "(in 2 days)"
stdout >token
run inspect --token-file token; expect_done; expect_stdout_in_order arcadia-prod "(in 2 days)" "not checked"
run verify --token-file token --org arcadia-prod --action r; expect_done
run verify --token-file token --org arcadia-prod --app arcadia-prod-api --action r; expect_done
run verify --token-file token --org arcadia-prod --action w; expect_exit 1; expect_stdout Organization
run verify --token-file token --org arcadia-dev --action r; expect_exit 1; expect_stdout wrong_org
run verify --token-file token --org arcadia-prod --action r --at "@$(($(date +%s) + 47 * 3600))"; expect_done
run verify --token-file token --org arcadia-prod --action r --at "@$(($(date +%s) + 49 * 3600))"; expect_exit 1
expect_stdout ValidityWindow
