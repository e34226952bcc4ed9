#!/usr/bin/env bash
# A wrong command line ends with 2, and the message names the wrong part.
. "$(dirname "$0")/../lib.sh"

run; expect_usage "a command is missing"
run orgs; expect_usage "a command is missing"
run nonsense; expect_usage "unknown command nonsense"
run orgs nonsense; expect_usage "unknown command nonsense"
run kyes list; expect_usage "unknown command kyes"
run kyes list --json; expect_usage "unknown command kyes"
run keys kyes list; expect_usage "unknown command kyes"
run --store a list kyes; expect_usage "unexpected argument kyes"
run orgs create; expect_usage "name is required"
run orgs create a b; expect_usage "unexpected argument b"
run orgs list --nonsense; expect_usage "unknown flag --nonsense"
run orgs create arcadia --id 1 --id 2; expect_usage "--id is given more than once"
run --store a --store b orgs list; expect_usage "--store is given more than once"
run --store; expect_usage "--store needs a value"
run orgs list --store ''; expect_usage "--store: the value is empty"
run orgs list --store=; expect_usage "--store= has no value"
run orgs list --store "$(head -c 70000 /dev/zero | tr '\0' a)"; expect_usage "--store: the value is longer than 65536 bytes"
run create readonly; expect_usage "--org is required"
run create deploy --org 1; expect_usage "--app is required"
run create org --org 1 --app 1; expect_usage "unknown flag --app"
run create org --org 1 --role owner; expect_usage "--role"
run verify --org 1; expect_usage "--action is required"
run verify --org 1 --action ''; expect_usage "--action: the value is empty"
run verify --org 1 --action rx; expect_usage "--action"
run verify --org 1 --action rr; expect_usage "--action"
run verify --org 1 --action r --at yesterday; expect_usage "--at"
run verify --org 0 --action r; expect_usage "an id is a number"
run verify --org 9007199254740992 --action r; expect_usage "an id is a number from 1 to 9007199254740991"
run verify --org Arcadia --action r; expect_usage "Arcadia"
run verify --org 1 --action r --command a --command-arg b; expect_usage "--command"
run can --org 1 --action r --command '   '; expect_usage "--command: there is no word in it"
run orgs list --store postgres:x; expect_usage "postgres"

# A token among the arguments is not repeated in a message.
run inspect fm2_secret; expect_usage "do not write a token as an argument"; refute_stderr secret

# A mistyped flag is named, and not the one that is missing because of it.
run create readonly --ogr 7; expect_usage "unknown flag --ogr"
