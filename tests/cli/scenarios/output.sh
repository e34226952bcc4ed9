#!/usr/bin/env bash
# An answer that cannot be written to stdout is a failure; only a terminal gets colour.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token readonly --org arcadia-prod
if [[ -w /dev/full ]]; then
  "$TOKENCTL" inspect --token-file token >/dev/full 2>errors
  expect_equal $? 3
  grep -q 'cannot write to standard output' errors || fail "expected to be told that stdout is full"
fi

command -v script >/dev/null || { echo "skipped: there is no script(1) to make a terminal with"; exit 77; }
on_terminal() {
  env -i "PATH=$PATH" TERM=xterm "$@" \
    script -qec "${TOKENCTL@Q} inspect --token-file token" /dev/null </dev/null >terminal 2>&1
  grep -q 'Caveats' terminal || fail "expected an answer on the terminal"
}
on_terminal
grep -q $'\e\\[1m' terminal || fail "expected bold headings on a terminal"
on_terminal NO_COLOR=1
! grep -q $'\e' terminal || fail "expected NO_COLOR to be honoured"
