#!/usr/bin/env bash
# A server that does not answer what changes something: nobody knows whether it is done, and no message says that it is not.
. "$(dirname "$0")/../lib.sh"
. "$TOKENS/../daemon.sh"
: "${SHORT_DEADLINE:?the path of libshort_deadline.so}"

new_store
new_token as org --org arcadia-prod
start_stand_in
played() { run "${@:2}" --server "$server/$1" --as-file as; }
id=67a18dba-761b-5281-be62-275744f1eb41
again="it may or may not have been revoked; ask again (revoking twice does no harm)"

RUN_ENV=("LD_PRELOAD=$SHORT_DEADLINE" "ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0")
played hang revoke $id 00000001-0000-5000-8000-000000000000; expect_failed "$id: $server gave no answer: no response in time: $again"
refute_stderr "was not revoked"; expect_stderr "not asked for after that: 1 token"
RUN_ENV=()

for play in close half-reply no-json internal; do
  played $play revoke $id; expect_failed "$again"; expect_stderr "$id: "; refute_stderr "was not revoked"
  run_from as revoke --self --server "$server/$play"; expect_failed "$again"
  played $play revoke --for ann; expect_failed "the tokens may or may not have been revoked; ask again"
  played $play create readonly --org 2; expect_failed "the token may or may not have been made"
  played $play keys rotate --org 2; expect_failed "the key may or may not have been rotated"
  played $play list; expect_exit 3; refute_stderr "may or may not"
done

# Where nothing was sent, or the server says that it did nothing, that is known.
played stale revoke $id; expect_failed "$id was not revoked"; refute_stderr "may or may not"
stop_server
played good revoke $id; expect_failed "$id was not revoked: $server gave no answer: cannot connect"; refute_stderr "may or may not"
played good create readonly --org 2; expect_failed "cannot connect"; refute_stderr "may or may not"
