#!/usr/bin/env bash
# store init makes a store and a key only its owner can read, and overwrites neither.
. "$(dirname "$0")/../lib.sh"

run store init; expect_done; expect_no_stdout
expect_stderr tokens.db.kek
expect_equal "$(stat -c %a tokens.db.kek)" 600
cp tokens.db first.db; cp tokens.db.kek first.kek

run store init; expect_refused tokens.db
expect_same_file tokens.db first.db; expect_same_file tokens.db.kek first.kek

# A key file without a store is not overwritten.
rm tokens.db
run store init; expect_refused tokens.db.kek
expect_no_file tokens.db; expect_same_file tokens.db.kek first.kek

# A store in another place, by flag and by variable, with its own key file and location.
run store init --store sqlite:other.db --kek-file other.key --location https://tokens.example.com/v1 --json; expect_done
expect_equal "$(json_text location)" https://tokens.example.com/v1
expect_equal "$(json_text kek_file)" other.key
expect_equal "$(stat -c %a other.key)" 600
run --store sqlite:other.db --kek-file other.key orgs create arcadia; expect_done
run create readonly --org arcadia --store sqlite:other.db --kek-file other.key; expect_done
run_with "$(stdout)" inspect; expect_done; expect_stdout https://tokens.example.com/v1
RUN_ENV=(TOKENCTL_STORE=sqlite:third.db)
run store init; expect_done
[[ -f third.db ]] || fail "expected third.db"

run store init --store sqlite:fourth.db --location gopher://example.com; expect_usage "gopher"
expect_no_file fourth.db; expect_no_file fourth.db.kek
run store init --store sqlite:no/such/folder/tokens.db; expect_failed no/such/folder
