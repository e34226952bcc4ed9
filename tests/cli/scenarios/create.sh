#!/usr/bin/env bash
# create: writes a token and a newline to stdout, and its description to stderr.
. "$(dirname "$0")/../lib.sh"

new_store
run create readonly --org arcadia-prod --expiry 48h --name dashboards --for kim@example.com; expect_done
expect_equal "$(wc -l <"$SCRATCH/stdout")" 1
expect_stdout_like '^FlyV1 fm2_[A-Za-z0-9+/]+=*$'
expect_stderr arcadia-prod
expect_stderr "(in 2 days)"
id=$(sed -n 's/.*its id is \([0-9a-f-]\{36\}\).*/\1/p' "$SCRATCH/stderr")
stdout >token
run inspect --token-file token; expect_done; expect_stdout "$id"
refute_stdout dashboards; refute_stdout kim  # for the store, never in the token

run create org --org 2 --json; expect_done
expect_stdout '"profile":"org"'; expect_stdout '"org":{"id":2,"name":"arcadia-prod"}'; expect_stdout '"app":null'
[[ $(json_text token) == "FlyV1 fm2_"* ]] || fail "expected a token"
[[ $(json_text expires) =~ ^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$ ]] || fail "expected an end"

run create org --org arcadia-prod --role member; expect_done
run_with "$(stdout)" inspect --json; expect_done; expect_stdout '"type":"IsMember"'

run create deploy --app arcadia-prod-api --json; expect_done
expect_stdout '"app":{"id":2,"name":"arcadia-prod-api"}'; expect_stdout '"org":{"id":2,"name":"arcadia-prod"}'
run create deploy --app 2 --org arcadia-prod --expiry never --json; expect_done; expect_stdout '"expires":null'

# The default is 90 days.
run create readonly --org 1; expect_done; expect_stderr "(in 90 days)"
run create readonly --org 1 --expiry 2w; expect_done; expect_stderr "(in 14 days)"
run create readonly --org 1 --expiry 90m; expect_done; expect_stderr "(in 1 h 30 min)"
run create readonly --org 1 --expiry 2999-12-31T23:59:59+01:00; expect_done; expect_stderr "2999-12-31 22:59:59 UTC"
