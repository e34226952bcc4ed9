#include "authority/audit/actor.h"
#include "authority/registry/registry_json.h"
#include "authority/tokens/deletions.h"
#include "commands/confirm.h"
#include "commands/run.h"
#include "input/names.h"
#include "input/times.h"
#include "libtoken/json.h"
#include "output/listing.h"
#include "output/output.h"
#include "service/near_names.h"
#include "service/open_store.h"
#include "service/service.h"

namespace tokenctl {
namespace {

using libtoken::authority::local_actor;
using libtoken::authority::NameOrId;
using libtoken::authority::TokenFilter;

}  // namespace

Outcome<Exit> run(const Globals& globals, const AppsCreate& command) {
  const auto org = parse_org_or_app(command.org);
  if (!org) return tl::unexpected<Failure>(org.error());
  const auto id = parse_new_id(command.id);
  if (!id) return tl::unexpected<Failure>(id.error());
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  const auto app = libtoken::authority::create_app(*store, *org, command.name, *id, local_actor(), now_unix_s());
  if (!app) return fail_with_near_names(*store, app.error(), *org);
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
    std::vector<libtoken::authority::App> shown;
    for (const ListedApp& listed : *apps) shown.push_back(listed.app);
    answer_json(apps_to_json(shown));
  } else {
    answer(to_text(*apps, globals.wide));
  }
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const AppsRename& command) {
  const auto wanted = parse_org_or_app(command.app);
  if (!wanted) return tl::unexpected<Failure>(wanted.error());
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  const auto app = libtoken::authority::rename_app(*store, *wanted, command.name, local_actor(), now_unix_s());
  if (!app) return fail_with_near_names(*store, app.error(), std::nullopt, *wanted);
  if (globals.json) answer_json(to_json(*app));
  remark("the app " + std::to_string(app->id) + " is now named " + app->name + "; its tokens stay valid");
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const AppsDelete& command) {
  const auto wanted = parse_org_or_app(command.app);
  if (!wanted) return tl::unexpected<Failure>(wanted.error());
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  const auto app = libtoken::authority::find_app(*store, *wanted);
  if (!app) return fail_with_near_names(*store, app.error(), std::nullopt, *wanted);
  TokenFilter filter;
  filter.app = NameOrId{app->id};
  const auto live_tokens = confirm_deletion(*store, filter, "the app " + app->name, command.yes);
  if (!live_tokens) return tl::unexpected<Failure>(live_tokens.error());
  const auto deleted =
      libtoken::authority::delete_app(*store, NameOrId{app->id}, *live_tokens, local_actor(), now_unix_s());
  if (!deleted) return fail(deleted.error());
  if (globals.json) answer_json(to_json(*deleted));
  remark("deleted the app " + deleted->name + "; its id " + std::to_string(deleted->id) + " is never used again");
  return Exit::kDone;
}

}  // namespace tokenctl
