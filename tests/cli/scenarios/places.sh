#!/usr/bin/env bash
# Which service a command uses: a store, a server or none, and never two of them.
. "$(dirname "$0")/../lib.sh"

new_store
new_token as org --org arcadia-prod
for command in "store init" "store check" "store prune" "store backup x" "orgs create a" "orgs show 1" "orgs rename 1 b" \
  "orgs delete 1 --yes" "apps create a --org 1" "apps rename 1 b" "apps delete 1 --yes" "keys rewrap" \
  "keys retire 00000000000000000000000000000000 --yes" "inspect --token-file as" "attenuate --token-file as --read-only" \
  "verify --token-file as --org 1 --action r" "can --token-file as --org 1 --action r" "3p tickets --token-file as"; do
  run $command --server http://127.0.0.1:1 --as-file as; expect_usage "--server: this command does not use a server"
done
expect_no_file x
for command in list "revoke --for a" "orgs list" "apps list" "keys list" "keys rotate --org 1" "create readonly --org 1" audit; do
  run $command --server http://127.0.0.1:1 --store sqlite:tokens.db --as-file as; expect_usage "--server cannot be given together with --store or --kek-file"
  run $command --server http://127.0.0.1:1 --kek-file tokens.db.kek --as-file as; expect_usage "--server cannot be given together with --store or --kek-file"
  RUN_ENV=(TOKENCTL_SERVER=http://127.0.0.1:1 TOKENCTL_STORE=sqlite:tokens.db)
  run $command; expect_usage "give --server or --store"
  RUN_ENV=()
  run $command --as-file as; expect_usage "--as-file needs a server"
  run $command --as-file as --store sqlite:tokens.db; expect_usage "--as-file"
done
run whoami; expect_usage "there is no server to ask"
run whoami --as-file as; expect_usage "--as-file needs a server"

# The variable counts for the commands that a server can do, unless a flag names a store.
RUN_ENV=(TOKENCTL_SERVER=http://127.0.0.1:1 "TOKENCTL_AUTH=$(cat as)")
run list; expect_failed "http://127.0.0.1:1 gave no answer"
run list --store sqlite:tokens.db; expect_done
for command in "orgs show arcadia-prod" "orgs create x" "apps rename 1 x" "keys rewrap" "store check" "verify --token-file as --org 2 --action r"; do
  run $command; expect_usage "TOKENCTL_SERVER is set, and this command works on a store"
done
run orgs show arcadia-prod --store sqlite:tokens.db; expect_done
run verify --token-file as --org 2 --action r --kek-file tokens.db.kek; expect_done
run inspect --token-file as; expect_done
run can --token-file as --org 2 --action r; expect_done
RUN_ENV=(TOKENCTL_STORE=sqlite:none.db "TOKENCTL_AUTH=$(cat as)")
run list --server http://127.0.0.1:1; expect_failed "http://127.0.0.1:1 gave no answer"
