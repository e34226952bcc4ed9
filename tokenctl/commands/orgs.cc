#include "authority/audit/actor.h"
#include "authority/tokens/deletions.h"
#include "authority/tokens/key_json.h"
#include "commands/confirm.h"
#include "commands/run.h"
#include "input/names.h"
#include "input/times.h"
#include "libtoken/bytes.h"
#include "libtoken/json.h"
#include "output/layout.h"
#include "output/listing.h"
#include "output/output.h"
#include "output/times.h"
#include "service/near_names.h"
#include "service/open_store.h"
#include "service/service.h"

namespace tokenctl {
namespace {

using libtoken::authority::App;
using libtoken::authority::KeyInfo;
using libtoken::authority::local_actor;
using libtoken::authority::NameOrId;
using libtoken::authority::TokenFilter;

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
    remark("made the org " + org->name + " with the id " + std::to_string(org->id) + " and a root key of its own");
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
    answer(to_text(*orgs, globals.wide));
  }
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const OrgsShow& command) {
  const auto wanted = parse_org_or_app(command.org);
  if (!wanted) return tl::unexpected<Failure>(wanted.error());
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  const auto org = libtoken::authority::find_org(*store, *wanted);
  if (!org) return fail_with_near_names(*store, org.error(), *wanted);
  const auto apps = libtoken::authority::list_apps(*store, NameOrId{org->id});
  if (!apps) return fail(apps.error());
  const auto keys = libtoken::authority::list_keys(*store, NameOrId{org->id}, now_unix_s());
  if (!keys) return fail(keys.error());
  if (globals.json) {
    libtoken::OrderedJson shown = to_json(*org);
    shown.update(apps_to_json(*apps));
    shown.update(keys_to_json(*keys, libtoken::authority::ShowOrg::kNo));
    answer_json(shown);
    return Exit::kDone;
  }
  std::string text = padded("Org", 14) + heading(org->name) + "\n" + padded("Id", 14) + std::to_string(org->id) + "\n" +
                     padded("Created", 14) + describe_time(org->created_unix_s, now_unix_s()) + "\n";
  for (const App& app : *apps) text += padded("App", 14) + app.name + " (" + std::to_string(app.id) + ")\n";
  for (const KeyInfo& key : *keys)
    text += padded("Key", 14) + libtoken::to_hex(key.kid) + " (" + to_string(key.state) + ")\n";
  answer(text);
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const OrgsRename& command) {
  const auto wanted = parse_org_or_app(command.org);
  if (!wanted) return tl::unexpected<Failure>(wanted.error());
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  const auto org = libtoken::authority::rename_org(*store, *wanted, command.name, local_actor(), now_unix_s());
  if (!org) return fail_with_near_names(*store, org.error(), *wanted);
  if (globals.json) answer_json(to_json(*org));
  remark("the org " + std::to_string(org->id) + " is now named " + org->name + "; its tokens stay valid");
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const OrgsDelete& command) {
  const auto wanted = parse_org_or_app(command.org);
  if (!wanted) return tl::unexpected<Failure>(wanted.error());
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  const auto org = libtoken::authority::find_org(*store, *wanted);
  if (!org) return fail_with_near_names(*store, org.error(), *wanted);
  TokenFilter filter;
  filter.org = NameOrId{org->id};
  const auto live_tokens = confirm_deletion(*store, filter, "the org " + org->name, command.yes);
  if (!live_tokens) return tl::unexpected<Failure>(live_tokens.error());
  // By id, because the name may have been given to another org while the question waited.
  const auto deleted =
      libtoken::authority::delete_org(*store, NameOrId{org->id}, *live_tokens, local_actor(), now_unix_s());
  if (!deleted) return fail(deleted.error());
  if (globals.json) answer_json(to_json(*deleted));
  remark("deleted the org " + deleted->name + ", its apps and its keys; its id " + std::to_string(deleted->id) +
         " is never used again");
  return Exit::kDone;
}

}  // namespace tokenctl
