#!/usr/bin/env bash
# A server that refuses, fails or answers nonsense: a message, a status, and nothing on stdout.
. "$(dirname "$0")/../lib.sh"
. "$TOKENS/../daemon.sh"

new_store
new_token as org --org arcadia-prod
start_stand_in
played() { run "${@:2}" --server "$server/$1" --as-file as; }
id=67a18dba-761b-5281-be62-275744f1eb41

refused() { played "$1" list; expect_refused "$2"; }
refused unauthorized "$server says: The token has been revoked (revoked)"
refused denied "$server says: Caveat 2 forbids it (not_allowed)"
refused unknown "There is no such thing (unknown)"
refused conflict "Things have changed (conflict)"
refused hostile-error 'not\x1b[31m_allowed'
played bad list; expect_usage "it is odd"
failed() { played "$1" list; expect_failed "$2"; }
failed older "There is nothing at this path (not_found)"
failed stale "(stale)"
failed internal "(internal)"
for play in no-json list empty error-without-words no-members null-members wrong-members; do
  failed $play "an answer that tokend does not give"
done
for play in no-members null-members wrong-members; do
  for command in "orgs list" "apps list" "keys list" "keys rotate --org 2" audit "create readonly --org 2" whoami "revoke --for a"; do
    played $play $command; expect_failed "an answer that tokend does not give"
  done
  played $play revoke $id; expect_failed "$id: $server gave an answer that tokend does not give"
done
for play in close half-reply; do failed $play "the connection broke off"; done
played denied revoke $id $id; expect_refused "$id was not revoked"
played stale revoke $id; expect_failed "$id was not revoked"
# More was revoked before than was asked for.
played revoked-before revoke $id; expect_failed "an answer that tokend does not give"

# A list without an end.
for command in list "list --json" "revoke --name ann"; do
  played alternating $command; expect_exit 3; expect_stderr "says that the list goes on at a place where it has been before"
  played endless $command; expect_exit 3; expect_stderr "but has given 1000 pages in a row without a token"
done

# Of what a revocation takes with it, the first hundred are shown and looked up; JSON names all.
: >requests
played many-revoked revoke $id; expect_done; expect_equal "$(wc -l <"$SCRATCH/stdout")" 101
expect_stdout_in_order $id 00000001- 00000064-; refute_stdout 00000065-
expect_stderr "and 12 000 more revoked; --json names all"; expect_stderr "revoked 12101 tokens with all copies"
expect_equal "$(grep -c '^GET /many-revoked/v1/tokens/' requests)" 101
run_from as revoke --self --server "$server/many-revoked"; expect_done; expect_equal "$(wc -l <"$SCRATCH/stdout")" 100
expect_stderr "and 12 001 more revoked"
played many-revoked revoke $id --json; expect_done; expect_equal "$(grep -o 5000-8000 "$SCRATCH/stdout" | wc -l)" 12100

# Text from a server is not trusted.
played hostile-text list; expect_done; expect_stdout '\x1b[31mred'; expect_stdout '\u202etxt'
played hostile-text list --json; expect_done
played formulas list --csv; expect_done
for cell in "'  =1+1" "'　＝2" "'＋3" "'－4" "'＠5" "a=6"; do expect_stdout ",$cell,"; done

played deep orgs list; expect_exit 3; expect_stderr "gave an answer that tokend does not give"
played big orgs list; expect_done; expect_stdout_is "$(printf 'ID  NAME  CREATED')"
played paged list; expect_done; expect_stdout_in_order first second; expect_equal "$(wc -l <"$SCRATCH/stdout")" 3
grep -qF "GET /paged/v1/tokens?after=$id HTTP/1.1" requests || fail "expected the next page to be asked for"
: >requests
played paged list --for 'A B&c=d%/é' --org 2; expect_done
grep -qF 'GET /paged/v1/tokens?org=2&for=A%20B%26c%3Dd%25%2F%C3%A9 HTTP/1.1' requests || fail "expected a query that says just that"
