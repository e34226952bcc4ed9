#!/usr/bin/env bash
# discharge: says what the ticket asks, and makes no discharge if that is not satisfied, unless --unchecked is given.
. "$(dirname "$0")/../lib.sh"

new_store
new_token token readonly --org arcadia-prod
run 3p keygen --out secret; expect_done
at=https://auth.example.com
ask() {
  run_with "$1" 3p add --token-file token --location $at --secret-file secret -f -; expect_done; stdout >needs
}
discharge() { run 3p discharge --token-file needs --location $at --secret-file secret "$@"; }
yes() { discharge "$@"; expect_done; expect_stdout_like '^fm2_'; expect_stderr "(satisfied)"; refute_stderr NOT; }
no() { discharge "$@"; expect_refused "--unchecked makes it anyway"; expect_stderr "(NOT satisfied)"; }

ask '{"type":"ConfineUser","body":{"id":5}}'
yes --user 5; expect_stderr "the ticket asks: ConfineUser, a third party must know the holder as user 5"
no; no --user 6; no --organization 5
ask '{"type":"ConfineUser","body":{"id":0}}'
no; no --organization 5
ask '{"type":"ConfineOrganization","body":{"id":9}}'
yes --organization 9; yes --user 1 --organization 8 --organization 9; no --organization 8; no --user 9; no
ask '{"type":"ConfineGoogleHD","body":"example.com"}'
yes --google-hd example.com; yes --google-hd a.example --google-hd example.com; no --google-hd example.org; no
ask '{"type":"ConfineGitHubOrg","body":12}'
yes --github-org 12; no --github-org 13; no --organization 12
ask '{"type":"MaxValidity","body":3600}'
yes --expiry 1h; yes --expiry 5m; no --expiry 61m; no; no --expiry never
ask '{"type":"Action","body":"r"}'
no --user 5
ask '[{"type":"ConfineUser","body":{"id":5}},{"type":"MaxValidity","body":60}]'
yes --user 5 --expiry 1m; no --user 5; no --expiry 1m
# A window inside an IfPresent does not count as the end.
echo '{"type":"IfPresent","body":{"ifs":[{"type":"Apps","body":{"apps":{"2":"r"}}}],"else":"r"}}' >inside.json
no --user 5 -f inside.json

discharge --unchecked --json; expect_done
expect_stderr "--unchecked: the discharge is made although this was not checked: ConfineUser, MaxValidity"
expect_stdout '"asked":[{"body":{"id":5},"satisfied":false,"type":"ConfineUser"}'
json_text discharge >unchecked
run 3p attach --token-file needs --discharge-file unchecked; expect_done
run_with "$(stdout)" verify --org 2 --action r; expect_done

# The third party adds caveats and attestations.
echo '[{"type":"FlyioUserID","body":5},{"type":"Action","body":"r"}]' >own.json
new_token token org --org arcadia-prod
ask '[]'
discharge -f own.json --expiry 1h; expect_done; stdout >discharge
run inspect --token-file discharge; expect_done; expect_stdout "Fly.io user 5"
run 3p attach --token-file needs --discharge-file discharge; expect_done; stdout >whole
run verify --token-file whole --org 2 --action r; expect_done
run verify --token-file whole --org 2 --action w; expect_exit 1; expect_stdout "(Action)"
run_with "$(cat own.json)" 3p discharge --token-file needs --location $at --secret-file secret -f -; expect_done
run_with x 3p discharge --token-file needs --location $at --secret-file secret -f -; expect_usage "standard input: "
run_with x 3p discharge --token-file - --location $at --secret-file secret -f -; expect_usage "both the token and the caveats"

discharge --user x; expect_usage '--user: cannot read "x"'
discharge --user 18446744073709551616; expect_usage "--user"
discharge --organization -1; expect_exit 2; expect_no_stdout
discharge --github-org ''; expect_exit 2; expect_no_stdout
discharge --expiry yesterday; expect_usage "--expiry"
discharge --ticket 'no base64' ; expect_usage "--ticket"
discharge --ticket QUJD; expect_refused "does not open the ticket"
discharge --ticket QUJD --bind; expect_refused "no such ticket"
run 3p discharge --token-file token --location $at --secret-file secret; expect_refused "no ticket for $at"
run 3p discharge --token-file needs --location https://b.example --secret-file secret; expect_refused "no ticket for https://b.example"
run 3p discharge --token-file needs --secret-file secret; expect_usage "--location is required"
run 3p keygen --out other; expect_done
run 3p discharge --token-file needs --location $at --secret-file other; expect_refused "does not open the ticket"
