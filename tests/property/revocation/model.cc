#include "model.h"

#include <algorithm>
#include <utility>

namespace revocation_test {

OrgState* Model::org(std::uint64_t id) {
  for (OrgState& one : state.orgs)
    if (one.id == id) return &one;
  return nullptr;
}

Index Model::key_of(const libtoken::Bytes& kid, std::uint64_t org) {
  for (Index i = 0; i < all_keys.size(); ++i)
    if (all_keys[i].kid == kid) return i;
  all_keys.push_back({kid, org});
  return all_keys.size() - 1;
}

Index Model::add(Token token) {
  tokens.push_back(std::move(token));
  return tokens.size() - 1;
}

void Model::end(Index token) {
  state.ended.insert(token);
  end_what_it_made(token);
}

void Model::end_what_it_made(Index token) {
  for (Index child = token + 1; child < tokens.size(); ++child) {  // what was made is younger
    if (tokens[child].maker != token) continue;
    if (state.descent.contains(child)) {
      end(child);
    } else {
      unsure.insert(child);
    }
  }
}

void Model::retire(Index key) {
  state.retired.insert(key);
  for (Index token = 0; token < tokens.size(); ++token) {
    if (tokens[token].key == key) end_what_it_made(token);
    if (state.maker_lost.contains(token) && tokens[token].org == all_keys[key].org) unsure.insert(token);
  }
}

void Model::end_holder(const std::string& holder) {
  for (Index token = 0; token < tokens.size(); ++token) {
    if (tokens[token].holder == holder && state.recorded.contains(token)) end(token);
  }
}

void Model::delete_app(std::uint64_t org_id, std::uint64_t app) {
  for (Index token = 0; token < tokens.size(); ++token) {
    if (tokens[token].app != app) continue;
    if (state.recorded.contains(token)) {
      end(token);
    } else {
      unsure.insert(token);
    }
  }
  std::erase(org(org_id)->apps, app);
  state.deleted_apps.insert(app);
}

void Model::retire_all_keys() {
  for (Index key = 0; key < all_keys.size(); ++key) state.retired.insert(key);
}

// Also those that this store has lost, and a later restore brings back.
void Model::retire_keys_of_deleted_orgs() {
  for (Index key = 0; key < all_keys.size(); ++key) {
    if (!state.deleted_orgs.contains(all_keys[key].org)) continue;
    state.keys.erase(key);
    state.retired.insert(key);
  }
}

void Model::delete_org(std::uint64_t id) {
  state.deleted_orgs.insert(id);
  state.deleted_apps.insert(org(id)->apps.begin(), org(id)->apps.end());
  retire_keys_of_deleted_orgs();
  for (Index token = 0; token < tokens.size(); ++token) {
    if (tokens[token].org != id) continue;
    if (state.recorded.erase(token) + state.seen.erase(token) > 0) state.ended.insert(token);
    state.descent.erase(token);
    state.maker_lost.erase(token);
  }
  std::erase_if(state.orgs, [id](const OrgState& one) { return one.id == id; });
}

void Model::see_maker(Index maker, const std::optional<std::int64_t>& copy_end) {
  if (!state.recorded.contains(maker)) state.seen.emplace(maker, copy_end);
}

void Model::restore_with_old(const State& backup) {
  const State old = std::exchange(state, backup);
  const auto take_over = [](std::set<Index>& ours, const std::set<Index>& theirs) {
    ours.insert(theirs.begin(), theirs.end());
  };
  state.ended.insert(old.ended.begin(), old.ended.end());
  state.retired.insert(old.retired.begin(), old.retired.end());
  take_over(state.recorded, old.recorded);
  take_over(state.descent, old.descent);
  take_over(state.maker_lost, old.maker_lost);
  state.seen.insert(old.seen.begin(), old.seen.end());
  state.deleted_orgs.insert(old.deleted_orgs.begin(), old.deleted_orgs.end());
  state.deleted_apps.insert(old.deleted_apps.begin(), old.deleted_apps.end());
  retire_keys_of_deleted_orgs();
  std::erase_if(state.orgs, [&](const OrgState& one) { return state.deleted_orgs.contains(one.id); });
  for (OrgState& one : state.orgs) {
    std::erase_if(one.apps, [&](std::uint64_t app) { return state.deleted_apps.contains(app); });
  }
  state.backups = old.backups;
}

void Model::restore_without_old(const State& backup) {
  const State old = std::exchange(state, backup);
  for (const Index token : old.ended)
    if (!state.ended.contains(token)) unsure.insert(token);
}

void Model::prune_as_version_3(std::int64_t latest_end_unix_s) {
  for (Index token = 0; token < tokens.size(); ++token) {
    const auto seen = state.seen.find(token);
    if (seen == state.seen.end() || !seen->second || *seen->second > latest_end_unix_s) continue;
    state.seen.erase(seen);
    if (state.ended.erase(token) > 0) unsure.insert(token);
    for (Index child = token + 1; child < tokens.size(); ++child)
      if (tokens[child].maker == token && state.descent.contains(child)) state.maker_lost.insert(child);
  }
}

void Model::settle(const std::function<bool(const libtoken::TokenId&)>& is_revoked) {
  while (!unsure.empty()) {
    const Index token = *unsure.begin();
    unsure.erase(unsure.begin());
    if (!state.ended.contains(token) && is_revoked(tokens[token].id)) end(token);
  }
}

}  // namespace revocation_test
