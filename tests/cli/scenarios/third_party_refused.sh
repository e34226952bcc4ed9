#!/usr/bin/env bash
# add and attach: wrong input is refused.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token readonly --org arcadia-prod
run 3p keygen --out secret; expect_done
at=https://auth.example.com
add() { run 3p add --token-file token --secret-file secret "$@"; }
for url in auth.example.com ftp://a.example https:// https://a@b.example 'https://a b' https://a.example:0 https://a.example:65536 \
  https://a.example:x https://a.example: 'https://a.example/#x' $'https://a.example/\x01' https://ä.example 'https://[::1' \
  'https://[::g]/' 'https://[::1]x' https://0x7f.1 https://127.1 https://1.2.3.4.5 https://.a https://a..b https://-a 'https://a\b' \
  "https://a.example/$(head -c 5000 /dev/zero | tr '\0' a)"; do
  add --location "$url"; expect_usage "--location: it"
done
for url in https://a.example HTTPS://A.example:8443/v1 'https://[::1]:1/' http://127.0.0.1 'https://a.example/x?y=%20'; do
  add --location "$url"; expect_done
done
add --location $at; expect_done; stdout >needs
run 3p add --token-file needs --secret-file secret --location $at; expect_exit 1; expect_no_stdout
run_with '[{"type":"Nonsense"}]' 3p add --token-file token --secret-file secret --location $at -f -; expect_usage "standard input: "
add --location $at -f missing.json; expect_failed missing.json
add; expect_usage "--location is required"
run 3p add -t nonsense --secret-file secret --location $at; expect_exit 1; expect_no_stdout
run 3p; expect_usage "a command is missing"
run 3p nonsense; expect_usage "unknown command nonsense"

run 3p discharge --token-file needs --location $at --secret-file secret; expect_done; stdout >discharge
attach() { run 3p attach --token-file "$@"; }
attach needs --discharge-file discharge; expect_done; stdout >whole
attach whole --discharge-file discharge; expect_done; expect_stderr "attached 0 discharges; left out 1 duplicate"
expect_stdout_is "$(cat whole)"
{ tr -d '\n' <discharge; printf ,; cat discharge; } >twice
attach needs --discharge-file twice; expect_done; expect_stderr "attached 1 discharge; left out 1 duplicate"
attach token --discharge-file discharge; expect_done; expect_stderr "answers no ticket of the token"
attach needs --discharge-file token; expect_refused "is not a discharge"
attach needs --discharge-file missing; expect_failed missing
echo nonsense >nonsense
attach needs --discharge-file nonsense; expect_refused "nonsense: "
head -c 60 discharge >half
attach needs --discharge-file half; expect_refused "half: this is half a token"
attach needs; expect_usage "--discharge-file is required"
run_with x 3p attach --token-file - --discharge-file -; expect_usage "both the token and the discharges"
attach nonsense --discharge-file discharge; expect_exit 1; expect_no_stdout
for i in $(seq 64); do
  run 3p discharge --token-file needs --location $at --secret-file secret --expiry "${i}h"; expect_done; stdout | tr '\n' ,
done | sed 's/,$//' >many
attach needs --discharge-file many; expect_refused "it can have at most 64"
