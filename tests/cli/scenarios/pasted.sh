#!/usr/bin/env bash
# inspect and attenuate drop the white space that pasting puts into a token, and say so; verify is strict.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token readonly --org arcadia-prod
broken=$(fold -w 40 token | sed 's/$/ \r/')
run_with "$broken" inspect; expect_done; expect_stderr "dropped white space inside the token"; expect_stdout arcadia-prod
run_with "$broken" attenuate --read-only; expect_done; expect_stderr "dropped white space inside the token"
stdout >narrowed
run verify --token-file narrowed --org arcadia-prod --action r; expect_done
run_with "$broken" verify --org arcadia-prod --action r; expect_exit 1; expect_stdout malformed
run_with "$broken" can --org arcadia-prod --action r; expect_exit 1; expect_stdout malformed

# White space around the token needs no remark, and a scheme keeps its space.
bare=$(sed 's/^FlyV1 //' token)
for text in "  $bare  " "bearer  FlyV1	$bare" $'\n'"FLYV1 $bare"$'\r\n'; do
  run_with "$text" inspect; expect_done; refute_stderr dropped
done
run_with "$bare" verify --org arcadia-prod --action r; expect_done
run_with "Bearer $bare"$'\n' verify --org arcadia-prod --action r; expect_done
