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
  run $command --help; expect_done; expect_stdout "Exit status: 0 done or allowed"; expect_stdout "tokenctl --help describes"
done
# It names, of the flags of all commands, those that can be given.
shared() { run $1 --help; expect_done; expect_stdout "$2 can be given here too: tokenctl --help describes"; }
shared list "--store, --kek-file, --server, --as-file, --json and --wide"
shared revoke "--store, --kek-file, --server, --as-file and --json"
shared "orgs delete" "--store, --kek-file and --json"
shared verify "--store, --kek-file and --json"
shared inspect "--store, --kek-file, --json and --wide"
shared whoami "--server, --as-file, --json and --wide"
shared "3p fetch" "--json"
for command in verify inspect "orgs show" "store check" "3p add"; do run $command --help; expect_done; refute_stdout "--server"; done
for group in create orgs apps keys 3p store; do run $group --help; expect_done; expect_stdout "Each command has a help of its own"; refute_stdout "--server"; done
run revoke --help; expect_done; refute_stdout FLY_API_TOKEN; expect_stdout 'revoke [OPTIONS] [ID...]'
run create machine-exec --help; expect_done; expect_stdout 'machine-exec [OPTIONS] [CMD...]'
run create --help; expect_done; expect_stdout "of its org it may read what is neither"
run 3p fetch --help; expect_done; expect_stdout --timeout
run create deploy --help; expect_done; expect_stdout --expiry
run --version; expect_done; expect_stdout_like '^tokenctl [0-9]+\.[0-9]+\.[0-9]+$'
