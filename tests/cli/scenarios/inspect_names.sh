#!/usr/bin/env bash
# Names where a store is at hand, ids elsewhere; only a store that was asked for must open.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token deploy --app arcadia-prod-api
run inspect --token-file token; expect_done; expect_stdout arcadia-prod-api

# The names are those of the store's own service. Elsewhere organization 1 is another one.
run inspect --token-file "$TOKENS/with_discharge.txt"; expect_done; expect_stdout "organization 1"; refute_stdout arcadia
run can --token-file "$TOKENS/with_discharge.txt" --org arcadia-dev --action r; expect_usage "arcadia-dev is a name"
run attenuate --token-file "$TOKENS/with_discharge.txt" --org arcadia-dev; expect_usage "arcadia-dev is a name"

mv tokens.db hidden.db; mv tokens.db.kek hidden.db.kek
run inspect --token-file token; expect_done; expect_no_stderr
refute_stdout arcadia; expect_stdout 2
run inspect --token-file token --store sqlite:hidden.db; expect_done; expect_stdout arcadia-prod-api
RUN_ENV=(TOKENCTL_STORE=sqlite:hidden.db)
run inspect --token-file token; expect_done; expect_no_stderr; expect_stdout arcadia-prod-api

# The environment may name a store for other commands: looking at a token goes on without it.
RUN_ENV=(TOKENCTL_STORE=sqlite:missing.db)
run inspect --token-file token; expect_done; refute_stdout arcadia; expect_stderr missing.db
RUN_ENV=()
run inspect --token-file token --store sqlite:missing.db; expect_failed missing.db
echo "no store" >tokens.db
run inspect --token-file token; expect_done; expect_no_stderr; refute_stdout arcadia
