#!/usr/bin/env bash
# create ssh: one token in two copies, each for a part of what ssh needs; both are described.
. "$(dirname "$0")/../lib.sh"

new_store
run create ssh --app arcadia-prod-api --expiry 1h; expect_done
expect_stdout_like '^FlyV1 fm2_[A-Za-z0-9+/]+=*,fm2_[A-Za-z0-9+/]+=*$'
expect_stderr "one token in 2 copies"
expect_stderr_like 'copy 1: May read app arcadia-prod-api \(2\)'
expect_stderr_like 'copy 2: .*only the mutations issueCertificate and addWireGuardPeer'
stdout >token
id=$(sed -n 's/.*its id is \([0-9a-f-]\{36\}\).*/\1/p' "$SCRATCH/stderr")
run inspect --token-file token; expect_done
expect_equal "$(grep -c "$id" "$SCRATCH/stdout")" 2

may() { run verify --token-file token "$@"; expect_done; expect_stdout_is allowed; }
may_not() { run verify --token-file token "$@"; expect_exit 1; }
may --app 2 --action r
may --app 2 --action w --mutation issueCertificate
may --org arcadia-prod --feature wg --action c --mutation addWireGuardPeer
may_not --app 2 --action w
may_not --app 2 --action d --mutation deleteApp
may_not --app arcadia-dev-api --action r
run can --token-file token --app 2 --action w --mutation issueCertificate; expect_done

run create ssh --app 2 --json; expect_done; expect_stdout '"profile":"ssh"'; expect_stdout '"name":"arcadia-prod-api"'
run create ssh --org arcadia-prod; expect_usage "--app is required"
run create ssh --app nothing; expect_refused nothing
run create ssh --app arcadia-prod-api --org arcadia-dev; expect_usage arcadia-prod-api
run create ssh --app 2 --command ls; expect_usage "unknown flag --command"
