#!/usr/bin/env bash
# attenuate: each flag narrows a token offline, and the result still verifies.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token org --org arcadia-prod --expiry 30d
mkdir offline
narrow() { run attenuate --token-file token "$@"; expect_done; expect_stdout_like '^FlyV1 fm2_[A-Za-z0-9+/]+=*$'; stdout >narrowed; }
may() { run verify --token-file narrowed --org arcadia-prod "$@"; expect_done; expect_stdout_is allowed; }
may_not() { run verify --token-file narrowed --org arcadia-prod "$@"; expect_exit 1; expect_stdout_in_order refused caveat; }

narrow --read-only; expect_stderr "added 1 caveat to 1 token"
may --action r; may_not --action w
run attenuate --token-file narrowed --read-only; expect_done; expect_stderr "already has all of it"
expect_stdout_is "$(cat narrowed)"
narrow --action rw
may --action rw; may_not --action rwd
narrow --org arcadia-prod
may --action w
narrow --org 1
may_not --action r
narrow --app arcadia-prod-api:rw
may --app arcadia-prod-api --action w; may_not --app arcadia-prod-api --action d; may_not --action r
narrow --app arcadia-prod-api --app 1:r
may --app arcadia-prod-api --action rwcdC
narrow --feature wg --feature domain:r
may --feature wg --action d; may --feature domain --action r; may_not --feature domain --action w; may_not --feature site --action r
narrow --command "ls -l  /srv"
may --app 2 --machine m1 --command "ls -l /srv" --action C
may --app 2 --machine m1 --command-arg ls --command-arg=-l --command-arg /srv --action C
may_not --app 2 --machine m1 --command "ls -l" --action C
narrow --expiry 1h
may --action r
run inspect --token-file narrowed; expect_done; expect_stdout "(in 1 hour)"
narrow --read-only --app 2 --expiry 2h; expect_stderr "added 3 caveats"
may --app 2 --action r; may_not --app 2 --action w
narrow --app 2 --feature wg; expect_stderr "no access names both"

# It says what is left and until when, whether an expiry does anything, and whether nothing is left.
narrow --read-only --expiry 90m
expect_stderr "May read everything in org arcadia-prod (2), and change nothing."; expect_stderr_like 'until .* UTC \(in 1 h 30 min\)$'
refute_stderr "does nothing"; refute_stderr warning
narrow --expiry 60d; expect_stderr_like -- '--expiry does nothing: the token already ends .* UTC \(in 30 days\)$'
expect_stderr_like 'until .* UTC \(in 30 days\)$'
for nothing in "--org 1" "--app 2 --feature wg"; do narrow $nothing; expect_stderr "warning: nothing is left"; done
run attenuate --token-file narrowed --expiry 1h; expect_done; expect_stderr "warning: nothing is left"
new_token ssh.token ssh --app arcadia-prod-api --expiry 1h
run attenuate --token-file ssh.token --expiry 2h --action read; expect_done
expect_stderr "does nothing for 2 of 2 tokens"; expect_stderr_like 'token 1: May read app'; expect_stderr_like 'token 2: Limits: only the mutations'
expect_stderr_like '^tokenctl: until .*\(in 1 hour\)$'

run attenuate --token-file token --read-only --json; expect_done
expect_stdout '"added":[{"body":"r","type":"Action"}]'; expect_stdout '"token":"FlyV1 fm2_'

# Without a store, ids work and names do not.
cd offline || exit 1
run attenuate --token-file ../token --app 2:r --org 2; expect_done; expect_no_file tokens.db
run attenuate --token-file ../token --app arcadia-prod-api; expect_usage 'cannot look up the name "arcadia-prod-api"'
run attenuate --token-file ../token --org arcadia-prod; expect_usage "give the id"
run attenuate --token-file ../token --org arcadia-prod --store sqlite:../tokens.db; expect_done
run attenuate --token-file ../token --org 2 --store sqlite:missing.db; expect_failed missing.db

# The bundle keeps its parts, and the discharge gets no caveat.
run attenuate --token-file "$TOKENS/with_discharge.txt" --read-only; expect_done; expect_stderr "to 1 token"
expect_equal "$(grep -o fm2_ "$SCRATCH/stdout" | wc -l)" 2
discharge=$(sed 's/.*,//' "$TOKENS/with_discharge.txt")
expect_stdout "$discharge"
