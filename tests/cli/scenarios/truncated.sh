#!/usr/bin/env bash
# Half a token is reported as such, with how much is missing.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token readonly --org arcadia-prod
whole=$(cat token)
for length in 30 60 61 62 63 100 $((${#whole} - 1)) $((${#whole} - 9)); do
  half=${whole:0:length}
  run_with "$half" inspect; expect_exit 1; expect_no_stdout; expect_stderr "half a token"; expect_stderr "missing"
  run_with "$half" attenuate --read-only; expect_exit 1; expect_no_stdout; expect_stderr "half a token"
  run_with "$half" verify --org arcadia-prod --action r; expect_exit 1; expect_stdout_in_order refused truncated
  run_with "$half" can --org arcadia-prod --action r --json; expect_exit 1; expect_stdout '"code":"truncated"'
done
