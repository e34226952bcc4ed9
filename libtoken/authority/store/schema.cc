#include "authority/store/schema.h"

#include <array>
#include <span>
#include <string>
#include <vector>

#include "authority/store/label_text.h"

namespace libtoken::authority {
namespace {

// Times are in seconds since 1970, ids are from 1 to 2^53 − 1, and kids, sealed keys and the like are in hex.
constexpr const char* kSchema1[] = {
    // It has one row. `newest_record` is the latest time that any write recorded. A clock far behind it is wrong.
    "CREATE TABLE settings ("
    " id INTEGER PRIMARY KEY CHECK (id = 1),"
    " location TEXT NOT NULL,"
    " kek_check TEXT NOT NULL,"
    " newest_record INTEGER NOT NULL) STRICT",

    "CREATE TABLE orgs ("
    " id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 9007199254740991),"
    " name TEXT NOT NULL UNIQUE,"
    " created INTEGER NOT NULL) STRICT",

    "CREATE TABLE apps ("
    " id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 9007199254740991),"
    " name TEXT NOT NULL UNIQUE,"
    " org INTEGER NOT NULL REFERENCES orgs (id),"
    " created INTEGER NOT NULL) STRICT",
    "CREATE INDEX apps_by_org ON apps (org)",

    // Every id that was ever given out. Its rows stay when orgs and apps are deleted, because a token may name an id
    // for years, and the id must not come to mean something else.
    "CREATE TABLE ids_given ("
    " kind TEXT NOT NULL CHECK (kind IN ('org', 'app')),"
    " id INTEGER NOT NULL,"
    " PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID",

    // active: signs and verifies; verifying: only verifies; retired: neither.
    "CREATE TABLE keys ("
    " kid TEXT PRIMARY KEY NOT NULL,"
    " org INTEGER NOT NULL REFERENCES orgs (id),"
    " state TEXT NOT NULL CHECK (state IN ('active', 'verifying', 'retired')),"
    " sealed TEXT NOT NULL,"
    " created INTEGER NOT NULL) STRICT",
    "CREATE UNIQUE INDEX keys_one_active_per_org ON keys (org) WHERE state = 'active'",

    // What is known of issued tokens, never the tokens themselves. A token without `not_after` never ends.
    "CREATE TABLE tokens ("
    " id TEXT PRIMARY KEY NOT NULL,"
    " org INTEGER NOT NULL REFERENCES orgs (id),"
    " kid TEXT NOT NULL REFERENCES keys (kid),"
    " profile TEXT NOT NULL,"
    " app INTEGER REFERENCES apps (id),"
    " name TEXT NOT NULL,"
    " holder TEXT NOT NULL,"
    " not_after INTEGER,"
    " created INTEGER NOT NULL) STRICT",
    "CREATE INDEX tokens_by_org ON tokens (org)",
};

// No foreign key: a token that was never issued here can be revoked too.
constexpr const char* kSchema2[] = {
    "CREATE TABLE revocations ("
    " id TEXT PRIMARY KEY NOT NULL,"
    " created INTEGER NOT NULL) STRICT, WITHOUT ROWID",
};

// Adds who made a token, with which token, and when it was last used. The table is made again without the foreign key
// on `app`, because an app may be deleted while records of its tokens stay. `name_key` and `holder_key` are the labels'
// keys (label_text.h).
constexpr const char* kSchema3[] = {
    "CREATE TABLE tokens_3 ("
    " id TEXT PRIMARY KEY NOT NULL,"
    " org INTEGER NOT NULL REFERENCES orgs (id),"
    " kid TEXT NOT NULL REFERENCES keys (kid),"
    " profile TEXT NOT NULL,"
    " app INTEGER,"
    " app_name TEXT NOT NULL,"  // as it was when the token was made; '' for none
    " name TEXT NOT NULL,"
    " name_key TEXT NOT NULL,"
    " holder TEXT NOT NULL,"
    " holder_key TEXT NOT NULL,"
    " maker TEXT,"                // the id of the token that it was made with
    " local_user TEXT NOT NULL,"  // who made it, where that was no token
    " not_after INTEGER,"
    " created INTEGER NOT NULL,"
    " last_used INTEGER) STRICT",
    "INSERT INTO tokens_3 SELECT tokens.id, tokens.org, tokens.kid, tokens.profile, tokens.app, coalesce(apps.name, "
    "''),"
    " tokens.name, '', tokens.holder, '', NULL, '', tokens.not_after, tokens.created, NULL"
    " FROM tokens LEFT JOIN apps ON apps.id = tokens.app",
    "DROP TABLE tokens",
    "ALTER TABLE tokens_3 RENAME TO tokens",
    "CREATE INDEX tokens_by_org ON tokens (org)",
    "CREATE INDEX tokens_by_kid ON tokens (kid)",
    "CREATE INDEX tokens_by_app ON tokens (app) WHERE app IS NOT NULL",
    "CREATE INDEX tokens_by_maker ON tokens (maker) WHERE maker IS NOT NULL",
    "CREATE INDEX tokens_by_name ON tokens (name_key) WHERE name_key <> ''",
    "CREATE INDEX tokens_by_holder ON tokens (holder_key) WHERE holder_key <> ''",

    // No foreign keys: entries stay when what they are about is deleted.
    "CREATE TABLE audit ("
    " number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " at INTEGER NOT NULL,"
    " token TEXT,"
    " holder TEXT NOT NULL,"
    " local_user TEXT NOT NULL,"
    " peer TEXT NOT NULL,"
    " action TEXT NOT NULL,"
    " refused INTEGER NOT NULL CHECK (refused IN (0, 1)),"
    " org INTEGER NOT NULL,"
    " object TEXT NOT NULL,"
    " detail TEXT NOT NULL) STRICT",
    "CREATE INDEX audit_by_org ON audit (org)",
};

// What the guarantees of REVOCATION.md need. `tokens.seen_only`: the token is known only because a copy of it was
// presented, and not from its mint. It has no `not_after`, because other copies may end later. `tokens.maker_lost`: the
// record of its maker, and with it the key that signed the maker, is lost; only version 3 deleted makers before what
// they made. The table is made again without foreign keys, because a restore may lose an org or a key while records of
// its tokens stay, and a later restore may bring it back. Such a later restore must not bring back what was ended, so
// these have rows also for what is lost: `keys_given` for every key that was ever made, `ended_keys` for those that
// were ended, `deleted` for the orgs and apps that were deleted. `settings.revision` counts the writes, and each write
// has a random `write_id`. `revisions` has both of the last writes, so that two histories can be told apart.
// `settings.restores` counts how often the store was restored from a backup of itself, and `settings.identity` tells it
// from every other store.
constexpr const char* kSchema4[] = {
    "CREATE TABLE tokens_4 ("
    " id TEXT PRIMARY KEY NOT NULL,"
    " org INTEGER NOT NULL,"
    " kid TEXT NOT NULL,"
    " profile TEXT NOT NULL,"
    " app INTEGER,"
    " app_name TEXT NOT NULL,"
    " name TEXT NOT NULL,"
    " name_key TEXT NOT NULL,"
    " holder TEXT NOT NULL,"
    " holder_key TEXT NOT NULL,"
    " maker TEXT,"
    " local_user TEXT NOT NULL,"
    " not_after INTEGER,"
    " created INTEGER NOT NULL,"
    " last_used INTEGER,"
    " seen_only INTEGER NOT NULL DEFAULT 0 CHECK (seen_only IN (0, 1)),"
    " maker_lost INTEGER NOT NULL DEFAULT 0 CHECK (maker_lost IN (0, 1))) STRICT",
    "INSERT INTO tokens_4 SELECT id, org, kid, profile, app, app_name, name, name_key, holder, holder_key, maker, "
    "local_user,"
    " not_after, created, last_used, 0, 0 FROM tokens",
    "DROP TABLE tokens",
    "ALTER TABLE tokens_4 RENAME TO tokens",
    "UPDATE tokens SET seen_only = 1, not_after = NULL WHERE "
    "(name = 'not issued here' AND maker IS NULL AND local_user = '')",  // kSeenOnlyIn3
    "UPDATE tokens SET maker_lost = 1 WHERE maker IS NOT NULL AND maker NOT IN (SELECT id FROM tokens)",
    // For reading a page of an org's tokens without reading the pages before it.
    "CREATE INDEX tokens_by_org ON tokens (org, created, id)",
    "CREATE INDEX tokens_by_kid ON tokens (kid)",
    "CREATE INDEX tokens_by_app ON tokens (app) WHERE app IS NOT NULL",
    "CREATE INDEX tokens_by_maker ON tokens (maker) WHERE maker IS NOT NULL",
    "CREATE INDEX tokens_by_name ON tokens (name_key) WHERE name_key <> ''",
    "CREATE INDEX tokens_by_holder ON tokens (holder_key) WHERE holder_key <> ''",
    "CREATE INDEX tokens_by_lost_maker ON tokens (org) WHERE maker_lost = 1",

    // For near misses of a holder in one org.
    "CREATE INDEX tokens_by_org_holder ON tokens (org, holder_key, holder) WHERE holder_key <> ''",

    "CREATE TABLE keys_given (kid TEXT PRIMARY KEY NOT NULL, org INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "INSERT INTO keys_given SELECT kid, org FROM keys",
    "INSERT OR IGNORE INTO keys_given SELECT kid, org FROM tokens",
    "CREATE TABLE ended_keys (kid TEXT PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID",
    "INSERT INTO ended_keys SELECT kid FROM keys WHERE state = 'retired'",
    "CREATE TABLE deleted ("
    " kind TEXT NOT NULL CHECK (kind IN ('org', 'app')),"
    " id INTEGER NOT NULL,"
    " PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID",
    "INSERT INTO deleted SELECT kind, id FROM ids_given WHERE kind = 'org' AND id NOT IN (SELECT id FROM orgs)"
    " OR kind = 'app' AND id NOT IN (SELECT id FROM apps)",

    "CREATE TABLE revisions (number INTEGER PRIMARY KEY, write_id TEXT NOT NULL) STRICT",
    "ALTER TABLE settings ADD COLUMN identity TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE settings ADD COLUMN restores INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE settings ADD COLUMN revision INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE settings ADD COLUMN write_id TEXT NOT NULL DEFAULT ''",
    "UPDATE settings SET identity = lower(hex(randomblob(16)))",
};

// What reading a part of the store without reading the rest needs.
//
// A page of a list is read in the order of an index, from where the page before ended: so every index that a list is
// read by has the columns of its order (token_order.h) after those that are the same for all of the list. `created, id`
// is the order in which tokens were made, and decides between equals in every other.
//
// `changes` counts, for each part of the store that a snapshot keeps, what changed in it; `revocations_added` has the
// last ones in the order in which they were made. With both, a snapshot takes in what changed since it was read. They
// are kept by triggers, so that no write can forget them. Whatever numbers a hand has put there, a revocation is
// written: a number in use is taken over, and none grows beyond 2^53.
constexpr const char* kSchema5[] = {
    "DROP INDEX tokens_by_app",
    "DROP INDEX tokens_by_maker",
    "DROP INDEX tokens_by_org_holder",
    "CREATE INDEX tokens_by_created ON tokens (created, id)",
    "CREATE INDEX tokens_by_app ON tokens (app, created, id) WHERE app IS NOT NULL",
    "CREATE INDEX tokens_by_maker ON tokens (maker, created, id) WHERE maker IS NOT NULL",
    "CREATE INDEX tokens_by_org_name ON tokens (org, name_key, created, id)",
    "CREATE INDEX tokens_by_org_holder ON tokens (org, holder_key, created, id)",
    "CREATE INDEX tokens_by_org_profile ON tokens (org, profile, created, id)",
    "CREATE INDEX tokens_by_org_end ON tokens (org, coalesce(not_after, 9223372036854775807), created, id)",
    "CREATE INDEX tokens_by_org_use ON tokens (org, coalesce(last_used, -9223372036854775807), created, id)",

    "CREATE TABLE changes (part TEXT PRIMARY KEY NOT NULL CHECK (part IN"
    " ('registry', 'keys', 'revocations_added', 'revocations_removed')), number INTEGER NOT NULL) STRICT, WITHOUT "
    "ROWID",
    "INSERT INTO changes VALUES ('registry', 0), ('keys', 0), ('revocations_added', 0), ('revocations_removed', 0)",
    "CREATE TABLE revocations_added (number INTEGER PRIMARY KEY, id TEXT NOT NULL) STRICT",

    "CREATE TRIGGER orgs_added AFTER INSERT ON orgs BEGIN"
    " UPDATE changes SET number = number % 9007199254740992 + 1 WHERE part = 'registry'; END",
    "CREATE TRIGGER orgs_changed AFTER UPDATE ON orgs BEGIN"
    " UPDATE changes SET number = number % 9007199254740992 + 1 WHERE part = 'registry'; END",
    "CREATE TRIGGER orgs_removed AFTER DELETE ON orgs BEGIN"
    " UPDATE changes SET number = number % 9007199254740992 + 1 WHERE part = 'registry'; END",
    "CREATE TRIGGER apps_added AFTER INSERT ON apps BEGIN"
    " UPDATE changes SET number = number % 9007199254740992 + 1 WHERE part = 'registry'; END",
    "CREATE TRIGGER apps_changed AFTER UPDATE ON apps BEGIN"
    " UPDATE changes SET number = number % 9007199254740992 + 1 WHERE part = 'registry'; END",
    "CREATE TRIGGER apps_removed AFTER DELETE ON apps BEGIN"
    " UPDATE changes SET number = number % 9007199254740992 + 1 WHERE part = 'registry'; END",
    "CREATE TRIGGER keys_added AFTER INSERT ON keys BEGIN"
    " UPDATE changes SET number = number % 9007199254740992 + 1 WHERE part = 'keys'; END",
    "CREATE TRIGGER keys_changed AFTER UPDATE ON keys BEGIN"
    " UPDATE changes SET number = number % 9007199254740992 + 1 WHERE part = 'keys'; END",
    "CREATE TRIGGER keys_removed AFTER DELETE ON keys BEGIN"
    " UPDATE changes SET number = number % 9007199254740992 + 1 WHERE part = 'keys'; END",
    "CREATE TRIGGER revocations_added AFTER INSERT ON revocations BEGIN"
    " UPDATE changes SET number = number % 9007199254740992 + 1 WHERE part = 'revocations_added';"
    " DELETE FROM revocations_added WHERE number = (SELECT number FROM changes WHERE part = 'revocations_added');"
    " INSERT INTO revocations_added (number, id)"
    " SELECT number, new.id FROM changes WHERE part = 'revocations_added';"
    " DELETE FROM revocations_added WHERE number <= last_insert_rowid() - 65536; END",
    "CREATE TRIGGER revocations_changed AFTER UPDATE ON revocations BEGIN"
    " UPDATE changes SET number = number % 9007199254740992 + 1 WHERE part = 'revocations_removed'; END",
    "CREATE TRIGGER revocations_removed AFTER DELETE ON revocations BEGIN"
    " UPDATE changes SET number = number % 9007199254740992 + 1 WHERE part = 'revocations_removed'; END",
};

// Gives every token that another token made its first maker: the maker that no other token made, as far as records
// say. The makers of a circle, which only a hand can make, get none.
constexpr const char* kFillFirstMakers =
    "WITH RECURSIVE descendants (id, first) AS ("
    "SELECT id, maker FROM tokens"
    " WHERE maker IS NOT NULL AND maker NOT IN (SELECT id FROM tokens WHERE maker IS NOT NULL)"
    " UNION SELECT tokens.id, descendants.first FROM descendants JOIN tokens ON tokens.maker = descendants.id)"
    " UPDATE tokens SET first_maker = descendants.first FROM descendants"
    " WHERE tokens.id = descendants.id AND tokens.first_maker IS NOT descendants.first";

// How many live tokens each org has, how many descend from each token that no other token made, and how many were made
// in a day, so that a mint need not count them. `tokens.first_maker` is that token: the maker of a token, or the
// maker's own first maker, so that whatever a token's descendants make counts for it. A row is there once it was asked
// for; `live` is the number of tokens that are neither revoked nor of a retired key, and that end at `as_of` or later;
// `made` is how many were made on the day (UTC) that began at `day`, whatever became of them. `own_live` and `own_made`
// are how many of these the first maker made itself; an org has none. Kept by triggers, so that no write can forget it.
// What is rare has it counted anew.
constexpr const char* kSchema6[] = {
    "ALTER TABLE tokens ADD COLUMN first_maker TEXT",
    kFillFirstMakers,
    "CREATE TABLE live_counts ("
    " scope TEXT NOT NULL CHECK (scope IN ('org', 'first_maker')),"
    " who TEXT NOT NULL,"
    " live INTEGER NOT NULL,"
    " own_live INTEGER NOT NULL,"
    " as_of INTEGER NOT NULL,"
    " day INTEGER NOT NULL,"
    " made INTEGER NOT NULL,"
    " own_made INTEGER NOT NULL,"
    " PRIMARY KEY (scope, who)) STRICT, WITHOUT ROWID",
    // With the time, so that those of a day are counted without reading the rows.
    "CREATE INDEX tokens_by_first_maker ON tokens (first_maker, coalesce(not_after, 9223372036854775807), created)"
    " WHERE first_maker IS NOT NULL",
    // With the time, so that what is of a time or later is read without reading what is older.
    "DROP INDEX audit_by_org",
    "CREATE INDEX audit_by_org ON audit (org, at)",
    "CREATE TRIGGER live_token_added AFTER INSERT ON tokens"
    " WHEN NOT EXISTS (SELECT 1 FROM revocations WHERE id = new.id)"
    " AND EXISTS (SELECT 1 FROM keys WHERE kid = new.kid AND state <> 'retired') BEGIN"
    " UPDATE live_counts SET live = live % 9007199254740992 + 1 WHERE scope = 'org' AND who = CAST(new.org AS TEXT)"
    " AND as_of <= coalesce(new.not_after, 9223372036854775807);"
    " UPDATE live_counts SET live = live % 9007199254740992 + 1,"
    " own_live = own_live % 9007199254740992 + (new.maker IS new.first_maker)"
    " WHERE scope = 'first_maker' AND who = new.first_maker AND as_of <= coalesce(new.not_after, 9223372036854775807); "
    "END",
    // What a clock made that was set back counts too. What a restore brings of earlier days does not.
    "CREATE TRIGGER made_token_added AFTER INSERT ON tokens BEGIN"
    " UPDATE live_counts SET made = iif(new.created < day + 86400, made % 9007199254740992 + 1, 1),"
    " day = iif(new.created < day + 86400, day, new.created - new.created % 86400)"
    " WHERE scope = 'org' AND who = CAST(new.org AS TEXT) AND day <= new.created;"
    " UPDATE live_counts SET made = iif(new.created < day + 86400, made % 9007199254740992 + 1, 1),"
    " own_made = iif(new.created < day + 86400, own_made % 9007199254740992, 0) + (new.maker IS new.first_maker),"
    " day = iif(new.created < day + 86400, day, new.created - new.created % 86400)"
    " WHERE scope = 'first_maker' AND who = new.first_maker AND day <= new.created; END",
    "CREATE TRIGGER live_token_removed AFTER DELETE ON tokens"
    " WHEN NOT EXISTS (SELECT 1 FROM revocations WHERE id = old.id)"
    " AND EXISTS (SELECT 1 FROM keys WHERE kid = old.kid AND state <> 'retired') BEGIN"
    " UPDATE live_counts SET live = live % 9007199254740992 - 1 WHERE scope = 'org' AND who = CAST(old.org AS TEXT)"
    " AND as_of <= coalesce(old.not_after, 9223372036854775807);"
    " UPDATE live_counts SET live = live % 9007199254740992 - 1,"
    " own_live = own_live % 9007199254740992 - (old.maker IS old.first_maker)"
    " WHERE scope = 'first_maker' AND who = old.first_maker AND as_of <= coalesce(old.not_after, 9223372036854775807); "
    "END",
    "CREATE TRIGGER live_token_revoked AFTER INSERT ON revocations"
    " WHEN EXISTS (SELECT 1 FROM tokens JOIN keys ON keys.kid = tokens.kid"
    " WHERE tokens.id = new.id AND keys.state <> 'retired') BEGIN"
    " UPDATE live_counts SET live = live % 9007199254740992 - 1 WHERE scope = 'org'"
    " AND who = (SELECT CAST(org AS TEXT) FROM tokens WHERE id = new.id)"
    " AND as_of <= (SELECT coalesce(not_after, 9223372036854775807) FROM tokens WHERE id = new.id);"
    " UPDATE live_counts SET live = live % 9007199254740992 - 1,"
    " own_live = own_live % 9007199254740992 - (SELECT maker IS first_maker FROM tokens WHERE id = new.id)"
    " WHERE scope = 'first_maker' AND who = (SELECT first_maker FROM tokens WHERE id = new.id)"
    " AND as_of <= (SELECT coalesce(not_after, 9223372036854775807) FROM tokens WHERE id = new.id); END",
    "CREATE TRIGGER live_token_unrevoked AFTER DELETE ON revocations"
    " WHEN EXISTS (SELECT 1 FROM tokens JOIN keys ON keys.kid = tokens.kid"
    " WHERE tokens.id = old.id AND keys.state <> 'retired') BEGIN"
    " UPDATE live_counts SET live = live % 9007199254740992 + 1 WHERE scope = 'org'"
    " AND who = (SELECT CAST(org AS TEXT) FROM tokens WHERE id = old.id)"
    " AND as_of <= (SELECT coalesce(not_after, 9223372036854775807) FROM tokens WHERE id = old.id);"
    " UPDATE live_counts SET live = live % 9007199254740992 + 1,"
    " own_live = own_live % 9007199254740992 + (SELECT maker IS first_maker FROM tokens WHERE id = old.id)"
    " WHERE scope = 'first_maker' AND who = (SELECT first_maker FROM tokens WHERE id = old.id)"
    " AND as_of <= (SELECT coalesce(not_after, 9223372036854775807) FROM tokens WHERE id = old.id); END",
    "CREATE TRIGGER live_counts_of_key AFTER UPDATE OF state ON keys"
    " WHEN (new.state = 'retired') <> (old.state = 'retired') BEGIN DELETE FROM live_counts; END",
    "CREATE TRIGGER live_counts_of_lost_key AFTER DELETE ON keys BEGIN DELETE FROM live_counts; END",
    "CREATE TRIGGER live_counts_of_found_key AFTER INSERT ON keys"
    " WHEN EXISTS (SELECT 1 FROM tokens WHERE kid = new.kid) BEGIN DELETE FROM live_counts; END",
    "CREATE TRIGGER live_counts_of_changed_token AFTER UPDATE OF id, org, kid, maker, first_maker, not_after ON tokens"
    " BEGIN DELETE FROM live_counts; END",
};

// The keys of labels are what label_key() makes of them since this version; fill_label_keys() sees to it.
constexpr std::span<const char* const> kSchema7;

// The migration at index i makes version i + 1. Add new ones at the end, and never change one that was released.
constexpr std::array<std::span<const char* const>, 7> kMigrations{std::span<const char* const>(kSchema1),
                                                                  std::span<const char* const>(kSchema2),
                                                                  std::span<const char* const>(kSchema3),
                                                                  std::span<const char* const>(kSchema4),
                                                                  std::span<const char* const>(kSchema5),
                                                                  std::span<const char* const>(kSchema6),
                                                                  kSchema7};

}  // namespace

void fill_label_keys(soci::session& sql) {
  struct Row {
    std::string id, name, name_key, holder, holder_key;
  };
  std::vector<Row> rows;
  Row row;
  soci::statement all =
      (sql.prepare << "SELECT id, name, name_key, holder, holder_key FROM tokens", soci::into(row.id),
       soci::into(row.name), soci::into(row.name_key), soci::into(row.holder), soci::into(row.holder_key));
  all.execute();
  while (all.fetch())
    if (label_key(row.name) != row.name_key || label_key(row.holder) != row.holder_key) rows.push_back(row);
  for (const Row& one : rows) {
    const std::string name_key = label_key(one.name);
    const std::string holder_key = label_key(one.holder);
    sql << "UPDATE tokens SET name_key = :name_key, holder_key = :holder_key WHERE id = :id", soci::use(name_key),
        soci::use(holder_key), soci::use(one.id);
  }
}

void fill_first_makers(soci::session& sql) { sql << kFillFirstMakers; }

std::int32_t newest_schema_version() noexcept { return static_cast<std::int32_t>(kMigrations.size()); }

SchemaStamp read_schema_stamp(soci::session& sql) {
  SchemaStamp stamp;
  sql << "PRAGMA application_id", soci::into(stamp.application_id);
  sql << "PRAGMA user_version", soci::into(stamp.version);
  return stamp;
}

void migrate_schema(soci::session& sql, std::int32_t from) {
  for (std::size_t next = static_cast<std::size_t>(from); next < kMigrations.size(); ++next) {
    for (const char* statement : kMigrations[next]) sql << statement;
    if (next + 1 == kFirstVersionWithTheseKeys) fill_label_keys(sql);
  }
  // A pragma takes no parameters.
  sql << "PRAGMA application_id = " + std::to_string(kStoreApplicationId);
  sql << "PRAGMA user_version = " + std::to_string(newest_schema_version());
}

}  // namespace libtoken::authority
