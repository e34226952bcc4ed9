#!/usr/bin/env bash
# For the scenarios that ask a server: sourced after lib.sh.
#
#   start_daemon ARGS…  starts tokend on the scenario's store, on a free port; its URL is in `server`
#   start_stand_in      starts a server that gives wrong answers and logs requests in the file `requests`
#   stop_server         stops the one that was started
#   ask ARGS…           runs tokenctl with --server and the token in the file `as`
: "${TOKEND:?the path of tokend}" "${DAEMON_STAND_IN:?the path of daemon_stand_in}"
server_pid=
server=
trap 'stop_server; rm -rf "$SCRATCH"' EXIT

stop_server() {
  [[ -n $server_pid ]] || return 0
  kill "$server_pid"
  wait "$server_pid" 2>/dev/null
  server_pid=
}

wait_for_line() {
  for _ in $(seq 200); do
    server=$(sed -n "$1" server.out)
    [[ -z $server ]] || return 0
    sleep 0.05
  done
  cat server.err >&2
  fail "expected the server to say where it listens"
}

start_daemon() {
  env -i "PATH=$PATH" "$TOKEND" --listen 127.0.0.1:0 --store sqlite:tokens.db "$@" >server.out 2>server.err </dev/null &
  server_pid=$!
  wait_for_line 's/^tokend listening on //p'
}

start_stand_in() {
  "$DAEMON_STAND_IN" requests >server.out 2>server.err </dev/null &
  server_pid=$!
  wait_for_line 's|^listening on |http://127.0.0.1:|p'
}

ask() { run "$@" --server "$server" --as-file as; }
