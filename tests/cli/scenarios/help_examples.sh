#!/usr/bin/env bash
# The help of every command ends with two examples, and each of them works.
. "$(dirname "$0")/../lib.sh"
. "$TOKENS/../daemon.sh"
. "$TOKENS/../third_party.sh"
trap 'stop_server; stop_third_party; rm -rf "$SCRATCH"' EXIT

# The paths of all commands, from the help of those above them.
commands_in() {
  run $1 --help; expect_done
  sed -n '/^Options:/,$ { /^[A-Z].*:$/ { s/:$//; h }; /^  [a-z]/ { G; s/^  \([a-z0-9-]*\).*\n\(.*\)/\2=\1/; p } }' "$SCRATCH/stdout" |
    grep -v '^Examples=\|^Options=\|^Positionals=' | cut -d= -f2
}
groups=$(commands_in "")
all=
for name in $groups; do
  below=$(commands_in $name)
  all+=$name$'\n'
  for sub in $below; do all+="$name $sub"$'\n'; done
done
expect_equal "$(grep -c . <<<"$all")" 44

# What the examples speak of.
start_third_party
mkdir world; cd world || exit 1
new_store
run store backup monday.backup; expect_done
new_token kim.token readonly --org arcadia-prod --expiry 7d --for kim@example.com
id=$(sed -n 's/.*its id is \([0-9a-f-]\{36\}\).*/\1/p' "$SCRATCH/stderr")
new_token ci.token deploy --app arcadia-prod-api --name ci
new_token admin.token org --org arcadia-prod
run 3p keygen --out auth.secret; expect_done
run 3p add --token-file kim.token --location https://auth.example.com --secret-file auth.secret; expect_done; stdout >kim3p.token
run 3p discharge --token-file kim3p.token --location https://auth.example.com --secret-file auth.secret; expect_done; stdout >discharge
echo '{"type": "MaxValidity", "body": 3600}' >checks.json
run keys rotate --org arcadia-prod; expect_done
run keys list --org arcadia-prod; expect_done
kid=$(sed -n 's/^\([0-9a-f]\{32\}\).*verifying.*/\1/p' "$SCRATCH/stdout")
cp tokens.db broken.db; cp tokens.db.kek new.db.kek; cp tokens.db.kek try.db.kek
cd ..
mkdir serving; cp world/* serving; cd serving || exit 1; start_daemon; cd ..
run 3p add --token-file world/kim.token --location "http://127.0.0.1:$port/direct" --secret-file secret; expect_done; stdout >fetched

# Each command's two examples run one after the other, in a copy of it all.
PATH=$(dirname "$TOKENCTL"):$PATH
while read -r command; do
  run $command --help; expect_done
  tail -n 3 "$SCRATCH/stdout" >examples
  expect_equal "$(head -n 1 examples)" "Examples:"
  expect_equal "$(grep -c '^  tokenctl ' examples)" 2
  grep -q -- "^  tokenctl ${command/third-party/3p}" examples || fail "expected an example of this command"
  rm -rf copy
  if [[ $command == "store init" || $command == store ]]; then mkdir copy; else cp -r world copy; fi
  [[ $command != "third-party fetch" ]] || cp fetched copy/kim3p.token
  while read -r example; do
    example=${example/https:\/\/tokens.example.com --as/$server --as}
    example=${example/80381ceb2e01b96cc8da30f34bfc1f37/$kid}
    example=${example/67a18dba-761b-5281-be62-275744f1eb41/$id}
    LAST=$example
    (cd copy && env -i "PATH=$PATH" bash -c "$example") >"$SCRATCH/stdout" 2>"$SCRATCH/stderr" </dev/null
    STATUS=$?
    expect_exit 0
  done < <(tail -n 2 examples)
done < <(printf '%s' "$all"; echo)
