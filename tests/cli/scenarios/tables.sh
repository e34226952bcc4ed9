#!/usr/bin/env bash
# On a terminal a table keeps to its width; --wide and a pipe show all of it. Ids are shortened, and short ones are taken.
. "$(dirname "$0")/../lib.sh"
. "$TOKENS/../daemon.sh"
command -v python3 >/dev/null || exit 77
terminal="python3 $TOKENS/../in_terminal.py"

new_store
long=$(printf 'x%.0s' $(seq 90))
cjk=東京都千代田区の監視カメラ用トークン
hidden=$'a\u202eb\u3164c\ufe0fd\u115fe'
new_token as org --org arcadia-prod --name admin --for ops@example.com
declare -A ids
for name in "$long" "$cjk" "$hidden" $'cafe\u0301' =1+1; do
  run create deploy --app arcadia-prod-api --name "$name" --for "Kim <kim@example.com>"; expect_done
  ids[$name]=$(sed -n 's/.*its id is \([0-9a-f-]\{36\}\).*/\1/p' "$SCRATCH/stderr")
done
new_token token readonly --org arcadia-dev --expiry never
shown() { env -i "PATH=$PATH" NO_COLOR=1 $terminal stdout "$@" 2>"$SCRATCH/stderr" >shown || fail "expected '${*:2}' to work"; }
check() { # WIDTH COMMAND: no line is wider, and there are as many as in a pipe
  shown $1 "$TOKENCTL" $2
  run $2; expect_done
  expect_equal "$(wc -l <shown)" "$(wc -l <"$SCRATCH/stdout")"
}
for width in 20 40 80 132 200; do check $width "list"; done
check 60 "list --org arcadia-prod"
for command in "orgs list" "apps list" "keys list"; do check 30 "$command"; done
for width in 30 40 60 80; do check $width audit; done
# Text is wrapped, its labels stand above it where there is no room beside them, and nothing of it is lost.
new_token whole.token deploy --app arcadia-prod-api --name "$cjk" --expiry 7d
run 3p keygen --out auth.secret; expect_done
run 3p add --token-file whole.token --location "https://$long.example.com" --secret-file auth.secret; expect_done; stdout >3p.token
for token in whole.token 3p.token; do
  for width in 10 40 60 80; do
    shown $width "$TOKENCTL" inspect --token-file $token
    run inspect --token-file $token; expect_done
    expect_equal "$(tr -d ' \n' <shown | head -c 60)" "$(tr -d ' \n' <"$SCRATCH/stdout" | head -c 60)"
    expect_equal "$(tr -d ' \n' <shown | tail -c 100)" "$(tr -d ' \n' <"$SCRATCH/stdout" | tail -c 100)"
  done
done
expect_stdout "https://$long.example.com"
shown 40 "$TOKENCTL" inspect --token-file whole.token
grep -qx "Until" shown || fail "expected the label on a line of its own"
grep -qx "  1  Organization" shown || fail "expected the caveat's type on a line of its own"
env -i COLUMNS=40 "PATH=$PATH" NO_COLOR=1 $terminal stdout 200 "$TOKENCTL" inspect --token-file 3p.token >by_columns || fail "expected inspect to work"
shown 40 "$TOKENCTL" inspect --token-file 3p.token; expect_same_file shown by_columns
RUN_ENV=(COLUMNS=40); run audit; expect_done; cp "$SCRATCH/stdout" whole; RUN_ENV=(); run audit; expect_done; expect_same_file whole "$SCRATCH/stdout"
for columns in 0 x -1; do
  env -i COLUMNS=$columns "PATH=$PATH" NO_COLOR=1 $terminal stdout 60 "$TOKENCTL" audit >by_columns 2>/dev/null || fail "expected audit to work"
  shown 60 "$TOKENCTL" audit; expect_same_file shown by_columns
