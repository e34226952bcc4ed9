#!/usr/bin/env bash
# Root keys are rotated and retired, and the key-encryption key is renewed.
. "$(dirname "$0")/../lib.sh"

new_store
new_token before readonly --org arcadia-prod
allowed() { run verify --token-file "$1" --org arcadia-prod --action r; expect_done; }
run keys list --org arcadia-prod; expect_done
expect_stdout_like '^KID +ORG +STATE +LIVE TOKENS +CREATED$'
first=$(sed -n 's/^\([0-9a-f]\{32\}\)  arcadia-prod  active  *1  *20.*/\1/p' "$SCRATCH/stdout")
[[ -n $first ]] || fail "expected one active key with one live token"

run keys retire "$first" --yes; expect_refused "rotate first"  # the active one
run keys rotate --org arcadia-prod; expect_done; second=$(stdout)
[[ $second =~ ^[0-9a-f]{32}$ && $second != "$first" ]] || fail "expected the id of a new key"
expect_stderr "stay valid until keys retire ends it; keys list shows its id"
new_token after readonly --org arcadia-prod
allowed before; allowed after
run inspect --token-file after; expect_done; expect_stdout "$second"
run keys list; expect_done
expect_stdout_like "^$first +arcadia-prod +verifying +1 "; expect_stdout_like "^$second +arcadia-prod +active +1 "
run keys list --json --org 2; expect_done; expect_stdout '"state":"verifying"'; expect_stdout '"live_tokens":1'
run orgs show arcadia-prod; expect_done; expect_stdout "$first (verifying)"; expect_stdout "$second (active)"

# It asks, and does nothing without a yes.
run keys retire "$first"; expect_usage "give --yes"; expect_stderr "retiring this key ends 1 live token of arcadia-prod"
allowed before
if command -v script >/dev/null; then
  on_terminal() { # ANSWER: keys retire as at a terminal
    printf '%s\n' "$1" | env -i "PATH=$PATH" TERM=xterm script -qec "${TOKENCTL@Q} keys retire $first" /dev/null >terminal 2>&1
    STATUS=$?
    grep -q "Type yes to go on" terminal || fail "expected to be asked on a terminal"
  }
  on_terminal n; expect_exit 1; allowed before
  on_terminal yes; expect_exit 0
else
  run keys retire "$first" --yes; expect_done
fi
run verify --token-file before --org arcadia-prod --action r; expect_exit 1; refute_stdout allowed
allowed after
run keys list; expect_done; expect_stdout_like "^$first +arcadia-prod +retired +0 "
run list --org arcadia-prod; expect_done; expect_equal "$(wc -l <"$SCRATCH/stdout")" 2
run list --org arcadia-prod --revoked; expect_done; expect_stdout key_retired
run keys retire "$first" --yes; expect_done  # again is fine
run keys rotate --org arcadia-prod --json; expect_done; expect_stdout '"state":"active"'
run keys retire "$second" --yes --json; expect_done; expect_stdout '"state":"retired"'
run verify --token-file after --org arcadia-prod --action r; expect_exit 1

run keys retire 00000000000000000000000000000000 --yes; expect_refused 00000000000000000000000000000000
run keys retire "${first:1}" --yes; expect_refused "there is no root key whose id begins with"
run keys retire "${first}0" --yes; expect_usage "cannot read the key id"
run keys retire arcadia-prod --yes; expect_usage "cannot read the key id"
run keys rotate; expect_usage "--org is required"
run keys rotate --org nobody; expect_refused nobody

# The key-encryption key: older backups can be opened until --forget-old.
new_token last readonly --org arcadia-prod
cp -p tokens.db.kek old.kek
run keys rewrap; expect_done; expect_stderr "made a new key-encryption key"; expect_stderr "now has 2 keys"
expect_equal "$(wc -l <tokens.db.kek)" 2; expect_equal "$(stat -c %a tokens.db.kek)" 600
grep -qxFf old.kek tokens.db.kek || fail "expected the old key to be there still"
allowed last
run keys rewrap --forget-old --json; expect_done; expect_stdout '"key_encryption_keys":1'
expect_equal "$(wc -l <tokens.db.kek)" 1
allowed last
run orgs list --kek-file old.kek; expect_failed old.kek
