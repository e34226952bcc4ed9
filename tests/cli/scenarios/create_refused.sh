#!/usr/bin/env bash
# create refuses unknown orgs and apps, an app of another org, and ends that are not in the future.
. "$(dirname "$0")/../lib.sh"

new_store
run create readonly --org nobody; expect_refused nobody
run create readonly --org 99; expect_refused 99
run create deploy --app nothing; expect_refused nothing
run create deploy --app arcadia-prod-api --org arcadia-dev; expect_usage arcadia-prod-api

for expiry in 0h 48 48x h -5h 2001-01-01T00:00:00Z 2026-13-01T00:00:00Z 2999-02-30T00:00:00Z 2999-13-01 tomorrow \
  99999999999999999999d 9223372036854775807w 999999999w 2999-13-01T24:00:00Z 2999-13-01T00:00:00 1.5h NEVER; do
  run create readonly --org 1 --expiry="$expiry"; expect_usage --expiry
done

run create readonly --org 1 --name "$(head -c 201 /dev/zero | tr '\0' n)"; expect_exit 2; expect_no_stdout
run create readonly --org 1 --store sqlite:missing.db; expect_failed missing.db
