#!/usr/bin/env bash
# Somebody leaves: all their tokens are revoked in one step, and similar holders are shown.
. "$(dirname "$0")/../lib.sh"

new_store
new_token a readonly --org arcadia-prod --for ann@example.com --name dashboards
new_token b deploy --app arcadia-dev-api --for ' Ann@Example.com ' --name CI
new_token c readonly --org arcadia-prod --for anne@example.com --name ci
new_token d readonly --org arcadia-prod --for kim@example.com
allowed() { run verify --token-file "$1" --org "$2" --action r; expect_done; }
refused() { run verify --token-file "$1" --org "$2" --action r; expect_exit 1; expect_stdout revoked; }

run revoke --for ann@example.com --org arcadia-dev; expect_done; expect_stderr "revoked 1 token"
refused b arcadia-dev; allowed a arcadia-prod
run revoke --for 'ANN@EXAMPLE.COM'; expect_done; expect_stderr "revoked 1 token"; expect_stderr "was already revoked"
expect_stderr 'similar, but not revoked: "anne@example.com"'
refused a arcadia-prod; allowed c arcadia-prod; allowed d arcadia-prod
run revoke --for ann@example.com --json; expect_done; expect_stdout '"revoked":[]'
expect_equal "$(grep -o '[0-9a-f]\{8\}-' "$SCRATCH/stdout" | wc -l)" 2

# If nobody has that name, it is a refusal.
run revoke --for kin@example.com; expect_refused "nothing was revoked"; expect_stderr '"kim@example.com"'
run revoke --for zoe@example.com --json; expect_refused "nothing was revoked"; refute_stderr kim
allowed d arcadia-prod

run revoke --name ci --for anne@example.com; expect_done; expect_stderr "revoked 1 token"
refused c arcadia-prod; allowed d arcadia-prod
run revoke --name nothing --for kim@example.com; expect_refused "nothing was revoked"
allowed d arcadia-prod
run revoke --for kim@example.com --org nobody; expect_refused nobody
for unseen in '   ' $'\u3164' $' \u200b\ufe0f'; do
  run revoke --for "$unseen"; expect_usage "nothing to see"
  run list --for "$unseen"; expect_usage "nothing to see"
  run create readonly --org arcadia-prod --for "$unseen"; expect_usage "nothing to see"
  run create readonly --org arcadia-prod --name "$unseen"; expect_usage "nothing to see"
done
# What is the same in capital letters is one.
new_token e readonly --org arcadia-prod --for 'Jörg Groß'
run list --for 'jörg gross'; expect_done; expect_stdout Groß
run revoke --for 'JÖRG GROSS' --json; expect_done; expect_stdout '"near_misses":[]'; refused e arcadia-prod
run revoke --for '   '; expect_exit 2; expect_no_stdout
run revoke --for ''; expect_usage "the value is empty"
allowed d arcadia-prod
