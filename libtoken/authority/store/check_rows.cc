#include "authority/store/check_rows.h"

#include "authority/sealing/private_file.h"
#include "authority/store/label_text.h"
#include "authority/store/store_sealing.h"
#include "libtoken/text.h"

namespace libtoken::authority {
namespace {

// How many rows with the same fault are named.
constexpr const char* kLimit = " LIMIT 16";
constexpr std::size_t kMaxLabelFaults = 16;

// Conditions in SQL for a column that is not a name (is_valid_name()), a key's id or a token's id.
constexpr const char* kNoName = " NOT GLOB '[a-z]*' OR name GLOB '*[^a-z0-9-]*' OR length(CAST(name AS BLOB)) > 63";
constexpr const char* kNoKid = " GLOB '*[^0-9a-f]*' OR length(kid) <> 32";
constexpr const char* kNoTokenId = " NOT GLOB replace('xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx', 'x', '[0-9a-f]')";

constexpr const char* kCountsAsLive =
    "coalesce(not_after, 9223372036854775807) >= live_counts.as_of"
    " AND NOT EXISTS (SELECT 1 FROM revocations WHERE revocations.id = tokens.id)"
    " AND EXISTS (SELECT 1 FROM keys WHERE keys.kid = tokens.kid AND keys.state <> 'retired')";

// `query` selects the faulty rows, in one column that names each. The fault's sentence is `before`, that, and `after`.
struct Rule {
  std::string query;
  const char* before;
  const char* after;
};

std::vector<Rule> rules() {
  const std::string no_name = kNoName;
  const std::string no_kid = kNoKid;
  const std::string no_token_id = kNoTokenId;
  return {
      {"SELECT id FROM orgs WHERE name" + no_name, "the org ", " has a name that is not valid"},
      {"SELECT id FROM apps WHERE name" + no_name, "the app ", " has a name that is not valid"},
      {"SELECT id FROM orgs WHERE id NOT IN (SELECT id FROM ids_given WHERE kind = 'org')", "the org ",
       " has an id that could be given out again"},
      {"SELECT id FROM apps WHERE id NOT IN (SELECT id FROM ids_given WHERE kind = 'app')", "the app ",
       " has an id that could be given out again"},
      {"SELECT kid FROM keys WHERE kid" + no_kid, "the key ", " has an id that is not valid"},
      {"SELECT kid FROM ended_keys WHERE kid" + no_kid, "the ended key ", " has an id that is not valid"},
      {"SELECT kid FROM keys WHERE kid NOT IN (SELECT kid FROM keys_given)", "the key ",
       " is missing from the list of all keys"},
      {"SELECT id FROM orgs WHERE id IN (SELECT id FROM deleted WHERE kind = 'org')", "the org ",
       " was deleted, but is still there"},
      {"SELECT id FROM apps WHERE id IN (SELECT id FROM deleted WHERE kind = 'app')", "the app ",
       " was deleted, but is still there"},
      {"SELECT kid FROM keys WHERE state = 'retired' AND kid NOT IN (SELECT kid FROM ended_keys)", "the key ",
       " is retired, but a restore could bring it back"},
      {"SELECT kid FROM keys WHERE state <> 'retired' AND kid IN (SELECT kid FROM ended_keys)", "the key ",
       " was ended, but is in use"},
      {"SELECT id FROM tokens WHERE id" + no_token_id, "the token ", " has an id that is not valid"},
      {"SELECT id FROM tokens WHERE maker" + no_token_id, "the token ", " has a maker whose id is not valid"},
      {"SELECT id FROM tokens WHERE profile NOT IN"
       " ('org', 'readonly', 'deploy', 'ssh', 'machine-exec', 'wireguard')",
       "the token ", " has a profile that does not exist"},
      {"SELECT tokens.id FROM tokens JOIN keys USING (kid) WHERE keys.org <> tokens.org", "the token ",
       " is signed with another org's key"},
      {"SELECT tokens.id FROM tokens JOIN apps ON apps.id = tokens.app WHERE apps.org <> tokens.org", "the token ",
       " is for another org's app"},
      {"SELECT id FROM revocations WHERE id" + no_token_id, "the revoked id ", " is not a token's id"},
      {"SELECT number FROM audit WHERE token" + no_token_id, "the audit entry ", " has an actor whose id is not valid"},
      {"SELECT who FROM live_counts WHERE scope = 'org' AND live <> (SELECT count(*) FROM tokens"
       " WHERE org = CAST(live_counts.who AS INTEGER) AND " +
           std::string(kCountsAsLive) + ")",
       "the number of live tokens of the org ", " is wrong"},
      {"SELECT who FROM live_counts WHERE scope = 'first_maker' AND live <> (SELECT count(*) FROM tokens"
       " WHERE first_maker = live_counts.who AND " +
           std::string(kCountsAsLive) +
           ") OR scope = 'first_maker' AND own_live <> (SELECT count(*) FROM tokens"
           " WHERE first_maker = live_counts.who AND maker = first_maker AND " +
           std::string(kCountsAsLive) + ")",
       "the number of live tokens that descend from ", " is wrong"},
      {"SELECT 'table' WHERE (SELECT count(*) FROM settings) <> 1", "the settings ", " does not have exactly one row"},
      {"SELECT newest FROM (SELECT newest_record, max((SELECT coalesce(max(created), 0) FROM tokens),"
       " (SELECT coalesce(max(created), 0) FROM revocations), (SELECT coalesce(max(created), 0) FROM keys),"
       " (SELECT coalesce(max(at), 0) FROM audit)) AS newest FROM settings) WHERE newest > newest_record",
       "the record of the time ", " is newer than the newest that the store knows of"},
  };
}

// The values of a query's only column, escaped.
std::vector<std::string> column(soci::session& sql, const std::string& query) {
  std::vector<std::string> values;
  std::string value;
  soci::indicator there = soci::i_ok;
  soci::statement rows = (sql.prepare << query, soci::into(value, there));
  rows.execute();
  while (rows.fetch()) values.push_back(there == soci::i_ok ? escape_untrusted(value, 100) : "NULL");
  return values;
}

void add_label_faults(soci::session& sql, std::vector<std::string>& faults) {
  std::string id;
  std::string name;
  std::string name_key;
  std::string holder;
  std::string holder_key;
  soci::statement rows = (sql.prepare << "SELECT id, name, name_key, holder, holder_key FROM tokens", soci::into(id),
                          soci::into(name), soci::into(name_key), soci::into(holder), soci::into(holder_key));
  rows.execute();
  std::size_t found = 0;
  while (found < kMaxLabelFaults && rows.fetch()) {
    // It would be missed when the tokens of its holder are revoked.
    if (label_key(name) != name_key || label_key(holder) != holder_key) {
      faults.push_back("the token " + escape_untrusted(id, 100) + " cannot be found by its name or its holder");
      ++found;
    }
  }
}

}  // namespace

std::vector<std::string> file_faults(soci::session& sql) {
  std::vector<std::string> faults;
  for (const std::string& said : column(sql, "PRAGMA integrity_check(16)")) {
    if (said != "ok") faults.push_back("the file is damaged: " + said);
  }
  for (const std::string& table : column(sql, std::string("SELECT \"table\" FROM pragma_foreign_key_check") + kLimit)) {
    faults.push_back("a row of the table " + table + " refers to one that is missing");
  }
  return faults;
}

std::vector<std::string> key_faults(soci::session& sql, Store::State& state) {
  std::vector<std::string> faults;
  std::string kid_hex;
  std::string sealed;
  long long org = 0;
  soci::statement rows =
      (sql.prepare << "SELECT kid, org, sealed FROM keys", soci::into(kid_hex), soci::into(org), soci::into(sealed));
  rows.execute();
  while (rows.fetch()) {
    const auto kid = from_hex(kid_hex);
    auto opened = kid ? open_sealed(state, sealed, root_key_context(static_cast<std::uint64_t>(org), *kid))
                      : tl::unexpected<Error>(kid.error());
    if (opened) {
      wipe(*opened);
    } else {
      faults.push_back("the key " + escape_untrusted(kid_hex, 100) + " of the org " + std::to_string(org) +
                       " does not open: it was changed or moved");
    }
  }
  for (const std::string& name :
       column(sql,
              "SELECT name FROM orgs WHERE (SELECT count(*) FROM keys WHERE keys.org = orgs.id"
              " AND state = 'active') <> 1")) {
    faults.push_back("the org " + name + " does not have exactly one active key");
  }
  return faults;
}

std::vector<std::string> row_faults(soci::session& sql) {
  std::vector<std::string> faults;
  for (const Rule& rule : rules()) {
    for (const std::string& value : column(sql, rule.query + kLimit)) {
      faults.push_back(rule.before + value + rule.after);
    }
  }
  add_label_faults(sql, faults);
  return faults;
}

}  // namespace libtoken::authority
