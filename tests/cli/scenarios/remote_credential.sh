#!/usr/bin/env bash
# The token to ask a server with comes from --as-file or TOKENCTL_AUTH, and is sent only to that server.
. "$(dirname "$0")/../lib.sh"
. "$TOKENS/../daemon.sh"

new_store
for name in file variable other; do new_token "$name" org --org arcadia-prod; done
start_stand_in
paged() { run list --server "$server/paged" "$@"; }
sent() { grep -qF "Authorization: $(cat "$1")" requests; }

paged --as-file file; expect_done; sent file || fail "expected the token of --as-file to be sent"
: >requests
RUN_ENV=("TOKENCTL_AUTH=$(cat variable)" "TOKENCTL_TOKEN=$(cat other)" "FLY_API_TOKEN=$(cat other)")
paged --as-file file; expect_done; sent file || fail "expected the flag to come first"
paged; expect_done; sent variable || fail "expected the token of TOKENCTL_AUTH to be sent"
! sent other || fail "expected no other variable to be sent"
: >requests
RUN_ENV=("TOKENCTL_TOKEN=$(cat other)" "FLY_API_TOKEN=$(cat other)" "FLY_ACCESS_TOKEN=$(cat other)")
paged; expect_usage "give --as-file FILE or set TOKENCTL_AUTH"
run_from other list --server "$server/paged"; expect_usage "give --as-file FILE or set TOKENCTL_AUTH"
[[ ! -s requests ]] || fail "expected that nobody was asked"
RUN_ENV=()

run_from file list --server "$server/paged" --as-file -; expect_done; sent file || fail "expected the token of stdin to be sent"
run_from file revoke --server "$server/paged" --as-file -; expect_usage "there is nothing to revoke"
run_from file revoke --server "$server/paged" --as-file - --token-file -; expect_usage "standard input cannot be both"

# It may lack a scheme and have pasted white space.
sed 's/FlyV1 //' file >bare; : >requests; paged --as-file bare; expect_done; sent file || fail "expected a scheme to be added"
sed 's/.\{40\}/&\n/g' file >pasted; : >requests; paged --as-file pasted; expect_done; sent file || fail "expected the white space to go"
: >empty; paged --as-file empty; expect_refused "holds no token to ask with"
echo nonsense >odd; paged --as-file odd; expect_refused "odd holds no token to ask with"; refute_stderr nonsense
head -c 60 file >half; paged --as-file half; expect_refused "this is half a token"
paged --as-file missing; expect_failed missing
printf 'FlyV1 fm2_\r\nX-Evil: 1' >split; : >requests; paged --as-file split; expect_exit 1
! grep -q X-Evil requests || fail "expected no header to be smuggled"
paged --as-file "$(cat file)"; expect_exit 3; refute_stdout fm2_

# In the clear to this machine alone, and nowhere that a reply says.
: >requests
for url in http://tokens.example.com http://127.0.0.1.example.com http://10.0.0.1 http://0.0.0.0:1; do
  run list --server "$url" --as-file file; expect_usage "only sent over https"
done
for url in tokens.example.com ftp://127.0.0.1 "https://a@127.0.0.1" "$server/?x=1" "$server/#a" "http://127.0.0.1:0" "http://[::1" "https://"; do
  run list --server "$url" --as-file file; expect_exit 2; expect_no_stdout
done
for play in redirect redirect-here; do
  run list --server "$server/$play" --as-file file; expect_failed "redirects are not followed"
done
! grep -q 'paged' requests || fail "expected that no redirect is followed"
run list --server "${server/127.0.0.1/localhost}/paged/" --as-file file; expect_done

# A proxy of the environment is never asked for this machine, and gets no token for any other.
RUN_ENV=({http,https,all,HTTP,HTTPS,ALL}_proxy=http://127.0.0.1:1)
paged --as-file file; expect_done
run list --server "${server/127.0.0.1/localhost}/paged" --as-file file; expect_done
: >requests
RUN_ENV=("https_proxy=$server" "http_proxy=$server")
run list --server https://tokens.example.com --as-file file; expect_failed "the proxy does not connect to it (404)"
grep -qF 'CONNECT tokens.example.com:443 HTTP/1.1' requests || fail "expected the proxy to be asked for a connection"
! grep -q 'fm2_\|Authorization' requests || fail "expected that a proxy gets no token"
run list --server http://tokens.example.com --as-file file; expect_usage "only sent over https"
RUN_ENV=("https_proxy=$server" "no_proxy=.invalid")
run list --server https://tokens.invalid --as-file file; expect_failed "its host name cannot be resolved"
RUN_ENV=("https_proxy=http://user:hunter2@no such proxy")
run list --server https://tokens.example.com --as-file file; expect_exit 3; refute_stderr hunter2
RUN_ENV=()
run list --server "$server/paged" --as-file file --store sqlite:tokens.db; expect_usage "--server cannot be given together with --store"
