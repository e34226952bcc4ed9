#!/usr/bin/env bash
# fetch: its time also ends while the third party's name is looked up, and nobody answers.
. "$(dirname "$0")/../lib.sh"
: "${STUCK_RESOLVER:?the path of libstuck_resolver.so}"

new_store
new_token token org --org arcadia-prod
run 3p keygen --out secret; expect_done
run 3p add --token-file token --location https://auth.example.com --secret-file secret; expect_done; stdout >needs
command=$TOKENCTL
printf '#!/bin/sh\nexec timeout 60 "%s" "$@"\n' "$command" >limited; chmod +x limited
TOKENCTL=$PWD/limited
RUN_ENV=("LD_PRELOAD=$STUCK_RESOLVER" "ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0")
run 3p fetch --token-file needs --timeout 300ms; expect_failed "https://auth.example.com gave no discharge"
