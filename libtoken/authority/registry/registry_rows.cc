#include "authority/registry/registry_rows.h"

#include <utility>

#include "authority/store/store_state.h"
#include "libtoken/text.h"

namespace libtoken::authority {
namespace {

// Whether a row may have this name or id. Others are not looked for; an id above 2^53 might not even fit the column.
bool can_exist(const NameOrId& which) {
  if (const auto* name = std::get_if<std::string>(&which)) return is_valid_name(*name);
  return is_valid_id(std::get<std::uint64_t>(which));
}

tl::unexpected<Error> not_found(const char* what, const NameOrId& which) {
  std::string shown;
  if (const auto* name = std::get_if<std::string>(&which)) {
    shown = "named \"" + escape_untrusted(*name, 100) + "\"";
  } else {
    shown = "with the id " + std::to_string(std::get<std::uint64_t>(which));
  }
  return fail(ErrorKind::kNotFound, std::string("there is no ") + what + " " + shown);
}

// What no program of ours writes must not get into messages, lists and answers, nor be judged by.
Result<Org> org_of(long long id, std::string name, long long created) {
  const auto number = static_cast<std::uint64_t>(id);
  if (!is_valid_id(number) || !is_valid_name(name)) return damaged("an org has an id or a name that is not one");
  return Org{number, std::move(name), created};
}

Result<App> app_of(long long id, std::string name, long long org, long long created) {
  const auto number = static_cast<std::uint64_t>(id);
  const auto owner = static_cast<std::uint64_t>(org);
  if (!is_valid_id(number) || !is_valid_id(owner) || !is_valid_name(name)) {
    return damaged("an app has an id, a name or an org that is not one");
  }
  return App{number, std::move(name), owner, created};
}

}  // namespace

Result<Org> select_org(soci::session& sql, const NameOrId& org) {
  if (!can_exist(org)) return not_found("org", org);
  long long id = 0;
  long long created = 0;
  std::string name;
  if (const auto* by_name = std::get_if<std::string>(&org)) {
    sql << "SELECT id, name, created FROM orgs WHERE name = :name", soci::use(*by_name), soci::into(id),
        soci::into(name), soci::into(created);
  } else {
    const auto by_id = static_cast<long long>(std::get<std::uint64_t>(org));
    sql << "SELECT id, name, created FROM orgs WHERE id = :id", soci::use(by_id), soci::into(id), soci::into(name),
        soci::into(created);
  }
  if (!sql.got_data()) return not_found("org", org);
  return org_of(id, std::move(name), created);
}

Result<App> select_app(soci::session& sql, const NameOrId& app) {
  if (!can_exist(app)) return not_found("app", app);
  long long id = 0;
  long long org = 0;
  long long created = 0;
  std::string name;
  if (const auto* by_name = std::get_if<std::string>(&app)) {
    sql << "SELECT id, name, org, created FROM apps WHERE name = :name", soci::use(*by_name), soci::into(id),
        soci::into(name), soci::into(org), soci::into(created);
  } else {
    const auto by_id = static_cast<long long>(std::get<std::uint64_t>(app));
    sql << "SELECT id, name, org, created FROM apps WHERE id = :id", soci::use(by_id), soci::into(id), soci::into(name),
        soci::into(org), soci::into(created);
  }
  if (!sql.got_data()) return not_found("app", app);
  return app_of(id, std::move(name), org, created);
}

Result<std::vector<Org>> select_orgs(soci::session& sql) {
  long long id = 0;
  long long created = 0;
  std::string name;
  std::vector<Org> orgs;
  soci::statement rows = (sql.prepare << "SELECT id, name, created FROM orgs ORDER BY name", soci::into(id),
                          soci::into(name), soci::into(created));
  rows.execute();
  while (rows.fetch()) {
    auto org = org_of(id, name, created);
    if (!org) return tl::unexpected(org.error());
    orgs.push_back(std::move(*org));
  }
  return orgs;
}

Result<std::vector<App>> select_apps(soci::session& sql, const std::optional<std::uint64_t>& org) {
  long long id = 0;
  long long owner = 0;
  long long created = 0;
  std::string name;
  std::vector<App> apps;
  const auto wanted = static_cast<long long>(org.value_or(0));  // no org has the id 0
  soci::statement rows =
      (sql.prepare << "SELECT id, name, org, created FROM apps WHERE :wanted = 0 OR org = :org ORDER BY name",
       soci::use(wanted), soci::use(wanted), soci::into(id), soci::into(name), soci::into(owner), soci::into(created));
  rows.execute();
  while (rows.fetch()) {
    auto app = app_of(id, name, owner, created);
    if (!app) return tl::unexpected(app.error());
    apps.push_back(std::move(*app));
  }
  return apps;
}

Result<void> check_name(const std::string& name) {
  if (is_valid_name(name)) return {};
  return fail(ErrorKind::kInvalidArgument,
              "\"" + escape_untrusted(name, 100) +
                  "\" is not a name: a name is a lower-case letter, followed by up to 62 lower-case letters, digits "
                  "and hyphens");
}

tl::unexpected<Error> name_taken(const char* kind, const std::string& name) {
  return fail(ErrorKind::kAlreadyExists, std::string("there is an ") + kind + " named " + name + " already");
}

}  // namespace libtoken::authority
