#!/usr/bin/env bash
# The shared key comes from a private file or a variable, and is never shown or overwritten.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token readonly --org arcadia-prod
run 3p keygen; expect_done; expect_no_stderr; expect_stdout_like '^[A-Za-z0-9+/]{43}=$'
first=$(stdout)
run 3p keygen; expect_done; [[ $(stdout) != "$first" ]] || fail "expected another key"
run 3p keygen --json; expect_done; expect_stdout_like '^\{"secret":"[A-Za-z0-9+/]{43}="\}$'
umask 000
run 3p keygen --out secret; expect_done
umask 022
expect_equal "$(stat -c %a secret)" 600
cp -p secret before
run 3p keygen --out secret; expect_refused "secret is there already"; expect_same_file secret before
run 3p keygen --out nowhere/secret; expect_failed nowhere

add() { run 3p add --token-file token --location https://auth.example.com "$@"; }
add --secret-file secret; expect_done
for mode in 604 620 602 660 644 666; do
  chmod $mode secret; add --secret-file secret; expect_failed "chmod 600 secret"; refute_stderr "$(cat secret)"
done
chmod 640 secret; add --secret-file secret; expect_done  # a group may read it
chmod 600 secret
add --secret-file missing; expect_failed missing
add --secret-file .; expect_failed "not a regular file"
for bad in '' x "$(cat secret)x" "$(cat secret) " AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= QUJD "$(head -c 200 /dev/zero | tr '\0' A)"; do
  printf '%s' "$bad" >bad; chmod 600 bad
  add --secret-file bad; expect_failed "does not hold a shared key"
done
printf '%s' "$(cat secret)" >bad; add --secret-file bad; expect_done

add; expect_usage "there is no shared key: give --secret-file FILE or set TOKEN_3P_SHARED_SECRET"
RUN_ENV=("TOKEN_3P_SHARED_SECRET=$(cat secret)"); add; expect_done
RUN_ENV=("TOKEN_3P_SHARED_SECRET=nonsense"); add; expect_usage "does not hold a shared key"; refute_stderr nonsense
add --secret-file secret; expect_done  # the flag comes first
RUN_ENV=()
add --secret "$(cat secret)"; expect_exit 2; refute_stderr "$(cat secret)"
