#!/usr/bin/env bash
# Functions for the scenarios. Each one sources this file and then runs in a new directory of its own.
#
#   run ARGS…                    runs tokenctl; expect_… then check its exit status, stdout and stderr
#   run_with TEXT ARGS…          the same with TEXT piped in
#   RUN_ENV=(NAME=VALUE …)       the environment of the next runs, besides PATH and HOME
#
# An expectation that is not met prints what was expected and what happened, and ends the scenario.

set -u -o pipefail
: "${TOKENCTL:?the path of tokenctl}"
TOKENS=$(cd "$(dirname "${BASH_SOURCE[0]}")/tokens" && pwd)
SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT
mkdir "$SCRATCH/here"
cd "$SCRATCH/here" || exit 1
umask 022

RUN_ENV=()
STATUS=
LAST=

fail() {
  local frame=0
  while [[ ${BASH_SOURCE[frame]} == "${BASH_SOURCE[0]}" ]]; do frame=$((frame + 1)); done
  {
    echo "${BASH_SOURCE[frame]##*/}:${BASH_LINENO[frame - 1]}: $1"
    if [[ -n $LAST ]]; then
      echo "  after: tokenctl $LAST"
      echo "  exit status: $STATUS"
      sed 's/^/  stdout: /' "$SCRATCH/stdout" | cat -v
      sed 's/^/  stderr: /' "$SCRATCH/stderr" | cat -v
    fi
  } >&2
  exit 1
}

# Every run must end with a documented status, and every line on stderr must be a message of tokenctl.
check_manners() {
  [[ $STATUS =~ ^[0123]$ ]] || fail "expected an exit status from 0 to 3"
  ! grep -qv '^tokenctl: ' "$SCRATCH/stderr" || fail "expected every line on stderr to begin with 'tokenctl: '"
  ! LC_ALL=C grep -q '[[:cntrl:]]' "$SCRATCH/stdout" "$SCRATCH/stderr" || fail "expected no control character to come out"
}

run_from() {
  local input=$1
  shift
  local sanitizers=()
  local name
  for name in ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS TSAN_OPTIONS; do
    [[ -z ${!name:-} ]] || sanitizers+=("$name=${!name}")
  done
  LAST="${*@Q}"
  env -i "PATH=$PATH" "HOME=$SCRATCH" "${sanitizers[@]}" "${RUN_ENV[@]}" "$TOKENCTL" "$@" \
    <"$input" >"$SCRATCH/stdout" 2>"$SCRATCH/stderr"
  STATUS=$?
  check_manners
}

run() { run_from /dev/null "$@"; }

run_with() {
  printf '%s' "$1" >"$SCRATCH/stdin"
  shift
  run_from "$SCRATCH/stdin" "$@"
}

expect_exit() { [[ $STATUS == "$1" ]] || fail "expected exit status $1, got $STATUS"; }

expect_stdout() { grep -qF -- "$1" "$SCRATCH/stdout" || fail "expected on stdout: $1"; }
expect_stderr() { grep -qF -- "$1" "$SCRATCH/stderr" || fail "expected on stderr: $1"; }
expect_stdout_like() { grep -qE -- "$1" "$SCRATCH/stdout" || fail "expected on stdout a line like: $1"; }
expect_stderr_like() { grep -qE -- "$1" "$SCRATCH/stderr" || fail "expected on stderr a line like: $1"; }
refute_stdout() { ! grep -qF -- "$1" "$SCRATCH/stdout" || fail "expected nowhere on stdout: $1"; }
refute_stderr() { ! grep -qF -- "$1" "$SCRATCH/stderr" || fail "expected nowhere on stderr: $1"; }
expect_no_stdout() { [[ ! -s $SCRATCH/stdout ]] || fail "expected nothing on stdout"; }
expect_no_stderr() { [[ ! -s $SCRATCH/stderr ]] || fail "expected nothing on stderr"; }
# All of stdout, without the newline at its end.
expect_stdout_is() { [[ $(cat "$SCRATCH/stdout") == "$1" ]] || fail "expected exactly on stdout: $1"; }
# These texts, in this order.
expect_stdout_in_order() {
  local all at=0 text rest
  all=$(cat "$SCRATCH/stdout")
  for text in "$@"; do
    rest=${all:at}
    [[ $rest == *"$text"* ]] || fail "expected on stdout, after what came before it: $text"
    rest=${rest%%"$text"*}
    at=$((at + ${#rest} + ${#text}))
  done
}
expect_same_file() { cmp -s "$1" "$2" || fail "expected $1 and $2 to be the same"; }
expect_no_file() { [[ ! -e $1 ]] || fail "expected that there is no file $1"; }
expect_equal() { [[ $1 == "$2" ]] || fail "expected '$2', got '$1'"; }

# Each checks the exit status; a refusal or failure has a message and no answer.
expect_done() { expect_exit 0; }
expect_usage() { expect_exit 2; expect_no_stdout; expect_stderr "$1"; }
expect_failed() { expect_exit 3; expect_no_stdout; expect_stderr "$1"; }
expect_refused() { expect_exit 1; expect_no_stdout; expect_stderr "$1"; }

stdout() { cat "$SCRATCH/stdout"; }

# The text of a top-level JSON member of the answer; it must not contain escapes.
json_text() { sed -n 's/.*"'"$1"'":"\([^"]*\)".*/\1/p' "$SCRATCH/stdout"; }

# A store with two orgs, an app in each: the ids are 1 and 2 for both kinds.
new_store() {
  run store init; expect_done
  run orgs create arcadia-dev --id 1; expect_done
  run orgs create arcadia-prod --id 2; expect_done
  run apps create arcadia-dev-api --org arcadia-dev --id 1; expect_done
  run apps create arcadia-prod-api --org arcadia-prod --id 2; expect_done
}

# A new token into a file.
new_token() {
  local file=$1
  shift
  run create "$@"; expect_done
  stdout >"$file"
}
