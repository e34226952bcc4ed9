#!/usr/bin/env bash
# --help and --version write to stdout and end with status 0.
. "$(dirname "$0")/../lib.sh"

run --help; expect_done; expect_no_stderr
for command in store orgs apps keys create list revoke audit whoami inspect attenuate verify can third-party --server --as-file; do
  expect_stdout "$command"
done
expect_stdout "Exit status: 0 done or allowed, 1 refused"
run verify --help; expect_done; expect_stdout --source-organization; expect_stdout FLY_API_TOKEN
for command in verify "keys list" "3p fetch" "create ssh"; do
  run $command --help; expect_done; expect_stdout "Exit status: 0 done or allowed"; expect_stdout "tokenctl --help describes them"
done
run revoke --help; expect_done; refute_stdout FLY_API_TOKEN
run 3p fetch --help; expect_done; expect_stdout --timeout
run create deploy --help; expect_done; expect_stdout --expiry
run --version; expect_done; expect_stdout_like '^tokenctl [0-9]+\.[0-9]+\.[0-9]+$'
