#!/usr/bin/env bash
# A store that is missing, not a store, or of a later version: the message names it, the status is 3, and the file is unchanged.
. "$(dirname "$0")/../lib.sh"

run orgs list; expect_failed tokens.db
expect_no_file tokens.db; expect_no_file tokens.db.kek; refute_stderr TOKENCTL_SERVER
RUN_ENV=(TOKENCTL_SERVER=http://127.0.0.1:1)
run orgs create a; expect_usage "TOKENCTL_SERVER is set"; expect_no_file tokens.db
run orgs list --store sqlite:tokens.db; expect_failed "there is no store"; refute_stderr TOKENCTL_SERVER
RUN_ENV=()

new_store
cp tokens.db good.db

echo "this is not a database, whatever its name says" >tokens.db
cp tokens.db before
run orgs list; expect_failed tokens.db
expect_same_file tokens.db before

: >tokens.db
run orgs list; expect_failed tokens.db
[[ ! -s tokens.db ]] || fail "expected tokens.db to be as it was: empty"

# SQLite keeps user_version, our schema's number, in the four bytes from 60 on.
cp good.db tokens.db
printf '\0\0\3\347' | dd of=tokens.db bs=1 seek=60 conv=notrunc status=none
cp tokens.db before
run orgs list; expect_failed tokens.db
expect_stderr_like 'newer|later'
expect_same_file tokens.db before

rm -f tokens.db tokens.db-wal tokens.db-shm; mkdir tokens.db
run orgs list; expect_failed tokens.db

rmdir tokens.db; cp good.db tokens.db
run orgs list; expect_done; expect_stdout arcadia-prod
