#!/usr/bin/env bash
# Anyone who holds a token finds out, offline, what it allows, and passes on a narrower one.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token deploy --app arcadia-prod-api --expiry 7d
mkdir offline; mv token offline; cd offline || exit 1
run_from token inspect; expect_done; expect_stdout_in_order "(in 7 days)" "nothing else" IfPresent "not checked"
run_from token can --org 2 --app 2 --action w; expect_done
run_from token attenuate --read-only --expiry 1h; expect_done
stdout >less
run_from less can --org 2 --app 2 --action r; expect_done
run_from less can --org 2 --app 2 --action w; expect_exit 1; expect_stdout "(Action)"
run_from less inspect; expect_done; expect_stdout "(in 1 hour)"
expect_no_file tokens.db; expect_no_file tokens.db.kek
cd .. || exit 1
run_from offline/less verify --app arcadia-prod-api --action r; expect_done
run_from offline/less verify --app arcadia-prod-api --action w; expect_exit 1
