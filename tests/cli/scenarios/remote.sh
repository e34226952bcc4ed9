#!/usr/bin/env bash
# --server: the same commands and the same answers, from tokend.
. "$(dirname "$0")/../lib.sh"
. "$TOKENS/../daemon.sh"

new_store
new_token as org --org arcadia-prod --name admin --for ops@example.com
as=$(sed -n 's/.*its id is \([0-9a-f-]\{36\}\).*/\1/p' "$SCRATCH/stderr")
new_token elsewhere readonly --org arcadia-dev --for ann@example.com --name ci
elsewhere=$(sed -n 's/.*its id is \([0-9a-f-]\{36\}\).*/\1/p' "$SCRATCH/stderr")
start_daemon

id_made() { sed -n 's/.*its id is \([0-9a-f-]\{36\}\).*/\1/p' "$SCRATCH/stderr"; }
allowed() { run verify --token-file "$1" --org arcadia-prod --action r; expect_done; }
refused() { run verify --token-file "$1" --org arcadia-prod --action r; expect_exit 1; }

# create: the same as at the store, but at most what the asking token allows.
ask create readonly --org arcadia-prod --expiry 48h --name dashboards --for ann@example.com; expect_done
expect_stdout_like '^FlyV1 fm2_[A-Za-z0-9+/]+=*$'; stdout >ann; ann=$(id_made)
expect_stderr "org arcadia-prod (2)"; expect_stderr "(in 2 days)"
allowed ann
ask create deploy --app arcadia-prod-api --name ci --json; expect_done; json_text token >ci; ci=$(json_text id)
expect_stdout '"app":{"id":2,"name":"arcadia-prod-api"}'; expect_stdout '"org":{"id":2,"name":"arcadia-prod"}'
run verify --token-file ci --app arcadia-prod-api --action w; expect_done
ask create machine-exec --app 2 --command-prefix "ls -l" -- uptime; expect_done; stdout >exec
run inspect --token-file exec; expect_done; expect_stdout Commands
ask create ssh --app arcadia-prod-api --expiry never; expect_done; expect_stderr "one token in 2 copies"
expect_stderr "until "  # its maker's end
ask create org --org 2 --role member; expect_done; run_with "$(stdout)" inspect; expect_stdout IsMember
ask create readonly --org arcadia-dev; expect_exit 1; expect_no_stdout
ask create readonly --org nobody; expect_exit 1; expect_no_stdout
ask create deploy --app arcadia-dev-api; expect_exit 1; expect_no_stdout

# list
both() { # ARGS…: the same answer from the store and from the server
  run "$@"; expect_done; stdout >here
  ask "$@"; expect_done; stdout >there
  expect_same_file here there
}
both list --org arcadia-prod
both list --org 2 --json
both list --org 2 --for ' ANN@example.com' --profile readonly --json
both list --org 2 --app arcadia-prod-api
both list --org 2 --expiring 7d
both list --org 2 --name nobody
ask list; expect_done; expect_stdout "$ann"; expect_stdout_like "^$ann .* $as "; refute_stdout "$elsewhere"
ask list --org arcadia-dev; expect_exit 1; expect_no_stdout
ask list --app arcadia-dev-api; expect_exit 1; expect_no_stdout

# orgs, apps, keys
ask orgs list; expect_done; expect_stdout arcadia-prod; refute_stdout arcadia-dev
both apps list --org 2
both apps list --org 2 --json
both keys list --org arcadia-prod
both keys list --org 2 --json
ask keys rotate --org arcadia-prod; expect_done; expect_stdout_like '^[0-9a-f]{32}$'
both keys list --org arcadia-prod; expect_stdout verifying
ask keys rotate --org arcadia-dev; expect_exit 1; expect_no_stdout
allowed ann

# revoke: tokens made with a token are revoked together with it.
run create org --org arcadia-prod --name maker; expect_done; stdout >maker; maker=$(id_made)
run create readonly --org 2 --server "$server" --as-file maker --name child; expect_done; stdout >child; child=$(id_made)
ask revoke "$maker"; expect_done; expect_equal "$(stdout | sort)" "$(printf '%s\n' "$maker" "$child" | sort)"
expect_stderr "revoked $child, a readonly token \"child\", made with $maker"; expect_stderr "revoked 2 tokens"
refused maker; refused child
run whoami --server "$server" --as-file child; expect_done; expect_stdout_like '^Status +revoked [0-9-]+ [0-9:]+ UTC \('; expect_stdout "valid, but it counts no more: The token has been revoked"
ask revoke "$maker" "$elsewhere" "$ci"; expect_exit 1; expect_stdout_is "$ci"
expect_stderr "$maker was already revoked"; expect_stderr "$elsewhere was not revoked: $server says"
refused ci; run verify --token-file elsewhere --org arcadia-dev --action r; expect_done
ask revoke 67a18dba-761b-5281-be62-275744f1eb41; expect_exit 1; expect_no_stdout
ask revoke --for 'Ann@Example.COM '; expect_done; expect_stdout_is "$ann"
refused ann; run verify --token-file elsewhere --org arcadia-dev --action r; expect_done
ask revoke --for 'ann@example.con'; expect_refused "nothing was revoked"; expect_stderr '"ann@example.com"'
ask revoke --name CI; expect_done; expect_no_stdout; expect_stderr "$ci was already revoked"
ask create readonly --org 2; expect_done; stdout >by-token; id=$(id_made)
ask revoke --token-file by-token --json; expect_done; expect_stdout_is '{"revoked":["'"$id"'"],"already":[]}'

