#include "authority/schema.h"

#include <array>
#include <span>
#include <string>

namespace libtoken::authority {
namespace {

// Times are seconds since 1970; ids 1 to 2^53 − 1; kids, sealed keys and the like hex.
constexpr const char* kSchema1[] = {
    // One row. `newest_record` is the latest time that any write brought along: a clock far behind it is wrong.
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

    // Every id there ever was. Its rows outlive the orgs and apps: a token may speak of an id for years, and must not
    // come to speak of something else.
    "CREATE TABLE ids_given ("
    " kind TEXT NOT NULL CHECK (kind IN ('org', 'app')),"
    " id INTEGER NOT NULL,"
    " PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID",

    // active: signs and verifies; verifying: verifies what it signed; retired: neither.
    "CREATE TABLE keys ("
    " kid TEXT PRIMARY KEY NOT NULL,"
    " org INTEGER NOT NULL REFERENCES orgs (id),"
    " state TEXT NOT NULL CHECK (state IN ('active', 'verifying', 'retired')),"
    " sealed TEXT NOT NULL,"
    " created INTEGER NOT NULL) STRICT",
    "CREATE UNIQUE INDEX keys_one_active_per_org ON keys (org) WHERE state = 'active'",

    // What was issued, never the token itself. No `not_after`: it never ends.
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

// By id alone: revoking a token that was never issued here is fine, and counts.
constexpr const char* kSchema2[] = {
    "CREATE TABLE revocations ("
    " id TEXT PRIMARY KEY NOT NULL,"
    " created INTEGER NOT NULL) STRICT, WITHOUT ROWID",
};

// The migration at index i makes version i + 1. Add at the end, and never change one that was released.
constexpr std::array<std::span<const char* const>, 2> kMigrations{std::span<const char* const>(kSchema1),
                                                                  std::span<const char* const>(kSchema2)};

}  // namespace

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
  }
  // A pragma takes no parameters, and these two are numbers of ours.
  sql << "PRAGMA application_id = " + std::to_string(kStoreApplicationId);
  sql << "PRAGMA user_version = " + std::to_string(newest_schema_version());
}

}  // namespace libtoken::authority
