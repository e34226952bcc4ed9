#!/usr/bin/env bash
# Names are shown if there is a store, else ids; only a store given by --store must open.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token deploy --app arcadia-prod-api
run inspect --token-file token; expect_done; expect_stdout arcadia-prod-api

# Names are only used for tokens of the store's own service.
run inspect --token-file "$TOKENS/with_discharge.txt"; expect_done; expect_stdout "org 1"; refute_stdout arcadia
run can --token-file "$TOKENS/with_discharge.txt" --org arcadia-dev --action r; expect_usage 'cannot look up the name "arcadia-dev"'
run attenuate --token-file "$TOKENS/with_discharge.txt" --org arcadia-dev; expect_usage 'cannot look up the name "arcadia-dev"'

mv tokens.db hidden.db; mv tokens.db.kek hidden.db.kek
run inspect --token-file token; expect_done; expect_no_stderr
refute_stdout arcadia; expect_stdout 2
run inspect --token-file token --store sqlite:hidden.db; expect_done; expect_stdout arcadia-prod-api
RUN_ENV=(TOKENCTL_STORE=sqlite:hidden.db)
run inspect --token-file token; expect_done; expect_no_stderr; expect_stdout arcadia-prod-api

# A store of TOKENCTL_STORE that does not open is only a remark.
RUN_ENV=(TOKENCTL_STORE=sqlite:missing.db)
run inspect --token-file token; expect_done; refute_stdout arcadia; expect_stderr missing.db
RUN_ENV=()
run inspect --token-file token --store sqlite:missing.db; expect_failed missing.db
echo "no store" >tokens.db
run inspect --token-file token; expect_done; expect_no_stderr; refute_stdout arcadia
