#!/usr/bin/env bash
# The key file must exist, belong to the store, and be readable and writable only by its owner.
. "$(dirname "$0")/../lib.sh"

new_store
cp -p tokens.db.kek good.kek
cp tokens.db before.db

refused() { run orgs list; expect_failed tokens.db.kek; expect_same_file tokens.db before.db; }

rm tokens.db.kek
refused
expect_no_file tokens.db.kek

for mode in 604 640 620 602 660 644; do
  cp -p good.kek tokens.db.kek; chmod $mode tokens.db.kek
  if [[ $mode == 640 ]]; then
    run orgs list; expect_done  # a group may read it
    cp tokens.db before.db      # opened and closed, which stands in the file
  else
    refused
    expect_equal "$(stat -c %a tokens.db.kek)" $mode
    expect_same_file tokens.db.kek good.kek
  fi
done

rm tokens.db.kek
run store init --store sqlite:other.db; expect_done
cp -p other.db.kek tokens.db.kek
refused

head -c 10 good.kek >tokens.db.kek; chmod 600 tokens.db.kek
refused
: >tokens.db.kek; chmod 600 tokens.db.kek
refused
rm tokens.db.kek; mkdir tokens.db.kek
refused
rmdir tokens.db.kek

# It can be in another place.
run orgs list --kek-file good.kek; expect_done; expect_stdout arcadia-prod
run orgs list --kek-file missing.kek; expect_failed missing.kek
