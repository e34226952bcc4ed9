#include "authority/registry/registry.h"

#include <charconv>
#include <utility>

#include "authority/audit/audit_rows.h"
#include "authority/keys/root_key_rows.h"
#include "authority/registry/registry_rows.h"
#include "authority/store/store_sealing.h"
#include "authority/store/store_state.h"
#include "libtoken/text.h"

namespace libtoken::authority {
namespace {

constexpr std::size_t kMostNameBytes = 63;

tl::unexpected<Error> id_out_of_range() {
  return fail(ErrorKind::kInvalidArgument, "an id is a number from 1 to " + std::to_string(kMaxId));
}

// Records the wanted id as given out, or without one the id after the highest that ever was. `kind` is "org" or "app".
Result<std::uint64_t> give_out_id(soci::session& sql, const std::string& kind, std::optional<std::uint64_t> wanted) {
  if (wanted && !is_valid_id(*wanted)) return id_out_of_range();
  long long id = 0;
  if (wanted) {
    id = static_cast<long long>(*wanted);
    long long given = 0;
    sql << "SELECT count(*) FROM ids_given WHERE kind = :kind AND id = :id", soci::use(kind), soci::use(id),
        soci::into(given);
    if (given != 0) {
      return fail(ErrorKind::kAlreadyExists, "the id " + std::to_string(id) + " belongs or belonged to an " + kind +
                                                 ", and no id is given out twice");
    }
  } else {
    long long highest = 0;
    sql << "SELECT coalesce(max(id), 0) FROM ids_given WHERE kind = :kind", soci::use(kind), soci::into(highest);
    if (static_cast<std::uint64_t>(highest) >= kMaxId) {
      return fail(ErrorKind::kInvalidArgument,
                  "there is no id after " + std::to_string(highest) + " for this " + kind + ": choose one with --id");
    }
    id = highest + 1;
  }
  sql << "INSERT INTO ids_given (kind, id) VALUES (:kind, :id)", soci::use(kind), soci::use(id);
  return static_cast<std::uint64_t>(id);
}

}  // namespace

bool is_valid_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > kMostNameBytes) return false;
  if (name.front() < 'a' || name.front() > 'z') return false;
  for (const char c : name) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
  }
  return true;
}

Result<NameOrId> parse_name_or_id(std::string_view text) {
  if (!text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos) {
    std::uint64_t id = 0;
    const auto end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, id);
    if (parsed.ec != std::errc{} || !is_valid_id(id)) return id_out_of_range();
    return NameOrId{id};
  }
  std::string name(text);
  if (auto good = check_name(name); !good) return tl::unexpected(good.error());
  return NameOrId{std::move(name)};
}

Result<Org> create_org(Store& store, const std::string& name, std::optional<std::uint64_t> id, const Actor& actor,
                       std::int64_t now_unix_s) {
  if (auto good = check_name(name); !good) return tl::unexpected(good.error());
  return write_transaction(store, [&](soci::session& sql) -> Result<Org> {
    if (select_org(sql, name)) return name_taken("org", name);
    const auto kek = sealing_key(sql, store.state());
    if (!kek) return tl::unexpected(kek.error());
    const auto given = give_out_id(sql, "org", id);
    if (!given) return tl::unexpected(given.error());
    const auto row = static_cast<long long>(*given);
    const long long now = now_unix_s;
    sql << "INSERT INTO orgs (id, name, created) VALUES (:id, :name, :created)", soci::use(row), soci::use(name),
        soci::use(now);
    insert_active_key(sql, *kek, *given, now_unix_s);
    insert_audit(sql, {AuditAction::kOrgCreate, *given, name, ""}, actor, now_unix_s);
    return Org{*given, name, now_unix_s};
  });
}

Result<Org> find_org(Store& store, const NameOrId& org) {
  return read_transaction(store, [&](soci::session& sql) { return select_org(sql, org); });
}

Result<std::vector<Org>> list_orgs(Store& store) {
  return read_transaction(store, [](soci::session& sql) { return select_orgs(sql); });
}

Result<App> create_app(Store& store, const NameOrId& org, const std::string& name, std::optional<std::uint64_t> id,
                       const Actor& actor, std::int64_t now_unix_s) {
  if (auto good = check_name(name); !good) return tl::unexpected(good.error());
  return write_transaction(store, [&](soci::session& sql) -> Result<App> {
    const auto owner = select_org(sql, org);
    if (!owner) return tl::unexpected(owner.error());
    if (select_app(sql, name)) return name_taken("app", name);
    const auto given = give_out_id(sql, "app", id);
    if (!given) return tl::unexpected(given.error());
    const auto row = static_cast<long long>(*given);
    const auto owner_row = static_cast<long long>(owner->id);
    const long long now = now_unix_s;
    sql << "INSERT INTO apps (id, name, org, created) VALUES (:id, :name, :org, :created)", soci::use(row),
        soci::use(name), soci::use(owner_row), soci::use(now);
    insert_audit(sql, {AuditAction::kAppCreate, owner->id, name, ""}, actor, now_unix_s);
    return App{*given, name, owner->id, now_unix_s};
  });
}

Result<App> find_app(Store& store, const NameOrId& app) {
  return read_transaction(store, [&](soci::session& sql) { return select_app(sql, app); });
}

Result<std::vector<App>> list_apps(Store& store, const std::optional<NameOrId>& org) {
  return read_transaction(store, [&](soci::session& sql) -> Result<std::vector<App>> {
    if (!org) return select_apps(sql, std::nullopt);
    const auto owner = select_org(sql, *org);
    if (!owner) return tl::unexpected(owner.error());
    return select_apps(sql, owner->id);
  });
}

Result<Org> rename_org(Store& store, const NameOrId& org, const std::string& name, const Actor& actor,
                       std::int64_t now_unix_s) {
  if (auto good = check_name(name); !good) return tl::unexpected(good.error());
  return write_transaction(store, [&](soci::session& sql) -> Result<Org> {
    auto found = select_org(sql, org);
    if (!found || found->name == name) return found;
    if (select_org(sql, name)) return name_taken("org", name);
    const auto id = static_cast<long long>(found->id);
    sql << "UPDATE orgs SET name = :name WHERE id = :id", soci::use(name), soci::use(id);
    insert_audit(sql, {AuditAction::kOrgRename, found->id, found->name, "renamed to " + name}, actor, now_unix_s);
    found->name = name;
    return found;
  });
}

Result<App> rename_app(Store& store, const NameOrId& app, const std::string& name, const Actor& actor,
                       std::int64_t now_unix_s) {
  if (auto good = check_name(name); !good) return tl::unexpected(good.error());
  return write_transaction(store, [&](soci::session& sql) -> Result<App> {
    auto found = select_app(sql, app);
    if (!found || found->name == name) return found;
    if (select_app(sql, name)) return name_taken("app", name);
    const auto id = static_cast<long long>(found->id);
    sql << "UPDATE apps SET name = :name WHERE id = :id", soci::use(name), soci::use(id);
    insert_audit(sql, {AuditAction::kAppRename, found->org, found->name, "renamed to " + name}, actor, now_unix_s);
    found->name = name;
    return found;
  });
}

}  // namespace libtoken::authority
