#!/usr/bin/env bash
# The whole way through a third party: a key, a caveat, a ticket, a discharge, and a bundle that verifies.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token readonly --org arcadia-prod
run third-party keygen --out secret; expect_done; expect_no_stdout; expect_stderr "made secret"
expect_equal "$(stat -c %a secret)" 600
at=https://auth.example.com/v1

run 3p tickets --token-file token; expect_done; expect_no_stdout; expect_stderr "no third-party caveat"
run 3p tickets --token-file token --json; expect_done; expect_stdout_is '{"tickets":[]}'
run 3p add --token-file token --location $at --secret-file secret; expect_done
expect_stderr "added a caveat to 1 token"; stdout >needs
run verify --token-file needs --org 2 --action r; expect_exit 1; expect_stdout missing_discharge; expect_stdout $at
run can --token-file needs --org 2 --action r; expect_exit 1; expect_stdout missing_discharge; expect_stdout "not here"
run 3p tickets --token-file needs; expect_done; expect_stdout_like "^1 +4 +$at +not here\$"
run 3p tickets --token-file needs --json; expect_done; expect_stdout '"caveat":3,"discharges":[],"location":"'
ticket=$(json_text ticket)

run 3p discharge --token-file needs --location $at --secret-file secret --expiry 1h; expect_done
expect_stdout_like '^fm2_[A-Za-z0-9+/]+=*$'; expect_stderr "nothing to be checked"; expect_stderr "(in 1 hour)"; stdout >discharge
run 3p attach --token-file needs --discharge-file discharge; expect_done; expect_stderr "attached 1 discharge"; stdout >whole
run verify --token-file whole --org 2 --action r; expect_done
run verify --token-file whole --org 2 --action w; expect_exit 1; expect_stdout Organization
run 3p tickets --token-file whole; expect_done; expect_stdout_like "$at +here as token 2\$"
run 3p tickets --token-file whole --json; expect_done; expect_stdout_like '"binding":"none","not_after":"20[^"]*","part":1'

# The ticket is enough without the token, and the key can come from the variable.
RUN_ENV=("TOKEN_3P_SHARED_SECRET=$(cat secret)")
run 3p discharge --ticket "$ticket" --location $at; expect_done; expect_stderr "never ends"; stdout >alone
RUN_ENV=()
run_with "$(cat alone)" 3p attach --token-file needs --discharge-file -; expect_done
run_with "$(stdout)" verify --org 2 --action r; expect_done

# With --bind it is valid with this token and its narrowed copies, but not with another token that has the ticket.
run 3p discharge --token-file needs --location $at --secret-file secret --bind --json; expect_done
json_text discharge >bound
expect_stdout '"asked":[]'; expect_stdout '"expires":null'
run 3p attach --token-file needs --discharge-file bound; expect_done; stdout >bundle
run verify --token-file bundle --org 2 --action r; expect_done
run 3p tickets --token-file bundle; expect_done; expect_stdout "here as token 2, bound to this token as it stands"
run attenuate --token-file bundle --expiry 1h; expect_done; stdout >narrowed
run verify --token-file narrowed --org 2 --action r; expect_done
run 3p tickets --token-file narrowed; expect_done; expect_stdout "bound to an earlier form of this token or to another one"
run attenuate --token-file needs --expiry 1h; expect_done; stdout >sibling
run attenuate --token-file needs --expiry 2h; expect_done; stdout >other_sibling
run 3p discharge --token-file sibling --location $at --secret-file secret --bind --ticket "$ticket"; expect_done; stdout >bound
run 3p attach --token-file other_sibling --discharge-file bound; expect_done
run_with "$(stdout)" verify --org 2 --action r; expect_exit 1; expect_stdout missing_discharge

# Both copies of an ssh token get a caveat, each with its own ticket.
new_token ssh ssh --app arcadia-prod-api
run 3p add --token-file ssh --location $at --secret-file secret; expect_done; expect_stderr "to 2 tokens"; stdout >ssh3p
run 3p discharge --token-file ssh3p --location $at --secret-file secret; expect_usage "several tickets"
for n in 1 2; do
  run 3p tickets --token-file ssh3p --json; expect_done
  ticket=$(grep -o '"ticket":"[^"]*"' "$SCRATCH/stdout" | sed -n "${n}s/.*:\"\(.*\)\"/\1/p")
  run 3p discharge --ticket "$ticket" --location $at --secret-file secret; expect_done; stdout >d$n
done
{ cat d1; printf ,; cat d2; } | tr -d '\n' >both
run 3p attach --token-file ssh3p --discharge-file both; expect_done; expect_stderr "attached 2 discharges"; stdout >ssh_whole
run verify --token-file ssh_whole --app 2 --action w --mutation issueCertificate; expect_done
