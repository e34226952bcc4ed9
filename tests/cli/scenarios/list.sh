#!/usr/bin/env bash
# list: the tokens that were made, without flags only live ones; never the texts of the tokens.
. "$(dirname "$0")/../lib.sh"

new_store
run list; expect_done; expect_stdout_like '^ID +NAME +PROFILE +APP +FOR +MADE BY +CREATED +EXPIRES +STATUS +LAST USED$'
expect_equal "$(wc -l <"$SCRATCH/stdout")" 1

token_of() { # FILE ARGS…: makes one, its id in `id`
  new_token "$@"
  id=$(sed -n 's/.*its id is \([0-9a-f-]\{36\}\).*/\1/p' "$SCRATCH/stderr")
}
token_of ann readonly --org arcadia-prod --expiry 48h --name dashboards --for ann@example.com; ann=$id
token_of ci deploy --app arcadia-prod-api --name ci --for ci; ci=$id
token_of dev readonly --org arcadia-dev --expiry never --name "Dash Boards"; dev=$id

run list; expect_done; expect_equal "$(wc -l <"$SCRATCH/stdout")" 4
expect_stdout_like "^$ann +arcadia-prod +dashboards +readonly +- +ann@example.com +$(id -un) .*\(in 2 days\) +live +-\$"
expect_stdout_like "^$ci +arcadia-prod +ci +deploy +arcadia-prod-api +ci "
expect_stdout_like "^$dev +arcadia-dev +Dash Boards +readonly +- +- .* never +live +-\$"
refute_stdout fm2_
run list --org arcadia-dev; expect_done; expect_stdout "$dev"; refute_stdout "$ann"; refute_stdout ORG
run list --app arcadia-prod-api; expect_done; expect_stdout "$ci"; refute_stdout "$ann"
run list --app 2 --org 2; expect_done; expect_stdout "$ci"
run list --profile deploy; expect_done; expect_stdout "$ci"; refute_stdout "$ann"
run list --for ' ANN@Example.com '; expect_done; expect_stdout "$ann"; refute_stdout "$ci"
run list --name DASHBOARDS; expect_done; expect_stdout "$ann"; refute_stdout "$dev"
run list --name 'dash boards'; expect_done; expect_stdout "$dev"; refute_stdout "$ann"
run list --expiring 7d; expect_done; expect_stdout "$ann"; refute_stdout "$ci"; refute_stdout "$dev"
run list --expiring 1h; expect_done; refute_stdout "$ann"
run list --expiring 52w; expect_done; expect_stdout "$ci"; refute_stdout "$dev"
run list --for nobody; expect_done; expect_equal "$(wc -l <"$SCRATCH/stdout")" 1
expect_stderr "there is no such token"; refute_stderr "did you mean"
run list --for anne@example.com; expect_done; expect_stderr 'did you mean "ann@example.com"?'
run list --name dashbords --json; expect_done; expect_stdout_is '{"tokens":[]}'; expect_stderr 'did you mean "dashboards"?'
run list --for ann@example.com; expect_done; refute_stderr "no such token"

run list --json --name ci; expect_done
expect_stdout_like '^\{"tokens":\[\{"id":"'"$ci"'","name":"ci","profile":"deploy","org":\{"id":2,"name":"arcadia-prod"\},"app":\{"id":2,"name":"arcadia-prod-api"\},"for":"ci","made_by":\{"user":"'"$(id -un)"'"\},"created":"20[0-9TZ:-]+","expires":"20[0-9TZ:-]+","status":"live","last_used":null\}\]\}$'
run list --json --org arcadia-dev; expect_done; expect_stdout '"app":null'; expect_stdout '"expires":null'
run list --json --for nobody; expect_done; expect_stdout_is '{"tokens":[]}'

# Revoked and expired ones are only listed with a flag.
run revoke "$ci"; expect_done
run list; expect_done; refute_stdout "$ci"
run list --expired; expect_done; refute_stdout "$ci"
run list --revoked; expect_done; expect_stdout_like "^$ci .* revoked +-\$"; expect_stdout "$ann"
token_of short readonly --org 1 --expiry 1s; short=$id
sleep 2
run list; expect_done; refute_stdout "$short"
run list --revoked; expect_done; refute_stdout "$short"
run list --expired; expect_done; expect_stdout_like "^$short .* expired +-\$"

run list --org nobody; expect_refused nobody
run list --app nobody; expect_refused nobody
run list --app arcadia-prod-api --org arcadia-dev; expect_exit 2; expect_no_stdout
run list --profile writer; expect_usage "--profile"
for time in yesterday never 0d -1d; do run list --expiring=$time; expect_usage "--expiring: "; done
run list --org Arcadia; expect_usage Arcadia
run list "$ann"; expect_usage "unexpected argument"

# Text that others put into labels cannot control the terminal: run() looks for that.
run create readonly --org 1 --name $'\e[31mred'; expect_usage "no control characters"
run create readonly --org 1 --name $'red\u202e' --for $'\u200bwho'; expect_done
run list; expect_done; expect_stdout 'red\u202e'; expect_stdout '\u200bwho'
run list --json; expect_done
