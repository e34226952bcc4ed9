#!/usr/bin/env bash
# A CI owner puts a deploy token for one app into the CI's secrets.
. "$(dirname "$0")/../lib.sh"

new_store
new_token secret deploy --app arcadia-prod-api --name ci
RUN_ENV=("FLY_API_TOKEN=$(cat secret)")
for judge in verify can; do
  run $judge --app arcadia-prod-api --action rwcdC; expect_done
  run $judge --org arcadia-prod --feature builder --action w; expect_done
  run $judge --org arcadia-prod --action r; expect_done
  run $judge --org arcadia-prod --action d; expect_exit 1; expect_stdout IfPresent
  run $judge --org arcadia-prod --feature deletion --action d; expect_exit 1
  run $judge --app arcadia-dev-api --action w; expect_exit 1
done
