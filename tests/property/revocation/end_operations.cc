// Tokens are ended: revoked, with their app or org, with their key. And what goes with it: new orgs, apps and keys.
#include <algorithm>

#include "authority/keys/rewrap.h"
#include "authority/registry/registry.h"
#include "authority/tokens/deletions.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/keyring.h"
#include "authority/tokens/revocations.h"
#include "run.h"

namespace revocation_test {

using namespace libtoken;
using namespace libtoken::authority;

namespace {

constexpr std::size_t kHoweverMany = 1'000'000;

void revoke_some(Run& run, Random& random) {
  if (run.model.tokens.empty()) return;
  std::vector<TokenId> ids;
  for (std::size_t count = random.one_in(6) ? 2 : 1; count > 0; --count) {
    const Index token = random.below(run.model.tokens.size());
    ids.push_back(run.model.tokens[token].id);
    if (!run.model.state.ended.contains(token)) ++run.writes;
    run.model.end(token);
    run.say("revoke " + name_of(token));
  }
  (void)value_of(revoke(run.world.store(), ids, ann(), run.now), "revoke");
}

void revoke_holder(Run& run, Random& random) {
  TokenFilter filter;
  filter.holder = "Holder-" + std::to_string(random.below(3)) + " ";  // as somebody types it
  (void)value_of(revoke_matching(run.world.store(), filter, ann(), run.now), "revoke by holder");
  std::string holder = filter.holder->substr(0, filter.holder->size() - 1);
  holder.front() = 'h';
  run.model.end_holder(holder);
  run.say("revoke all of " + holder);
}

void delete_some_app(Run& run, Random& random) {
  if (run.model.state.orgs.empty()) return;
  OrgState& org = run.model.state.orgs[random.below(run.model.state.orgs.size())];
  if (org.apps.empty() || random.one_in(3)) {
    const std::string name = "app-n" + std::to_string(++run.names);
    org.apps.push_back(
        value_of(create_app(run.world.store(), org.id, name, std::nullopt, ann(), run.now), "new app").id);
    run.say("new app " + std::to_string(org.apps.back()) + " of org " + std::to_string(org.id));
  } else {
    const std::uint64_t app = org.apps[random.below(org.apps.size())];
    (void)value_of(delete_app(run.world.store(), app, kHoweverMany, ann(), run.now), "delete app");
    run.say("delete app " + std::to_string(app));
    run.model.delete_app(org.id, app);
  }
  ++run.writes;
}

void delete_some_org(Run& run, Random& random) {
  auto& orgs = run.model.state.orgs;
  const std::uint64_t id = orgs.empty() ? 0 : orgs[random.below(orgs.size())].id;
  if (id != 0 && !random.one_in(3)) {
    (void)value_of(delete_org(run.world.store(), id, kHoweverMany, ann(), run.now), "delete org");
    run.model.delete_org(id);
    ++run.writes;
    run.say("delete org " + std::to_string(id));
  }
  if (orgs.size() < 2) {
    const std::string name = "org-n" + std::to_string(++run.names);
    const Org made = value_of(create_org(run.world.store(), name, std::nullopt, ann(), run.now), "new org");
    const App app =
        value_of(create_app(run.world.store(), made.id, "of-" + name, std::nullopt, ann(), run.now), "new app");
    orgs.push_back({made.id, 0, {app.id}});
    run.read_active_keys();
    ++run.writes;
    run.say("new org " + std::to_string(made.id));
  }
}

void rotate(Run& run, Random& random) {
  if (run.model.state.orgs.empty()) return;
  OrgState& org = run.model.state.orgs[random.below(run.model.state.orgs.size())];
  const KeyInfo made = value_of(rotate_key(run.world.store(), org.id, ann(), run.now), "rotate");
  org.active_key = run.model.key_of(made.kid, org.id);
  run.model.state.keys.insert(org.active_key);
  ++run.writes;
  run.say("rotate: org " + std::to_string(org.id) + " signs with key " + std::to_string(org.active_key));
}

void retire(Run& run, Random& random) {
  const State& state = run.model.state;
  std::vector<Index> keys;
  for (const Index key : state.keys) {
    const bool active =
        std::any_of(state.orgs.begin(), state.orgs.end(), [&](const OrgState& org) { return org.active_key == key; });
    if (!active && !state.retired.contains(key)) keys.push_back(key);
  }
  if (keys.empty()) return;
  const Index key = keys[random.below(keys.size())];
  (void)value_of(retire_key(run.world.store(), run.model.all_keys[key].kid, kHoweverMany, ann(), run.now), "retire");
  run.model.retire(key);
  ++run.writes;
  run.say("retire key " + std::to_string(key));
}

void rewrap(Run& run, Random& random) {
  const bool forget_old = random.one_in(3);
  (void)value_of(rewrap_keys(run.world.store(), forget_old, ann(), run.now), "rewrap");
  // One that is not sealed with the newest, because a backup of before was restored, is sealed with that.
  if (run.kek_file.front() == run.model.state.kek) run.kek_file.insert(run.kek_file.begin(), run.keks++);
  run.model.state.kek = run.kek_file.front();
  if (forget_old) run.kek_file = {run.model.state.kek};
  ++run.writes;
  run.say(forget_old ? "rewrap, old forgotten" : "rewrap");
}

void prune_now(Run& run, Random&) {
  const Pruned pruned = value_of(prune(run.world.store(), ann(), run.now), "prune");
  run.say("prune " + std::to_string(pruned.tokens) + "/" + std::to_string(pruned.revocations));
}

}  // namespace

std::vector<Operation> end_operations() {
  return {{"revoke", revoke_some, 9},  {"revoke by holder", revoke_holder, 3},
          {"app", delete_some_app, 4}, {"org", delete_some_org, 2},
          {"rotate", rotate, 5},       {"retire", retire, 5},
          {"rewrap", rewrap, 3},       {"prune", prune_now, 6}};
}

}  // namespace revocation_test
