#!/usr/bin/env bash
# revoke by id: says what it did, can be repeated, and does not take an id that is in no record for granted.
. "$(dirname "$0")/../lib.sh"

new_store
for name in one two three; do
  new_token $name readonly --org arcadia-prod --name $name --for ann@example.com
  declare "$name=$(sed -n 's/.*its id is \([0-9a-f-]\{36\}\).*/\1/p' "$SCRATCH/stderr")"
done
run attenuate --token-file one --expiry 1h; expect_done; stdout >one.narrowed
allowed() { run verify --token-file "$1" --org arcadia-prod --action r; expect_done; }
refused() { run verify --token-file "$1" --org arcadia-prod --action r; expect_exit 1; expect_stdout "revoked"; }

allowed one; allowed one.narrowed
run revoke "$one"; expect_done; expect_stdout_is "$one"
expect_stderr "revoked $one, a readonly token \"one\" of ann@example.com"
expect_stderr "revoked 1 token with all copies"
refused one; refused one.narrowed; allowed two

# Repeated, alone and together with other ids.
run revoke "$one"; expect_done; expect_no_stdout; expect_stderr "$one was already revoked"; refute_stderr "revoked $one"
run revoke "$one" "${two^^}" "$two"; expect_done; expect_stdout_is "$two"; expect_stderr "$one was already revoked"
refused two; allowed three

# An id that is in no record may be mistyped: it is not revoked unless that is wanted. The others are.
stranger=67a18dba-761b-5281-be62-275744f1eb41
run revoke $stranger; expect_refused "$stranger was not revoked: no record has this id; check it, or give --even-unknown"
run revoke $stranger "$three" 00000000 0a0b0c0d-761b-5281-be62-275744f1eb41; expect_exit 1; expect_stdout_is "$three"
expect_stderr "revoked $three"; expect_stderr 'there is no token whose id begins with "00000000"'
expect_stderr "$stranger was not revoked"; expect_stderr "0a0b0c0d-761b-5281-be62-275744f1eb41 was not revoked"
refused three
run revoke $stranger --even-unknown --json; expect_done; expect_stdout_is '{"revoked":["'$stranger'"],"already":[]}'
expect_stderr "revoked $stranger: no record has this id, and it is revoked all the same"
run revoke $stranger; expect_done; expect_stderr "$stranger was already revoked"
run revoke --even-unknown; expect_usage "--even-unknown needs ids"
run revoke --even-unknown --for ann@example.com; expect_usage "--even-unknown needs ids"

run revoke; expect_usage "there is nothing to revoke"
run revoke one; expect_usage 'cannot read the token id "one"'; expect_stderr --name
run revoke "$one" x; expect_usage 'cannot read the token id "x"'
run revoke ''; expect_usage "the value is empty"
run revoke 67a18dba761b5281be62275744f1eb41; expect_exit 2
run revoke "$one" --for ann@example.com; expect_usage "in one way"
run revoke "$one" --token-file one; expect_usage "in one way"
run revoke --name one --token-file one; expect_usage "in one way"
run revoke "$one" --org 1; expect_usage "--org needs --name or --for"
run revoke --org 1; expect_usage "--org needs --name or --for"
run revoke "$one" --store sqlite:none.db; expect_failed none.db
