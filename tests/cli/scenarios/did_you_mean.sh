#!/usr/bin/env bash
# A mistyped command, flag, org, app, name or holder is answered with the nearest one, of those that the asker may see.
. "$(dirname "$0")/../lib.sh"
. "$TOKENS/../daemon.sh"

meant() { expect_stderr "$1; did you mean $2?"; }
wrong() { local what=$1 mean=$2; shift 2; run "$@"; expect_usage "$what"; meant "$what" "$mean"; }
wrong "unknown command verfy" verify verfy
wrong "unknown command org" orgs org list
wrong "unknown command add" create orgs add arcadia-test
wrong "unknown command readnly" readonly create readnly --org 1
wrong "unknown command backup" "store backup" backup file
wrong "unknown command help" --help help
wrong "unknown flag --exipry" --expiry create readonly --org 1 --exipry 2d
wrong "unknown flag --exipry=2d" --expiry create readonly --org 1 --exipry=2d
wrong "unknown flag --fro" --for revoke --fro kim@example.com
wrong "unknown flag --jsn" --json orgs list --jsn
# The flag that goes with this command and with what was given.
wrong "unknown flag --expiry" --expiring list --expiry 7d
wrong "unknown flag --expiry" "--expired or --expiring" list --expiry
wrong "unknown flag --expires" --expiry create readonly --org 1 --expires 7d
wrong "unknown flag --holder" --for revoke --holder kim@example.com
wrong "unknown flag --token" --token-file inspect --token file
wrong "unknown flag --readonly" --read-only attenuate --readonly
wrong "unknown flag --mdae-by" --made-by list --mdae-by kim
wrong "unknown flag --aciton" --action verify --org 1 --aciton r
wrong "unknown flag --locaton" --location 3p add --locaton https://auth.example.com
wrong "unknown flag --rotate-key" --rotate-keys store restore file --rotate-key
run orgs list --expiry 7d; expect_usage "unknown flag --expiry"; refute_stderr "did you mean"
# Commands at every place.
for command in "orgs lsit=list" "apps crate=create" "keys rotat=rotate" "keys retrie=retire" "store bakup=backup" "store intit=init" \
  "3p fecth=fetch" "third-party tikets=tickets" "create deplyo=deploy" "create machine=machine-exec" "atenuate=attenuate" "lst=list"; do
  typed=${command%=*}; wrong "unknown command ${typed##* }" "${command#*=}" $typed
done
run verfy --help; expect_usage "unknown command verfy"; meant "unknown command verfy" verify
run orgs lsit --help; expect_usage "unknown command lsit"
run nonsense; expect_usage "unknown command nonsense"; refute_stderr "did you mean"

new_store
new_token as org --org arcadia-prod
new_token token readonly --org arcadia-prod --name dashboards --for kim@example.com
no_such() { local mean=$1; shift; run "$@"; expect_refused "there is no "; expect_stderr "; did you mean $mean?"; }
no_such arcadia-prod create readonly --org arcadia-pord
no_such arcadia-prod-api create deploy --app arcadia-prod-ap
no_such arcadia-prod list --org arcadia-pord
no_such arcadia-prod-api list --app arcadia-prod-ap
no_such arcadia-prod apps create x --org arcadia-pord
no_such arcadia-prod apps list --org arcadia-pord
no_such arcadia-prod-api apps rename arcadia-prod-ap x
no_such arcadia-prod-api apps delete arcadia-prod-ap --yes
no_such arcadia-prod orgs show arcadia-pord
no_such arcadia-prod orgs rename arcadia-pord x
no_such arcadia-prod orgs delete arcadia-pord --yes
no_such arcadia-prod keys list --org arcadia-pord
no_such arcadia-prod keys rotate --org arcadia-pord
no_such arcadia-prod audit --org arcadia-pord
no_such arcadia-prod revoke --for kim@example.com --org arcadia-pord
no_such arcadia-prod attenuate --token-file token --org arcadia-pord
no_such arcadia-prod-api attenuate --token-file token --app arcadia-prod-ap:r
for judge in verify can; do
  run $judge --token-file token --org arcadia-pord --action r; expect_exit 1; expect_stdout unknown_org; meant 'there is no org named "arcadia-pord"' arcadia-prod
  run $judge --token-file token --app arcadia-prod-ap --action r; expect_exit 1; expect_stdout unknown_app
  meant 'there is no app named "arcadia-prod-ap"' arcadia-prod-api
done
run create readonly --org nobody; expect_refused "there is no org"; refute_stderr "did you mean"
run list --for kim@exmaple.com; expect_done; expect_stderr 'did you mean "kim@example.com"?'
run list --name dashbords; expect_done; expect_stderr 'did you mean "dashboards"?'

me=$(id -un)
run list --made-by "${me}x"; expect_done; expect_stderr "did you mean \"$me\"?"
run list --made-by "${me^^}"; expect_done; expect_stderr "did you mean \"$me\"?"
run list --made-by nobody-near; expect_done; expect_stderr "there is no such token"; refute_stderr "did you mean"

# Over HTTP, of the org of the asking token alone.
start_daemon
asked() { local mean=$1; shift; ask "$@"; expect_exit 1; expect_no_stdout; expect_stderr "; did you mean $mean?"; }
asked arcadia-prod create readonly --org arcadia-pord
asked arcadia-prod-api create deploy --app arcadia-prod-ap
asked arcadia-prod list --org arcadia-pord
asked arcadia-prod keys rotate --org arcadia-pord
for name in "--org arcadia-dve" "--app arcadia-dev-ap"; do
  ask create deploy --app arcadia-prod-api $name; [[ $STATUS == 1 || $STATUS == 2 ]] || fail "expected a refusal"
  refute_stderr arcadia-dev-api; refute_stderr "did you mean"
done
ask list --made-by "${me}x"; expect_done; expect_stderr "did you mean \"$me\"?"
ask list --for kim@exmaple.com; expect_done; expect_stderr 'did you mean "kim@example.com"?'

# Actions in words, and expiries as people write them.
for actions in read r "read,write" all; do
  run can --token-file as --org arcadia-prod --action $actions; expect_done
done
run verify --token-file token --org arcadia-prod --action read,write; expect_exit 1; expect_stdout "the access is rw"
run attenuate --token-file token --action read; expect_done
run verify --org 1 --action reed; expect_usage "or read, write, create, delete, control, with commas, or all"
for expiry in "2 days=(in 2 days)" "8h30m=(in 8 h 30 min)" "1y=(in 1 year)" "1y3d=(in 1 year 3 days)" "1d90m=(in 1 day 2 h)" \
  "1s=(in 1 second)" "59s=(in 59 seconds)" "61s=(in 1 min 1 s)" "9m59s=(in 9 min 59 s)" "10m29s=(in 10 minutes)" "59m29s=(in 59 minutes)" "59m30s=(in 1 hour)" "119m31s=(in 2 hours)" "23h59m29s=(in 23 h 59 min)" \
  "23h59m30s=(in 1 day)" "47h29m59s=(in 1 day 23 h)" "364d23h30m=(in 1 year)" "730d=(in 2 years)" "2099-12-31=until 2099-12-31 23:59:59 UTC"; do
  run create readonly --org arcadia-prod --expiry "${expiry%%=*}"; expect_done; expect_stderr "${expiry#*=}"
done
ask create readonly --org arcadia-prod --expiry "2 days"; expect_done; expect_stderr "(in 2 days)"
