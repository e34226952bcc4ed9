#!/usr/bin/env bash
# Root keys: each org has its own, and only the ids are shown.
. "$(dirname "$0")/../lib.sh"

new_store
run keys list; expect_done; expect_stdout_in_order KID arcadia-dev arcadia-prod
run keys list --org arcadia-prod; expect_done; refute_stdout arcadia-dev
expect_stdout_like '^[0-9a-f]{32}  arcadia-prod  active  0            20[0-9-]+T[0-9:]+Z$'
kid=$(sed -n 's/^\([0-9a-f]\{32\}\) .*/\1/p' "$SCRATCH/stdout")
run keys list --json --org 2; expect_done; expect_equal "$(json_text kid)" "$kid"
new_token prod.txt readonly --org arcadia-prod
run inspect --token-file prod.txt; expect_done; expect_stdout "$kid"
run keys list --org nobody; expect_refused nobody
