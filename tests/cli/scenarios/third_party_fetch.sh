#!/usr/bin/env bash
# fetch: what a third party may answer, and the whole bundle that comes of it.
. "$(dirname "$0")/../lib.sh"
. "$TOKENS/../third_party.sh"

start_third_party
for play in direct chunked poll interactive; do
  needs $play
  fetch; expect_done; expect_stdout_like '^FlyV1 fm2_[^,]+,fm2_[^,]+$'; expect_stderr "asking $at for a discharge"
  expect_stderr "fetched 1 discharge; the token is complete"; stdout >whole
  run verify --token-file whole --org 2 --action r; expect_done
  run verify --token-file whole --org 2 --action w; expect_exit 1; expect_stdout "(Action)"
done
needs poll; fetch; expect_done; expect_stderr "waiting for $at: 0 seconds so far"
needs interactive; fetch; expect_done; expect_stderr "to continue, open this page: http://127.0.0.1:$port/login?next=%2F#top"
needs direct; fetch --json; expect_done; expect_stdout '"fetched":1'; expect_stdout '"token":"FlyV1 fm2_'

# Two third parties, and one that has answered already.
needs direct; cp needs first
run 3p add --token-file first --location "http://localhost:$port/poll" --secret-file secret; expect_done; stdout >both
cp both needs; fetch; expect_failed "its poll_url leads to another server, http://127.0.0.1:$port"  # it goes by another name
run 3p add --token-file first --location "http://127.0.0.1:$port/poll" --secret-file secret; expect_done; stdout >needs
fetch; expect_done; expect_stderr "fetched 2 discharges"; stdout >whole
run verify --token-file whole --org 2 --action r; expect_done
before=$(grep -c . requests)
cp whole needs; fetch; expect_done; expect_stderr "no third party was asked"; expect_stdout_is "$(cat whole)"
expect_equal "$(grep -c . requests)" "$before"

# Of the token nothing but the ticket went out, and nothing was sent that gives away more than that.
for secret in "$(cat whole | sed 's/.*fm2_\(.\{60\}\).*/\1/')" fm2_ FlyV1 Cookie Authorization; do
  ! grep -qF -- "$secret" requests || fail "expected that a third party never sees: $secret"
done
grep -qF 'GET /poll/poll?id=1+1%2F HTTP/1.1' requests || fail "expected poll_url to be asked as it is"
