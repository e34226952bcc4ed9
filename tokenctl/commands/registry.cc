#include "authority/audit/actor.h"
#include "authority/tokens/key_json.h"
#include "commands/commands.h"
#include "commands/consent.h"
#include "libtoken/bytes.h"
#include "output/listing.h"
#include "input/name_options.h"
#include "service/open_store.h"
#include "input/times.h"

namespace tokenctl {
namespace {

using libtoken::authority::App;
using libtoken::authority::IssuedToken;
using libtoken::authority::KeyInfo;
using libtoken::authority::local_actor;
using libtoken::authority::NameOrId;
using libtoken::authority::Org;
using libtoken::authority::Store;
using libtoken::authority::TokenFilter;

constexpr std::size_t kMostNamed = 100;

/// Names the live tokens that die with `what`, and asks. How many there are.
Outcome<std::size_t> agree_to_deaths(Store& store, const TokenFilter& filter, const std::string& what, bool yes) {
  const std::int64_t now = now_unix_s();
  const auto tokens = libtoken::authority::list_tokens(store, filter, now);
  if (!tokens) return fail(tokens.error());
  std::size_t named = 0;
  for (const IssuedToken& token : *tokens) {
    if (++named > kMostNamed) break;
    remark(to_string(token.id) + " dies, " + describe(ListedToken{token, status_of(token, now)}));
  }
  if (tokens->size() > kMostNamed) remark("and " + std::to_string(tokens->size() - kMostNamed) + " more");
  remark(tokens->empty()
             ? "no live token dies with " + what
             : counted(tokens->size(), "live token") + (tokens->size() == 1 ? " dies" : " die") + " with " + what);
  if (const auto consent = ask_consent("This cannot be taken back.", yes); !consent)
    return tl::unexpected<Failure>(consent.error());
  return tokens->size();
}

}  // namespace

Outcome<Exit> run(const Globals& globals, const OrgsCreate& command) {
  const auto id = parse_new_id(command.id);
  if (!id) return tl::unexpected<Failure>(id.error());
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  const auto org = libtoken::authority::create_org(*store, command.name, *id, local_actor(), now_unix_s());
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
  const auto service = open_service(globals);
  if (!service) return tl::unexpected<Failure>(service.error());
  const auto orgs = (*service)->orgs();
  if (!orgs) return tl::unexpected<Failure>(orgs.error());
  if (globals.json) {
    answer_json(orgs_to_json(*orgs));
  } else {
    answer(to_text(*orgs));
  }
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
  const auto keys = libtoken::authority::list_keys(*store, NameOrId{org->id}, now_unix_s());
  if (!keys) return fail(keys.error());
  if (globals.json) {
    nlohmann::ordered_json shown = to_json(*org);
    shown.update(apps_to_json(*apps));
    shown.update(keys_to_json(*keys, libtoken::authority::ShowOrg::kNo));
    answer_json(shown);
    return Exit::kDone;
  }
  std::string text = padded("Organization", 14) + heading(org->name) + "\n" + padded("Id", 14) +
                     std::to_string(org->id) + "\n" + padded("Created", 14) +
                     describe_time(org->created_unix_s, now_unix_s()) + "\n";
  for (const App& app : *apps) text += padded("App", 14) + app.name + " (" + std::to_string(app.id) + ")\n";
  for (const KeyInfo& key : *keys)
    text += padded("Key", 14) + libtoken::to_hex(key.kid) + " (" + to_string(key.state) + ")\n";
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
  const auto app = libtoken::authority::create_app(*store, *org, command.name, *id, local_actor(), now_unix_s());
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
  const auto org = parse_optional(command.org);
  if (!org) return tl::unexpected<Failure>(org.error());
  const auto service = open_service(globals);
  if (!service) return tl::unexpected<Failure>(service.error());
  const auto apps = (*service)->apps(*org);
  if (!apps) return tl::unexpected<Failure>(apps.error());
  if (globals.json) {
    std::vector<App> shown;
    for (const ListedApp& listed : *apps) shown.push_back(listed.app);
    answer_json(apps_to_json(shown));
  } else {
    answer(to_text(*apps));
  }
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const OrgsRename& command) {
  const auto wanted = parse_org_or_app(command.org);
  if (!wanted) return tl::unexpected<Failure>(wanted.error());
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  const auto org = libtoken::authority::rename_org(*store, *wanted, command.name, local_actor(), now_unix_s());
  if (!org) return fail(org.error());
  if (globals.json) answer_json(to_json(*org));
  remark("the organization " + std::to_string(org->id) + " is " + org->name + " now; its tokens stay good");
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const AppsRename& command) {
  const auto wanted = parse_org_or_app(command.app);
  if (!wanted) return tl::unexpected<Failure>(wanted.error());
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  const auto app = libtoken::authority::rename_app(*store, *wanted, command.name, local_actor(), now_unix_s());
  if (!app) return fail(app.error());
  if (globals.json) answer_json(to_json(*app));
  remark("the app " + std::to_string(app->id) + " is " + app->name + " now; its tokens stay good");
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const OrgsDelete& command) {
  const auto wanted = parse_org_or_app(command.org);
  if (!wanted) return tl::unexpected<Failure>(wanted.error());
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  const auto org = libtoken::authority::find_org(*store, *wanted);
  if (!org) return fail(org.error());
  TokenFilter filter;
  filter.org = NameOrId{org->id};
  const auto deaths = agree_to_deaths(*store, filter, "the organization " + org->name, command.yes);
  if (!deaths) return tl::unexpected<Failure>(deaths.error());
  // By id: the name could have come to mean another one while somebody thought about it.
  const auto gone = libtoken::authority::delete_org(*store, NameOrId{org->id}, *deaths, local_actor(), now_unix_s());
  if (!gone) return fail(gone.error());
  if (globals.json) answer_json(to_json(*gone));
  remark("deleted the organization " + gone->name + ", its apps and its keys; its id " + std::to_string(gone->id) +
         " is never given again");
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const AppsDelete& command) {
  const auto wanted = parse_org_or_app(command.app);
  if (!wanted) return tl::unexpected<Failure>(wanted.error());
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  const auto app = libtoken::authority::find_app(*store, *wanted);
  if (!app) return fail(app.error());
  TokenFilter filter;
  filter.app = NameOrId{app->id};
  const auto deaths = agree_to_deaths(*store, filter, "the app " + app->name, command.yes);
  if (!deaths) return tl::unexpected<Failure>(deaths.error());
  const auto gone = libtoken::authority::delete_app(*store, NameOrId{app->id}, *deaths, local_actor(), now_unix_s());
  if (!gone) return fail(gone.error());
  if (globals.json) answer_json(to_json(*gone));
  remark("deleted the app " + gone->name + "; its id " + std::to_string(gone->id) + " is never given again");
  return Exit::kDone;
}

}  // namespace tokenctl