# revoke --self: with the token alone, of any kind, also one that has ended; again is fine.
ask create readonly --org 2 --for bot; expect_done; stdout >found; id=$(id_made)
run revoke --self --token-file found --server "$server"; expect_done; expect_stdout_is "$id"; expect_stderr "revoked $id"
run revoke --self --server "$server" --as-file found; expect_done; expect_no_stdout; expect_stderr "$id was already revoked"
run_from found revoke --self --server "$server" --json; expect_done; expect_stdout_is '{"revoked":[],"already":["'"$id"'"]}'
refused found
ask create deploy --app arcadia-prod-api; expect_done; stdout >found; id=$(id_made)
over='{"type":"ValidityWindow","body":{"not_before":0,"not_after":1000000000}}'
run_with "$over" attenuate --token-file found -f -; expect_done; stdout >ended
run revoke --self --token-file ended --server "$server"; expect_done; expect_stdout_is "$id"
ask audit --json; expect_done; expect_stdout '"detail":"self"'; expect_stdout '"detail":"self: it was for bot"'
run revoke --self --token-file found; expect_usage "--self asks a server"
run revoke --self "$id" --token-file found --server "$server"; expect_usage "in one way only"
run revoke --self --token-file found --as-file as --server "$server"; expect_usage "give the token once"

# A token without a record is revoked by showing it: here one that was made with a copy of the store.
mkdir copy; cp tokens.db tokens.db.kek copy; [[ ! -e tokens.db-wal ]] || cp tokens.db-wal copy
run create readonly --org 2 --store sqlite:copy/tokens.db; expect_done; stdout >lost; id=$(id_made)
allowed lost
ask revoke "$id"; expect_exit 1; expect_no_stdout
ask revoke --token-file lost; expect_done; expect_stdout_is "$id"
refused lost

# audit, whoami
both audit --org arcadia-prod --json
ask audit --since 1h; expect_done; expect_stdout_like " mint .* $as of ops@example.com from 127.0.0.1"
ask audit --org arcadia-dev; expect_exit 1; expect_no_stdout
ask whoami; expect_done; expect_stdout_in_order arcadia-prod "Profile    org" "Name       admin" "For        ops@example.com" "$as" "checked: valid"
ask whoami --json; expect_done; expect_stdout '"signature_checked":true'; expect_stdout '"verified":true'
RUN_ENV=("TOKENCTL_SERVER=$server" "TOKENCTL_AUTH=$(cat as)")
run whoami; expect_done; expect_stdout "$as"
run list; expect_done; expect_stdout arcadia
RUN_ENV=()

# A token that may only read.
run create readonly --org arcadia-prod; expect_done; stdout >as
ask list; expect_done
ask create readonly --org arcadia-prod; expect_refused not_allowed
ask revoke "$as"; expect_exit 1; expect_no_stdout
ask keys list; expect_refused not_allowed
ask audit; expect_refused not_allowed
run audit --org arcadia-prod; expect_done; expect_stdout "revoke (refused)"; expect_stdout "mint (refused)"

# A token that may revoke but not read: the ids are reported without a description.
run create org --org arcadia-prod; expect_done; run_with "$(stdout)" attenuate --action cd; expect_done; stdout >as
run create readonly --org arcadia-prod; expect_done; id=$(id_made)
ask revoke "$id"; expect_done; expect_stdout_is "$id"; expect_stderr_like "revoked $id\$"; refute_stderr "no record"

# whoami of a token that has ended says since when.
run create readonly --org 2 --for bot; expect_done; stdout >bot
run_with "$over" attenuate --token-file bot -f -; expect_done; stdout >ended
run whoami --server "$server" --as-file ended; expect_done; expect_stdout_like '^Status +ended [0-9-]+ [0-9:]+ UTC \('; expect_stdout bot
run list --server "$server" --as-file ended; expect_refused "(expired)"

stop_server
ask list; expect_failed "gave no answer: cannot connect"
