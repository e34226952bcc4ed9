#!/usr/bin/env bash
# create machine-exec: allows commands on the app's machines, given in any of three ways.
. "$(dirname "$0")/../lib.sh"

new_store
make() { run create machine-exec --app arcadia-prod-api "$@"; expect_done; stdout >token; }
may() { run verify --token-file token --app 2 --machine m1 --action C "$@"; expect_done; expect_stdout_is allowed; }
may_not() { run verify --token-file token --app 2 --machine m1 --action C "$@"; expect_exit 1; expect_stdout Commands; }

make --command "ls -l"
expect_stderr 'only to run "ls -l"'
may --command "ls -l"
may_not --command "ls"; may_not --command "ls -l /"; may_not
run verify --token-file token --app 1 --machine m1 --action C --command "ls -l"; expect_exit 1; expect_stdout wrong_org

make --command-prefix "cat /var"
may --command "cat /var"; may --command "cat /var x"; may_not --command cat; may_not --command "cat /var/x"

make --command "ls  -l" --command date --command-prefix "cat /var" --command-prefix du -- printf '%s %s' -n
may --command "ls -l"; may --command date; may --command "cat /var x"; may --command "du -s"
may --command-arg printf --command-arg '%s %s' --command-arg=-n
may_not --command "date -u"; may_not --command "printf %s %s -n"

# Words at the end need -- only if one begins with -. A word may be the name of a tokenctl command.
make uname; may --command uname
make verify me; may --command "verify me"
run create machine-exec --app 2 ls -l; expect_usage "unknown flag -l"

run create machine-exec --app 2 --json -- ls; expect_done; expect_stdout '"profile":"machine-exec"'
run create machine-exec --app 2; expect_usage "no command was given"
run create machine-exec --app 2 --command ' '; expect_usage "--command: there is no word in it"
run create machine-exec --app 2 --command-prefix ' '; expect_usage "--command-prefix: there is no word in it"
run create machine-exec -- ls; expect_usage "--app is required"
run create machine-exec --app 2 --command $'a\xff'; expect_usage "not UTF-8"
