#!/usr/bin/env bash
# inspect: shows which discharges a token needs and has, and when the token ends because one of them does.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token readonly --org arcadia-prod --expiry 7d
run 3p keygen --out secret; expect_done
a=https://a.example b=https://b.example
for at in $a $b; do
  run 3p add --token-file token --location $at --secret-file secret; expect_done; stdout >token
done
answer() {
  run 3p discharge --token-file token --secret-file secret "$@"; expect_done; stdout >discharge
  run 3p attach --token-file token --discharge-file discharge; expect_done; stdout >token
}
run inspect --token-file token; expect_done
expect_stdout_in_order "UTC (in 7 days)" "a discharge from $a, which is not here: without it the" \
  "a discharge from $b, which is not here"
answer --location $a --expiry 20m --bind
run inspect --token-file token; expect_done
expect_stdout_in_order "Token 1 of 2" "UTC (in 20 minutes), when its discharge from" "$a ends; with a newer one:" "(in" "7 days)" \
  "a discharge from $a, which is here as token 2, bound to this" "token as it stands" "a discharge from $b, which is not here" "Token 2 of 2, a discharge"
run inspect --token-file token --json; expect_done
expect_stdout '"binding":"as_it_stands"'; expect_stdout_like '"effective_not_after":"20[^"]*"'
cp token cut  # at a comma: whole, but for the discharge
sed -i 's/,.*//' cut
run inspect --token-file cut; expect_done; expect_no_stderr; expect_stdout "a discharge from $a, which is not here"
run verify --token-file cut --org 2 --action r; expect_exit 1; expect_stdout missing_discharge
echo "$(cat cut)," >comma
run inspect --token-file comma; expect_done; expect_stderr "ends in a comma"; expect_stdout "a discharge from $a, which is not here"
run verify --token-file comma --org 2 --action r; expect_exit 1; expect_stdout malformed
head -c -20 token >half
run inspect --token-file half; expect_refused "half a token"
run verify --token-file half --org 2 --action r; expect_exit 1; expect_stdout truncated; expect_stdout missing

# A later discharge for the same ticket moves the end; one that ends after the token changes nothing.
answer --location $a --expiry 2h
run inspect --token-file token; expect_done; expect_stdout "UTC (in 2 hours), when its discharge from"
expect_stdout "here as token 3"
answer --location $a; answer --location $b
run inspect --token-file token; expect_done; expect_stdout_like '^Until .*UTC \(in 7 days\)$'
run can --token-file token --org 2 --action r; expect_done
run verify --token-file token --org 2 --action r; expect_done
