#!/usr/bin/env bash
# Renaming orgs and apps does not affect their tokens. Deleting them ends their tokens, which are listed first.
. "$(dirname "$0")/../lib.sh"

new_store
new_token prod readonly --org arcadia-prod --for ann@example.com
prod=$(sed -n 's/.*its id is \([0-9a-f-]\{36\}\).*/\1/p' "$SCRATCH/stderr")
new_token deploy deploy --app arcadia-prod-api --name ci
ci=$(sed -n 's/.*its id is \([0-9a-f-]\{36\}\).*/\1/p' "$SCRATCH/stderr")
new_token dev readonly --org arcadia-dev

run apps rename arcadia-prod-api arcadia-prod-web; expect_done; expect_stderr "arcadia-prod-web"; expect_no_stdout
run verify --token-file deploy --app arcadia-prod-web --action w; expect_done
run verify --token-file deploy --app arcadia-prod-api --action w; expect_exit 1; expect_stdout unknown_app
run apps rename 2 arcadia-prod-api --json; expect_done; expect_stdout '"name":"arcadia-prod-api"'
run orgs rename arcadia-prod arcadia-live; expect_done
run verify --token-file prod --org arcadia-live --action r; expect_done
run orgs rename 2 arcadia-prod; expect_done
run orgs rename arcadia-prod arcadia-prod; expect_done
run orgs rename arcadia-prod arcadia-dev; expect_refused arcadia-dev
run apps rename arcadia-prod-api arcadia-dev-api; expect_refused arcadia-dev-api
run orgs rename nobody arcadia; expect_refused nobody
run apps rename nobody arcadia; expect_refused nobody
run orgs rename arcadia-prod Arcadia; expect_usage Arcadia
run orgs rename arcadia-prod; expect_usage "new-name is required"

run apps delete arcadia-prod-api; expect_usage "give --yes"
expect_stderr "this ends $ci, a deploy token \"ci\" for the app arcadia-prod-api"; expect_stderr "deleting the app arcadia-prod-api ends 1 live token"; refute_stderr "$prod"
run verify --token-file deploy --app arcadia-prod-api --action w; expect_done
run apps delete arcadia-prod-api --yes; expect_done; expect_stderr "this ends $ci"
run verify --token-file deploy --org arcadia-prod --action r; expect_exit 1; expect_stdout revoked
run verify --token-file prod --org arcadia-prod --action r; expect_done
run list --revoked; expect_done; expect_stdout_like "^$ci .* arcadia-prod-api .* revoked"
run apps delete arcadia-prod-api --yes; expect_refused arcadia-prod-api
run apps create arcadia-prod-api --org arcadia-prod --id 2; expect_refused 2
run apps create arcadia-prod-api --org arcadia-prod --json; expect_done; expect_stdout '"name":"arcadia-prod-api"'
run apps delete arcadia-prod-api --yes --json; expect_done; expect_stdout '"name":"arcadia-prod-api"'; expect_stderr "ends no live token"

run orgs delete arcadia-prod; expect_usage "give --yes"; expect_stderr "this ends $prod, a readonly token of ann@example.com"
run orgs delete arcadia-prod --yes; expect_done; expect_stderr "deleted the org arcadia-prod"
run orgs list; expect_done; refute_stdout arcadia-prod
run verify --token-file prod --org arcadia-prod --action r; expect_exit 1
run orgs create arcadia-prod --id 2; expect_refused 2
run orgs create arcadia-prod; expect_done
run verify --token-file prod --org arcadia-prod --action r; expect_exit 1
run verify --token-file dev --org arcadia-dev --action r; expect_done
run orgs delete nobody --yes; expect_refused nobody
run store check; expect_done; expect_stderr "the store is intact"
