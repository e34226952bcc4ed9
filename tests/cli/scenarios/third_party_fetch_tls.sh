#!/usr/bin/env bash
# fetch asks nobody whose certificate the system does not trust.
. "$(dirname "$0")/../lib.sh"
command -v openssl >/dev/null || { echo "skipped: there is no openssl(1) to serve TLS with"; exit 77; }

new_store
new_token token readonly --org arcadia-prod
run 3p keygen --out secret; expect_done
certificate() {
  openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out "$1" -days 2 -subj "/CN=$2" -addext "subjectAltName=DNS:$2" \
    2>/dev/null || fail "expected openssl to make a certificate"
}
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf "$SCRATCH"' EXIT
serve() {
  [[ -z $server ]] || kill "$server"
  openssl s_server -accept 127.0.0.1:0 -cert "$1" -key key.pem -www >server.log 2>&1 </dev/null &
  server=$!
  for _ in $(seq 100); do
    port=$(sed -n 's/^ACCEPT 127.0.0.1:\([0-9]*\).*/\1/p' server.log)
    [[ -z $port ]] || break
    sleep 0.1
  done
  [[ -n $port ]] || fail "expected openssl s_server to say its port"
  run 3p add --token-file token --location "https://localhost:$port" --secret-file secret; expect_done; stdout >needs
}
certificate good.pem localhost
serve good.pem
run 3p fetch --token-file needs --timeout 20s; expect_failed "its certificate is not trusted"
# Once it is trusted, the server is asked; that it knows nothing of discharges is another matter.
RUN_ENV=("SSL_CERT_FILE=$PWD/good.pem")
run 3p fetch --token-file needs --timeout 20s; expect_exit 3; refute_stderr certificate; refute_stderr TLS; refute_stderr "cannot connect"
RUN_ENV=()
certificate other.pem other.example
serve other.pem
RUN_ENV=("SSL_CERT_FILE=$PWD/other.pem")
run 3p fetch --token-file needs --timeout 20s; expect_failed "its certificate is not trusted"
