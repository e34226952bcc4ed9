#!/usr/bin/env bash
# create wireguard: allows the org's peers and reading in it, but none of its apps.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token wireguard --org arcadia-prod
expect_stderr "May do anything with the feature wg"
may() { run verify --token-file token --org arcadia-prod "$@"; expect_done; expect_stdout_is allowed; }
may_not() { run verify --token-file token --org arcadia-prod "$@"; expect_exit 1; expect_stdout_in_order refused caveat; }
may --feature wg --action rwcdC
may --action r
may_not --action w
may_not --app 2 --action r
may_not --feature domain --action r
run create wireguard --org 2 --json; expect_done; expect_stdout '"profile":"wireguard"'; expect_stdout '"app":null'
run create wireguard; expect_usage "--org is required"
run create wireguard --org 2 --app 2; expect_usage "unknown flag --app"
run create wireguard --org nobody; expect_refused nobody
