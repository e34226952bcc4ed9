#!/usr/bin/env bash
# Half a token is reported as such, with how much is missing.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token readonly --org arcadia-prod
whole=$(cat token)
digits=${whole%%=*}
for length in 30 60 61 62 63 100 $((${#digits} - 1)) $((${#digits} - 9)); do
  half=${whole:0:length}
  run_with "$half" inspect; expect_exit 1; expect_no_stdout; expect_stderr "half a token"; expect_stderr "missing"
  run_with "$half" attenuate --read-only; expect_exit 1; expect_no_stdout; expect_stderr "half a token"
  run_with "$half" verify --org arcadia-prod --action r; expect_exit 1; expect_stdout_in_order refused truncated
  run_with "$half" can --org arcadia-prod --action r --json; expect_exit 1; expect_stdout '"code":"truncated"'
done

# Only the = is missing: nothing of the token is lost, and a token of this length has one or two.
if [[ $digits != "$whole" ]]; then
  run_with "$digits" inspect; expect_done; expect_stderr "without the = at its end"
  run_with "$digits" verify --org arcadia-prod --action r; expect_exit 1
  expect_stdout "truncated: This is a token without the = at its end"
fi