done
shown 60 "$TOKENCTL" list
grep -q "^${ids[=1+1]:0:8} " shown || fail "expected short ids"
grep -q … shown || fail "expected that long names are cut"
! grep -q "${ids[=1+1]}" shown || fail "expected no whole ids"
expect_stderr "; --wide shows all"
grep -q STATUS shown && fail "expected that STATUS is left out where nobody asked about it"
for about in "--expired:STATUS" "--revoked:STATUS" "--unused 90d:LAST USED" "--sort last_used:LAST USED"; do
  shown 40 "$TOKENCTL" list ${about%:*}; grep -q "${about#*:}" shown || fail "expected ${about#*:} with ${about%:*}"
done
for whole in "shown 60+ $TOKENCTL list --wide" "shown 400 $TOKENCTL list"; do
  $whole; expect_no_stderr
  run list; expect_done; expect_same_file shown "$SCRATCH/stdout"
done
run list; expect_stdout "$long"; expect_stdout "$cjk"; expect_stdout 'a\u202eb\u3164c\ufe0fd\u115fe'; expect_stdout "${ids[$cjk]}"

# Sorted, by who made them, unused, and as CSV.
run list --org arcadia-prod --sort name; expect_done; expect_stdout_in_order =1+1 admin "$long" "$cjk"
run list --org arcadia-prod --sort name --reverse; expect_done; expect_stdout_in_order "$cjk" "$long" admin =1+1
run list --sort nmae; expect_usage "--sort"
run list --made-by "$(id -un)"; expect_done; expect_stdout "$long"
run list --made-by nobody --csv; expect_done; expect_stdout_is "id,org,name,profile,app,for,made_by,created,expires,status,last_used"
run list --unused 90d; expect_done; expect_stdout "$long"
run list --unused nonsense; expect_usage "--unused"
run list --csv --json; expect_usage "--csv"
run list --org arcadia-prod --csv; expect_done
expect_stdout_like "^${ids[=1+1]},arcadia-prod,'=1\+1,deploy,arcadia-prod-api,Kim <kim@example.com>,[^,]+,20[0-9TZ:-]+,20[0-9TZ:-]+,live,$"
run create readonly --org arcadia-dev --name 'a, "b"'; expect_done
run list --csv --org arcadia-dev; expect_done; expect_stdout ',"a, ""b""",'

# Short ids, at the store and over HTTP.
start_daemon
ask create readonly --org arcadia-prod --name made; expect_done; made=$(sed -n 's/.*its id is \([0-9a-f-]\{36\}\).*/\1/p' "$SCRATCH/stderr")
as_id=$(run list --name admin; sed -n '2s/ .*//p' "$SCRATCH/stdout")
for maker in "$as_id" "${as_id:0:8}" "${as_id:0:20}"; do
  for how in run ask; do
    $how list --org arcadia-prod --made-by "$maker"; expect_done; expect_stdout "$made"; refute_stdout "$long"
  done
done
for how in run ask; do
  $how revoke 0000000; expect_usage "cannot read the token id"
  $how revoke 00000000; expect_refused 'there is no token whose id begins with "00000000"'
done
run revoke "${ids[=1+1]:0:8}"; expect_done; expect_stdout_is "${ids[=1+1]}"
upper=${ids[$cjk]:0:10}
ask revoke "${upper^^}"; expect_done; expect_stdout_is "${ids[$cjk]}"
ask revoke "$(run list --org arcadia-dev; sed -n '2s/\(........\).*/\1/p' "$SCRATCH/stdout")"; expect_exit 1  # of another org
run keys list --org arcadia-prod; kid=$(sed -n 's/^\([0-9a-f]\{32\}\).*/\1/p' "$SCRATCH/stdout")
run keys retire "${kid:0:8}"; expect_refused "signs the new tokens"
run keys retire "${kid:0:7}"; expect_usage "cannot read the key id"
run keys retire 00000000; expect_refused "there is no root key whose id begins with"

# What takes long says so on a terminal, and only there.
env -i "PATH=$PATH" $terminal silent "tokenctl: revoking, 0 of 2, " "$TOKENCTL" revoke "$made" "$as_id" --as-file as >shown
expect_equal $? 3
grep -q "$made: http://127.0.0.1.*it may or may not have been revoked" shown || fail "expected a message after the progress"
stop_server
