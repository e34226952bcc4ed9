#!/usr/bin/env bash
# audit: what was done and by whom, newest last, without any token.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token readonly --org arcadia-prod --for ann@example.com
id=$(sed -n 's/.*its id is \([0-9a-f-]\{36\}\).*/\1/p' "$SCRATCH/stderr")
run keys rotate --org arcadia-prod; expect_done
run revoke "$id"; expect_done
run apps rename arcadia-dev-api arcadia-dev-web; expect_done
run apps delete arcadia-dev-web --yes; expect_done
run audit; expect_done; expect_stdout_like '^TIME +ACTION +OBJECT +ORG +BY +DETAIL$'
expect_stdout_in_order orgs.create orgs.create apps.create apps.create mint keys.rotate revoke apps.rename apps.delete
expect_stdout_like "^20[0-9TZ:-]+ +mint +$id +arcadia-prod +$(id -un) "
expect_stdout_like "^20[0-9TZ:-]+ +revoke +$id "
refute_stdout fm2_
run audit --org arcadia-dev; expect_done; expect_stdout apps.rename; refute_stdout mint
run audit --org 2 --json; expect_done; refute_stdout apps.rename
expect_stdout_like '"number":[0-9]+,"at":"20[0-9TZ:-]+","actor":\{"user":"'"$(id -un)"'"\},"action":"mint","refused":false,"org":2,"object":"'"$id"'","detail":"[^"]*"'
run audit --since 1h; expect_done; expect_stdout mint
run audit --since "@$(($(date +%s) + 60))"; expect_done; refute_stdout mint
run audit --since 2999-01-01T00:00:00Z --json; expect_done; expect_stdout_is '{"entries":[]}'

# The entries of a deleted org are kept.
run orgs delete arcadia-dev --yes; expect_done
run audit --org 1; expect_done; expect_stdout orgs.delete; expect_stdout apps.rename
run audit --org arcadia-dev; expect_refused arcadia-dev; expect_stderr "; for a deleted org, give its id"
run audit --help; expect_done; expect_stdout restore
for since in yesterday never -1h 1x; do run audit --since=$since; expect_usage "--since: "; done
