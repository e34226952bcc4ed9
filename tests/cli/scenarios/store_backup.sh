#!/usr/bin/env bash
# store check, backup, restore and prune.
. "$(dirname "$0")/../lib.sh"

new_store
new_token kept readonly --org arcadia-prod
new_token lost readonly --org arcadia-prod
lost=$(sed -n 's/.*its id is \([0-9a-f-]\{36\}\).*/\1/p' "$SCRATCH/stderr")
allowed() { run verify --token-file "$1" --org arcadia-prod --action r "${@:2}"; expect_done; }
refused() { run verify --token-file "$1" --org arcadia-prod --action r "${@:2}"; expect_exit 1; }

run store check; expect_done; expect_no_stdout; expect_stderr "2 orgs, 2 apps, 2 root keys, 2 tokens and 0 revocations"
expect_stderr "the store is intact"
run store check --json; expect_done; expect_stdout '"faults":[]'; expect_stdout '"whole":true'; expect_stdout '"tokens":2'

run store backup copy.db; expect_done; expect_no_stdout; expect_stderr "the key-encryption key is not in it"
expect_equal "$(stat -c %a copy.db)" 600; expect_no_file copy.db.kek
cp copy.db before
run store backup copy.db; expect_refused copy.db; expect_same_file copy.db before
run store backup no/such/folder/copy.db; expect_failed no/such/folder
run store backup; expect_usage "file is required"

# An existing store is not overwritten.
run revoke "$lost"; expect_done
new_token later readonly --org arcadia-prod
cp tokens.db at-hand.db
run store restore copy.db; expect_refused "tokens.db is there already"; refute_stderr "the backup was made"
expect_stderr "move it away with its -wal and -shm files, and give it with --old-store"
expect_same_file tokens.db at-hand.db

# If the store is lost, revoked tokens become valid again, which a flag must accept.
mkdir old; mv tokens.db* old/; cp -p old/tokens.db.kek .
run store restore copy.db --yes; expect_usage "--rotate-keys"; expect_stderr "the backup was made"
run store restore copy.db --accept-lost-revocations; expect_usage "give --yes"
run store restore copy.db --accept-lost-revocations --rotate-keys --yes; expect_exit 2
expect_no_file tokens.db
run store restore copy.db --accept-lost-revocations --yes; expect_done; expect_stderr "what was done since then is not known"
expect_stderr "tokens made since then stay valid, but list and revoke --for do not know them; --rotate-keys ends them"
allowed later
allowed kept; allowed lost
run store check; expect_done

# With the old store, its revocations are kept, and no flag is needed.
rm tokens.db*; cp -p old/tokens.db.kek .
run store restore copy.db --old-store old/tokens.db; expect_usage "give --yes"; expect_no_file tokens.db
run store restore copy.db --old-store old/tokens.db --yes --json; expect_done
expect_stderr "since then: 1 token made, 1 revoked"; refute_stderr "still count"
allowed kept; refused lost

# With new keys, no older token is valid.
rm tokens.db*; cp -p old/tokens.db.kek .
run store restore copy.db --rotate-keys --yes; expect_done; expect_stderr "every org gets a new root key"
refused kept; refused lost
new_token fresh readonly --org arcadia-prod; allowed fresh
run audit; expect_done; expect_stdout restore

rm tokens.db*; cp -p old/tokens.db.kek .
run store restore missing.db --rotate-keys --yes; expect_failed missing.db
echo "no backup at all" >odd.db
run store restore odd.db --rotate-keys --yes; expect_failed odd.db
rm tokens.db.kek
run store restore copy.db --rotate-keys --yes; expect_failed tokens.db.kek
expect_no_file tokens.db

# A fault is reported and is a failure.
cp -p old/tokens.db old/tokens.db.kek .
size=$(stat -c %s tokens.db)
dd if=/dev/urandom of=tokens.db bs=1 seek=$((size - 2000)) count=2000 conv=notrunc status=none
run store check; expect_exit 3

rm tokens.db*; cp -p old/tokens.db* .
run store prune; expect_done; expect_stderr "deleted the records of 0 tokens"
run store prune --json; expect_done; expect_stdout_is '{"tokens":0,"revocations":0}'
