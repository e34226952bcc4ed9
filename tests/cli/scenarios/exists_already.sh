#!/usr/bin/env bash
# What exists already is refused with status 1, whatever it is, and stays as it was.
. "$(dirname "$0")/../lib.sh"

new_store
taken() { run "$@"; expect_refused "$wanted"; }
wanted="is there already and is never overwritten"
taken store init
run store backup copy; expect_done; cp copy before
taken store backup copy; expect_same_file copy before
taken store restore copy --accept-lost-revocations --yes
run 3p keygen --out secret; expect_done; cp secret before
taken 3p keygen --out secret; expect_same_file secret before
mkdir folder
taken store init --store sqlite:folder
taken store backup folder
taken 3p keygen --out folder
wanted="there is an org named arcadia-prod already"
taken orgs create arcadia-prod
taken orgs rename arcadia-dev arcadia-prod
wanted="there is an app named arcadia-prod-api already"
taken apps create arcadia-prod-api --org arcadia-dev
taken apps rename arcadia-dev-api arcadia-prod-api
wanted="no id is given out twice"
taken orgs create other --id 2
taken apps create other --org arcadia-dev --id 2
run apps delete arcadia-dev-api --yes; expect_done
taken apps create arcadia-dev-api --org arcadia-dev --id 1
wanted="belongs to a database that was here before"
touch old.db-wal
taken store init --store sqlite:old.db
