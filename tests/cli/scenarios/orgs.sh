#!/usr/bin/env bash
# Organizations are made, listed and shown; names and ids are unique.
. "$(dirname "$0")/../lib.sh"

run store init; expect_done
run orgs create arcadia-prod --id 7; expect_done; expect_stdout_is 7
expect_stderr "arcadia-prod"
run orgs create arcadia-dev; expect_done
dev=$(stdout)
[[ $dev =~ ^[1-9][0-9]*$ && $dev != 7 ]] || fail "expected an id of its own"
run orgs create arcadia-test --json; expect_done; expect_stdout '"name":"arcadia-test"'

run orgs list; expect_done; expect_stdout_in_order NAME arcadia-dev arcadia-prod arcadia-test
run orgs list --json; expect_done; expect_stdout '"orgs":['; expect_stdout '"id":7'
run orgs show arcadia-prod; expect_done; expect_stdout arcadia-prod; expect_stdout_like 'Key +[0-9a-f]{32} \(active\)$'
run orgs show 7 --json; expect_done; expect_stdout '"name":"arcadia-prod"'; expect_stdout '"keys":[{'

run orgs create arcadia-prod; expect_refused arcadia-prod
run orgs create another --id 7; expect_refused 7
run orgs create Arcadia; expect_usage Arcadia
run orgs create 7up; expect_usage 7up
run orgs create another --id 0; expect_usage "--id"
run orgs create another --id 9007199254740992; expect_usage "--id"
run orgs create another --id 0x10; expect_usage "--id"
run orgs create another --id -1; expect_usage "--id"
run orgs show nobody; expect_refused nobody
run orgs show 99; expect_refused 99
