#!/usr/bin/env bash
# --help and --version are answers: on stdout, with status 0.
. "$(dirname "$0")/../lib.sh"

run --help; expect_done; expect_no_stderr
for command in store orgs apps keys create list revoke audit whoami inspect attenuate verify can third-party --server --as-file; do
  expect_stdout "$command"
done
run verify --help; expect_done; expect_stdout --source-organization
run 3p fetch --help; expect_done; expect_stdout --timeout
run create deploy --help; expect_done; expect_stdout --expiry
run --version; expect_done; expect_stdout_like '^tokenctl [0-9]+\.[0-9]+\.[0-9]+$'
