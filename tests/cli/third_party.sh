#!/usr/bin/env bash
# For the scenarios that ask a third party: sourced after lib.sh.
#
#   start_third_party    makes a store, a token and a shared key, and starts a third party of that key on a free port
#   needs PLAY           a token, in the file needs, that needs a discharge from the third party that plays this
#   fetch ARGS…          asks for it, for as long as TIMEOUT says
: "${THIRD_PARTY_SERVER:?the path of third_party_server}"
third_party=
trap 'stop_third_party; rm -rf "$SCRATCH"' EXIT

stop_third_party() {
  [[ -n $third_party ]] || return 0
  kill "$third_party"
  wait "$third_party" 2>/dev/null
  third_party=
}

start_third_party() {
  new_store
  new_token token org --org arcadia-prod
  run 3p keygen --out secret; expect_done
  "$THIRD_PARTY_SERVER" secret requests >server.log </dev/null &
  third_party=$!
  for _ in $(seq 100); do
    port=$(sed -n 's/^listening on //p' server.log)
    [[ -z $port ]] || return 0
    sleep 0.05
  done
  fail "expected the third party to say its port"
}

needs() {
  at=http://127.0.0.1:$port/$1
  run 3p add --token-file token --location "$at" --secret-file secret; expect_done
  stdout >needs
}

TIMEOUT=20s
fetch() { run 3p fetch --token-file needs --allow-http-loopback --poll-interval 20ms --timeout "$TIMEOUT" "$@"; }
