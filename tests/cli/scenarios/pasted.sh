#!/usr/bin/env bash
# inspect and attenuate take a token out of what it was pasted with, and say so; verify and can are strict, and say it too.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token readonly --org arcadia-prod
whole=$(cat token)
bare=${whole#FlyV1 }

# pasted REMARK TEXT: what stands around the token in this text. printf's escapes are undone.
pasted() {
  printf "$2" >text
  run inspect --token-file text; expect_done; expect_stdout arcadia-prod; expect_stderr "$1"
  run attenuate --token-file text --read-only; expect_done; expect_stderr "$1"; stdout >narrowed
  run verify --token-file narrowed --org arcadia-prod --action r; expect_done
  run ${3:-verify} --token-file text --org arcadia-prod --action r; expect_exit 1
  expect_stdout_in_order refused ': This is a token '; refute_stdout "${bare:10:12}"; refute_stderr "${bare:10:12}"
}
took="took out the token, which was"
wrapped=$(fold -w 40 token | sed 's/$/ \\r\\n/' | tr -d '\n')
pasted "dropped white space inside the token" "$wrapped"
pasted "dropped white space inside the token" "$wrapped" can
pasted "$took in quotes" "\"$whole\""
pasted "$took in quotes" "'$whole'" can
pasted "$took behind a byte order mark" "\357\273\277$whole\r\n"
pasted "$took in UTF-16" "$(sed 's/./&\\000/g' token)"
pasted "$took behind the header's name" "Authorization: $whole"
pasted "$took behind a variable's name" "FLY_API_TOKEN=$whole"
pasted "$took behind a variable's name and in quotes" "export FLY_API_TOKEN=\"$whole\""
pasted "$took percent-encoded" "FlyV1%%20$(sed 's/+/%%2B/g; s/=/%%3D/g; s,/,%%2F,g' <<<"$bare")"
pasted "$took in a JSON document" "{\"token\":\"$whole\",\"id\":7}"
pasted "$took with no-break spaces or invisible characters" "FlyV1\302\240$bare\342\200\213"
pasted "$took with other text around it" "Here you are, Kim <$whole>"

# White space around the token needs no remark, and a scheme keeps its space.
for text in "  $bare  " "bearer  FlyV1	$bare" $'\n'"FLYV1 $bare"$'\r\n'; do
  run_with "$text" inspect; expect_done; refute_stderr dropped; refute_stderr took
done
run_with "$bare" verify --org arcadia-prod --action r; expect_done
run_with "Bearer $bare"$'\n' verify --org arcadia-prod --action r; expect_done

# Half a token is half a token there, too; different tokens are not chosen from; other tokens are named.
for half in "\"${whole:0:80}" "FLY_API_TOKEN=${whole:0:81}" "{\"token\":\"${whole:0:82}"; do
  run_with "$half" inspect; expect_refused "this is half a token"
  run_with "$half" verify --org arcadia-prod --action r; expect_exit 1; expect_stdout_in_order refused 'truncated: This is half a token'
done
new_token other readonly --org arcadia-dev
run_with "$whole, $whole" inspect; expect_done; expect_stderr "the text has the same token 2 times, which is taken once"; refute_stdout "Token 2"
run_with "$whole, $whole" verify --org arcadia-prod --action r; expect_exit 1; expect_stdout "malformed: This is the same token 2 times: give it once"
run_with "$whole"$'\n'"$(cat other)" inspect; expect_done; expect_stdout "Token 2 of 2"
expect_stderr "the text has 2 complete tokens, which are taken as one header"
run_with "$whole"$'\n'"$(cat other)" can --org 2 --action r; expect_exit 1; expect_stdout "malformed: These are 2 complete tokens: give one of them"
run_with "{\"old\": \"$whole\", \"new\": \"$(cat other)\"}" inspect; expect_refused "there are several tokens in this text"
for other in "ghp_0123456789abcdef=a GitHub token" "hvs.0123456789abcdef=a HashiCorp Vault token" "<!doctype html>=an HTML page" \
  "-----BEGIN PRIVATE KEY-----=a PEM block" "fo1_0123456789=an old token of Fly.io"; do
  run_with "${other%=*}" inspect; expect_refused "this is ${other##*=}"; refute_stderr 0123456789
  run_with "${other%=*}" attenuate --read-only; expect_refused "this is ${other##*=}"
  run_with "${other%=*}" verify --org arcadia-prod --action r; expect_exit 1; expect_stdout "malformed: This is ${other##*=}"
done
