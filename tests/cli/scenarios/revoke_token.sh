#!/usr/bin/env bash
# revoke by the token itself, from a flag or a pipe: a token in an environment variable is not revoked.
. "$(dirname "$0")/../lib.sh"

new_store
make() {
  new_token "$1" readonly --org arcadia-prod
  id=$(sed -n 's/.*its id is \([0-9a-f-]\{36\}\).*/\1/p' "$SCRATCH/stderr")
}
make one
run attenuate --token-file one --expiry 1h; expect_done; stdout >narrowed
# Anybody can write a token with another's id: that does not end it.
sed 's/.\{8\}$/AAAAAAA=/' one >changed
run revoke --token-file changed; expect_refused "no key of this store has signed the token"; expect_stderr "$id"
run revoke --token-file narrowed; expect_done; expect_stdout_is "$id"; refute_stderr fm2_
run verify --token-file one --org 2 --action r; expect_exit 1; expect_stdout revoked
make two; run_from two revoke; expect_done; expect_stdout_is "$id"; expect_stderr "token from standard input"
make three; run_from three revoke --token-file -; expect_done; expect_stdout_is "$id"
make four; run revoke -t "$(cat four)"; expect_done; expect_stdout_is "$id"; expect_stderr "others on this machine"
make five; sed 's/.\{40\}/&\n  /g' five >pasted; run revoke --token-file pasted; expect_done; expect_stdout_is "$id"
expect_stderr "dropped white space inside the token"

# Both copies of an ssh token have one id. Two tokens in one bundle have two.
new_token ssh ssh --app arcadia-prod-api
run revoke --token-file ssh --json; expect_done; expect_equal "$(grep -o '[0-9a-f]\{8\}-' "$SCRATCH/stdout" | wc -l)" 1
make six; make seven
printf '%s,%s' "$(tr -d '\n' <six)" "$(sed 's/FlyV1 //' seven)" >both
run revoke --token-file both; expect_done; expect_equal "$(wc -l <"$SCRATCH/stdout")" 2

# With a discharge of a third party: only the service's token is revoked.
make eight; ours=$id
run 3p keygen --out secret; expect_done
run 3p add --token-file eight --location https://auth.example.com --secret-file secret; expect_done; stdout >needs
run 3p discharge --token-file needs --location https://auth.example.com --secret-file secret --expiry 1h; expect_done; stdout >discharge
run 3p attach --token-file needs --discharge-file discharge; expect_done; stdout >whole
run revoke --token-file whole; expect_done; expect_stdout_is "$ours"

make nine
RUN_ENV=("TOKENCTL_TOKEN=$(cat nine)" "FLY_API_TOKEN=$(cat nine)" "TOKENCTL_AUTH=$(cat nine)")
run revoke; expect_usage "there is nothing to revoke"
RUN_ENV=()
run revoke "$(cat nine)"; expect_usage "do not write a token as an argument"; refute_stderr "$(sed 's/FlyV1 //' nine)"
run revoke $(cat nine); expect_usage "do not write a token as an argument"; refute_stderr fm2_
run revoke -- "$(sed 's/FlyV1 //' nine)"; expect_usage "do not write a token as an argument"; refute_stderr fm2_
head -c 60 nine >half; run revoke --token-file half; expect_refused "this is half a token"; expect_stderr "find its id with tokenctl list and revoke that"
echo nonsense >odd; run revoke --token-file odd; expect_exit 1; expect_no_stdout
: >empty; run revoke --token-file empty; expect_refused "there is no token in empty"
run revoke --token-file missing; expect_failed missing
run verify --token-file nine --org 2 --action r; expect_done

# Revoking a token of another service is refused, because it would have no effect.
run store init --store sqlite:other.db --location https://other.example.com/v1; expect_done
run orgs create arcadia-prod --store sqlite:other.db; expect_done
run create readonly --org arcadia-prod --store sqlite:other.db; expect_done; stdout >theirs
run revoke --token-file theirs; expect_refused "the token is for https://other.example.com/v1, not for https://tokens.localhost/v1"
