#!/usr/bin/env bash
# fetch: a third party that refuses, answers nonsense, sends us elsewhere, or never answers.
. "$(dirname "$0")/../lib.sh"
. "$TOKENS/../third_party.sh"

start_third_party
refused() { needs "$1"; fetch; expect_refused "$2"; }
failed() { needs "$1"; fetch "${@:3}"; expect_failed "$2"; }
refused error 'refuses the discharge: no\x1b[31m access for you'
refused error-created "not today"
refused poll-error "the person said no"
refused other-ticket "it is not for our ticket"
refused other-location "it is not for our ticket"
refused no-token "is not a discharge"
refused half-token "this is half a token"
refused just-long "refuses the discharge: xxx"

failed redirect "redirects are not followed"
failed poll-redirect "redirects are not followed"
failed poll-gone "(404) is not a JSON object"
failed failing "(500) is not one of the protocol's"
failed status-200 "(200) is not one of the protocol's"
failed wrong-origin "its poll_url leads to another server, http://127.0.0.1:1"
failed wrong-scheme "its poll_url leads to another server, https://127.0.0.1:$port"
failed user-in-url "it has a user in it"
failed interactive-script "the page to open has a bad URL"
refute_stderr javascript
failed interactive-spoof "it has a user in it"
failed interactive-half "is not one of the protocol's"
failed long "longer than 1 MiB"
failed just-too-long "longer than 1 MiB"
for play in endless-head long-status long-status-later; do failed $play "longer than 64 KiB"; done
for play in broken list repeated empty; do failed $play "(201) is not a JSON object"; done
for play in nothing number; do failed $play "there is none in its response"; done
failed no-http "what came back is not HTTP"
for play in close half-reply; do failed $play "the connection broke off"; done
! grep -q '^GET /direct' requests || fail "expected that no redirect is followed"

for play in never hang slow; do
  started=$SECONDS
  needs $play
  TIMEOUT=1s; fetch; TIMEOUT=20s
  expect_failed "time is up"
  ((SECONDS - started < 5)) || fail "expected --timeout to hold for $play"
done

# Ended while it waits: nothing comes out.
needs never
timeout -s INT 1 "$TOKENCTL" 3p fetch --token-file needs --allow-http-loopback --poll-interval 20ms >out 2>err </dev/null
expect_equal $? 124
[[ ! -s out ]] || fail "expected nothing on stdout"
! grep -qv '^tokenctl: ' err || fail "expected whole lines on stderr"

needs direct
run 3p fetch --token-file needs; expect_refused "is not https, and --allow-http-loopback was not given"
stop_third_party
fetch; expect_failed "cannot connect"
for timeout in 0s x 5 -1s 25h; do run 3p fetch --token-file needs --timeout=$timeout; expect_usage "--timeout: "; done
run 3p fetch --token-file needs --poll-interval 0ms; expect_usage "--poll-interval: "
run 3p fetch -t nonsense; expect_exit 1; expect_no_stdout

# Where a token sends us, we do not always go.
elsewhere() {
  run 3p add --token-file token --location "$1" --secret-file secret; expect_done; stdout >needs
  fetch; expect_refused "$2"
}
elsewhere http://auth.example.com "its URL is not https"
elsewhere http://127.0.0.1.example.com "its URL is not https"
elsewhere 'https://127.0.0.1/a?b' "it has a query"
echo '[{"type":"3P","body":{"Location":"file:///etc/passwd\u001b","VerifierKey":"","Ticket":"QUJD"}}]' >odd.json
run attenuate --token-file token -f odd.json; expect_done; stdout >needs
fetch; expect_refused 'file:///etc/passwd\x1b cannot be asked'
