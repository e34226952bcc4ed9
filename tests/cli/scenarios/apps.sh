#!/usr/bin/env bash
# Apps: each belongs to one org, and app names are unique across orgs.
. "$(dirname "$0")/../lib.sh"

new_store
run apps create arcadia-prod-web --org 2; expect_done
web=$(stdout)
[[ $web =~ ^[1-9][0-9]*$ ]] || fail "expected an id"
run apps list; expect_done; expect_stdout_in_order NAME arcadia-dev-api arcadia-prod-api arcadia-prod-web
run apps list --org arcadia-dev; expect_done; expect_stdout arcadia-dev-api; refute_stdout arcadia-prod-api
run apps list --json --org 2; expect_done; expect_stdout '"name":"arcadia-prod-api","org":2'
run apps create arcadia-dev-job --org arcadia-dev --json; expect_done; expect_stdout '"name":"arcadia-dev-job","org":1'
run orgs show arcadia-prod; expect_done; expect_stdout "arcadia-prod-web ($web)"

run apps create arcadia-prod-api --org arcadia-dev; expect_refused arcadia-prod-api
run apps create another --org arcadia-dev --id 2; expect_refused 2
run apps create another --org nobody; expect_refused nobody
run apps create another; expect_usage "--org is required"
run apps create Another --org 1; expect_usage Another
run apps list --org nobody; expect_refused nobody
