#include "authority/keyring.h"
#include "authority/registry.h"
#include "commands.h"
#include "libtoken/bytes.h"
#include "open_store.h"
#include "times.h"

namespace tokenctl {
namespace {

using libtoken::authority::App;
using libtoken::authority::KeyInfo;
using libtoken::authority::NameOrId;
using libtoken::authority::Org;
using libtoken::authority::Store;
using nlohmann::json;

json to_json(const Org& org) {
  return {{"id", org.id}, {"name", org.name}, {"created", to_rfc3339(org.created_unix_s)}};
}

json to_json(const App& app) {
  return {{"id", app.id}, {"name", app.name}, {"org", app.org}, {"created", to_rfc3339(app.created_unix_s)}};
}

json to_json(const KeyInfo& key) {
  return {{"kid", libtoken::to_hex(key.kid)},
          {"org", {{"id", key.org}, {"name", key.org_name}}},
          {"created", to_rfc3339(key.created_unix_s)}};
}

template <class T>
json to_json(const std::vector<T>& items) {
  json list = json::array();
  for (const T& item : items) list.push_back(to_json(item));
  return list;
}

Outcome<std::optional<NameOrId>> parse_filter(const std::optional<std::string>& org) {
  if (!org) return std::nullopt;
  auto parsed = parse_org_or_app(*org);
  if (!parsed) return tl::unexpected<Failure>(parsed.error());
  return std::move(*parsed);
}

}  // namespace

Outcome<Exit> run(const Globals& globals, const OrgsCreate& command) {
  const auto id = parse_new_id(command.id);
  if (!id) return tl::unexpected<Failure>(id.error());
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  const auto org = libtoken::authority::create_org(*store, command.name, *id, now_unix_s());
  if (!org) return fail(org.error());
  if (globals.json) {
    answer_json(to_json(*org));
  } else {
    answer(std::to_string(org->id) + "\n");
    remark("made the organization " + org->name + " with the id " + std::to_string(org->id) +
           " and a root key of its own");
  }
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const OrgsList&) {
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  const auto orgs = libtoken::authority::list_orgs(*store);
  if (!orgs) return fail(orgs.error());
  if (globals.json) {
    answer_json({{"orgs", to_json(*orgs)}});
    return Exit::kDone;
  }
  std::vector<std::vector<std::string>> rows{{"ID", "NAME", "CREATED"}};
  for (const Org& org : *orgs) rows.push_back({std::to_string(org.id), org.name, to_rfc3339(org.created_unix_s)});
  answer(table(rows));
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const OrgsShow& command) {
  const auto wanted = parse_org_or_app(command.org);
  if (!wanted) return tl::unexpected<Failure>(wanted.error());
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  const auto org = libtoken::authority::find_org(*store, *wanted);
  if (!org) return fail(org.error());
  const auto apps = libtoken::authority::list_apps(*store, NameOrId{org->id});
  if (!apps) return fail(apps.error());
  const auto keys = libtoken::authority::list_keys(*store, NameOrId{org->id});
  if (!keys) return fail(keys.error());
  if (globals.json) {
    json shown = to_json(*org);
    shown["apps"] = to_json(*apps);
    shown["keys"] = to_json(*keys);
    answer_json(shown);
    return Exit::kDone;
  }
  std::string text = padded("Organization", 14) + heading(org->name) + "\n" + padded("Id", 14) +
                     std::to_string(org->id) + "\n" + padded("Created", 14) +
                     describe_time(org->created_unix_s, now_unix_s()) + "\n";
  for (const App& app : *apps) text += padded("App", 14) + app.name + " (" + std::to_string(app.id) + ")\n";
  for (const KeyInfo& key : *keys) text += padded("Key", 14) + libtoken::to_hex(key.kid) + "\n";
  answer(text);
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const AppsCreate& command) {
  const auto org = parse_org_or_app(command.org);
  if (!org) return tl::unexpected<Failure>(org.error());
  const auto id = parse_new_id(command.id);
  if (!id) return tl::unexpected<Failure>(id.error());
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  const auto app = libtoken::authority::create_app(*store, *org, command.name, *id, now_unix_s());
  if (!app) return fail(app.error());
  if (globals.json) {
    answer_json(to_json(*app));
  } else {
    answer(std::to_string(app->id) + "\n");
    remark("made the app " + app->name + " with the id " + std::to_string(app->id));
  }
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const AppsList& command) {
  const auto filter = parse_filter(command.org);
  if (!filter) return tl::unexpected<Failure>(filter.error());
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  const auto apps = libtoken::authority::list_apps(*store, *filter);
  if (!apps) return fail(apps.error());
  if (globals.json) {
    answer_json({{"apps", to_json(*apps)}});
    return Exit::kDone;
  }
  std::vector<std::vector<std::string>> rows{{"ID", "NAME", "ORG", "CREATED"}};
  for (const App& app : *apps) {
    const auto org = libtoken::authority::find_org(*store, NameOrId{app.org});
    if (!org) return fail(org.error());
    rows.push_back({std::to_string(app.id), app.name, org->name, to_rfc3339(app.created_unix_s)});
  }
  answer(table(rows));
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const KeysList& command) {
  const auto filter = parse_filter(command.org);
  if (!filter) return tl::unexpected<Failure>(filter.error());
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  const auto keys = libtoken::authority::list_keys(*store, *filter);
  if (!keys) return fail(keys.error());
  if (globals.json) {
    answer_json({{"keys", to_json(*keys)}});
    return Exit::kDone;
  }
  std::vector<std::vector<std::string>> rows{{"KID", "ORG", "CREATED"}};
  for (const KeyInfo& key : *keys)
    rows.push_back({libtoken::to_hex(key.kid), key.org_name, to_rfc3339(key.created_unix_s)});
  answer(table(rows));
  return Exit::kDone;
}

}  // namespace tokenctl
