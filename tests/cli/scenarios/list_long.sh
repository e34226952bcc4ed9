#!/usr/bin/env bash
# A list of any length needs little memory, in every form, and its table stays a table.
. "$(dirname "$0")/../lib.sh"
command -v python3 >/dev/null || exit 77
terminal="python3 $TOKENS/../in_terminal.py"

new_store
new_token token readonly --org arcadia-prod --expiry never --name first
# So many tokens of one org, the last with longer labels, and one of another org at the very end.
python3 - "${COUNT:-20000}" <<'EOF'
import sqlite3, sys
count = int(sys.argv[1])
store = sqlite3.connect("tokens.db")
kid, created = store.execute("SELECT kid, created FROM tokens").fetchone()
def row(i):
    name, org = f"robot-{i}" + ("-of-the-last-ones" if i == count else ""), 1 if i == count else 2
    return f"{i:08x}-0000-5000-8000-000000000000", org, kid, "readonly", "", name, name, "", "", "ann", created + i
store.executemany("INSERT INTO tokens (id, org, kid, profile, app_name, name, name_key, holder, holder_key, local_user, created)"
                  " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (row(i) for i in range(1, count + 1)))
store.commit()
EOF
count=${COUNT:-20000}

# The most memory, in KiB, that a run has taken.
memory() {
  python3 - "$TOKENCTL" "$@" <<'EOF'
import resource, subprocess, sys
with open("list", "wb") as out:
    subprocess.run(sys.argv[1:], stdout=out, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
EOF
}
for form in "" --json --csv "--sort name"; do
  used=$(memory list --expired --revoked $form) || fail "expected 'list $form' to work"
  # Under a sanitizer memory means something else.
  [[ -n ${ASAN_OPTIONS:-}${TSAN_OPTIONS:-} || $used -le $((40 * 1024)) ]] || fail "list $form took $used KiB"
  case $form in
    --json) python3 -c 'import json; tokens = json.load(open("list"))["tokens"]; assert len(tokens) == '$((count + 1))', len(tokens)' || fail "expected a JSON document" ;;
    *) expect_equal "$(wc -l <list)" $((count + 2)) ;;
  esac
done

# The column of the org is there from the beginning, and each cell stands under its heading, also where it is the first
# that needs its column to be wider.
run list; expect_done
cp "$SCRATCH/stdout" list
[[ $(head -n 1 list) == "ID "*" ORG "*" NAME "* ]] || fail "expected the column of the org"
expect_equal "$(awk 'NR > 1 { print index($0, "arcadia-") }' list | sort -u | wc -l)" 1
tail -n 1 list | grep -q "arcadia-dev *robot-$count-of-the-last-ones  readonly " || fail "expected a whole name"
run list --org arcadia-prod; expect_done; [[ $(head -n 1 "$SCRATCH/stdout") != *" ORG "* ]] || fail "expected no column of the org"
# On a terminal no line is wider than it is.
env -i "PATH=$PATH" NO_COLOR=1 $terminal stdout 70 "$TOKENCTL" list >shown 2>/dev/null || fail "expected that no line is too wide"
expect_equal "$(wc -l <shown)" $((count + 2))
tail -n 1 shown | grep -q "robot-$count" || fail "expected the name at the end"
