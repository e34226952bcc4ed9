#!/usr/bin/env bash
# A token comes from the first of these: --token-file, -t, a pipe, TOKENCTL_TOKEN, FLY_API_TOKEN.
. "$(dirname "$0")/../lib.sh"

new_store
for org in file flag pipe mine theirs; do
  run orgs create from-$org; expect_done
  new_token $org readonly --org from-$org
done
RUN_ENV=("TOKENCTL_TOKEN=$(cat mine)" "FLY_API_TOKEN=$(cat theirs)")
run_from pipe inspect --token-file file; expect_done; expect_stdout from-file; expect_no_stderr
run_from pipe inspect --token-file -; expect_done; expect_stdout from-pipe; expect_no_stderr
run_from pipe inspect -t "$(cat flag)"; expect_done; expect_stdout from-flag; expect_stderr "others on this machine"
run_from pipe inspect; expect_done; expect_stdout from-pipe; expect_stderr "token from standard input"
run inspect; expect_done; expect_stdout from-mine; expect_stderr "token from TOKENCTL_TOKEN"
RUN_ENV=("TOKENCTL_TOKEN=" "FLY_API_TOKEN=$(cat theirs)")
run inspect; expect_done; expect_stdout from-theirs; expect_stderr "token from FLY_API_TOKEN"
run attenuate --read-only; expect_done; expect_stderr "token from FLY_API_TOKEN"
run verify --org from-theirs --action r; expect_done; expect_stderr "token from FLY_API_TOKEN"
run can --org from-theirs --action r; expect_done; expect_stderr "token from FLY_API_TOKEN"
(exec <&-; env -i "FLY_API_TOKEN=$(cat theirs)" "$TOKENCTL" inspect >closed.out 2>&1) || fail "expected a closed stdin to be none"
grep -q from-theirs closed.out || fail "expected a closed stdin to be passed over"

RUN_ENV=()
for command in inspect "attenuate --read-only" "verify --org 1 --action r" "can --org 1 --action r"; do
  run $command; expect_usage "there is no token"
done
run inspect --token-file file -t x; expect_usage "--token-file and -t cannot be given together"
run_with $'\n' inspect; expect_refused "only white space"
: >empty; run inspect --token-file empty; expect_refused "there is no token in empty"
run inspect --token-file missing; expect_failed "missing"
run inspect --token-file .; expect_failed "cannot read"

# An input that is too large is not read to its end.
head -c 5000000 /dev/zero | tr '\0' A >huge
run inspect --token-file huge; expect_refused "larger than 4 MiB"
run_from huge inspect; expect_refused "larger than 4 MiB"
run_from huge attenuate -f - --token-file file; expect_refused "larger than 4 MiB"
run_from /dev/zero inspect --token-file -; expect_refused "larger than 4 MiB"
