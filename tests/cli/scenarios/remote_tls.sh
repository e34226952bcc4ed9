#!/usr/bin/env bash
# --server over https: a token is only sent to a server whose certificate the system trusts.
. "$(dirname "$0")/../lib.sh"
. "$TOKENS/../daemon.sh"
command -v openssl >/dev/null || { echo "skipped: there is no openssl(1) to make a certificate with"; exit 77; }

new_store
new_token as org --org arcadia-prod
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out good.pem -days 2 -subj "/CN=localhost" \
  -addext "subjectAltName=DNS:localhost" 2>/dev/null || fail "expected openssl to make a certificate"
chmod 600 key.pem
start_daemon --tls-cert good.pem --tls-key key.pem
server=${server/127.0.0.1/localhost}
[[ $server == https://localhost:* ]] || fail "expected an https server, not $server"
ask whoami; expect_failed "its certificate is not trusted"
RUN_ENV=("SSL_CERT_FILE=$PWD/good.pem")
ask whoami; expect_done; expect_stdout arcadia-prod
server=${server/localhost/127.0.0.1}
ask whoami; expect_failed "its certificate is not trusted"  # it is another name's
RUN_ENV=("SSL_CERT_FILE=$PWD/none.pem")
ask whoami; expect_failed "the file of trusted certificates cannot be read"
