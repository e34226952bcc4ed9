#include "authority/judge/snapshot.h"

#include <functional>
#include <unordered_map>
#include <utility>

#include "authority/keys/root_key_rows.h"
#include "authority/registry/registry_rows.h"
#include "authority/revocation/revocation_rows.h"
#include "authority/store/store_changes.h"
#include "authority/store/store_state.h"

namespace libtoken::authority {
namespace {

// Lets a map with std::string keys be searched with a std::string_view, so that searching allocates nothing.
struct ViewHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};
template <class Value>
using TextMap = std::unordered_map<std::string, Value, ViewHash, std::equal_to<>>;

class RetiredKeys final : public KeySource {
 public:
  void add(RetiredKey key) { keys_.insert_or_assign(std::string(text_of(key.kid)), std::move(key.root)); }
  [[nodiscard]] bool contains(ByteView kid) const noexcept { return keys_.find(text_of(kid)) != keys_.end(); }
  [[nodiscard]] const RootKey* find(ByteView kid) const noexcept override {
    const auto found = keys_.find(text_of(kid));
    return found == keys_.end() || !found->second ? nullptr : &*found->second;
  }

 private:
  TextMap<std::optional<RootKey>> keys_;  // by the kid's bytes; no key: it is not kept
};

}  // namespace

struct Snapshot::State {
  struct NamedApp {
    AppEntry entry;
    std::string name;
  };
  // A root key, and what computes the ids of tokens that are signed with it.
  struct Key : RootKey {
    Key(const RootKey& root, ByteView kid) : RootKey(root), ids(kid) {}
    TokenIdSpace ids;
  };
  struct Registry {
    TextMap<std::uint64_t> orgs_by_name;
    std::unordered_map<std::uint64_t, std::string> orgs_by_id;
    TextMap<AppEntry> apps_by_name;
    std::unordered_map<std::uint64_t, NamedApp> apps_by_id;
    std::unordered_map<std::uint64_t, std::vector<std::uint64_t>> apps_of_orgs;
  };
  struct Keys {
    TextMap<Key> in_use;  // by the kid's bytes
    RetiredKeys retired;
  };

  std::string location;
  std::int64_t newest_record = 0;
  StoreRevision revision;
  std::optional<ChangeCounts> changes;
  // Shared with other snapshots in which they are the same. Never null once it is loaded.
  std::shared_ptr<const Registry> registry;
  std::shared_ptr<const Keys> keys;
  RevocationSet revocations;
};

Snapshot::Snapshot(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Snapshot::~Snapshot() = default;

namespace {

template <class Registry, class NamedApp>
Result<std::shared_ptr<const Registry>> load_registry(soci::session& sql) {
  auto orgs = select_orgs(sql);
  if (!orgs) return tl::unexpected(orgs.error());
  auto apps = select_apps(sql, std::nullopt);
  if (!apps) return tl::unexpected(apps.error());
  auto registry = std::make_shared<Registry>();
  for (Org& org : *orgs) {
    registry->orgs_by_name.emplace(org.name, org.id);
    registry->orgs_by_id.emplace(org.id, std::move(org.name));
  }
  for (App& app : *apps) {
    const Snapshot::AppEntry entry{app.id, app.org};
    registry->apps_of_orgs[app.org].push_back(app.id);
    registry->apps_by_name.emplace(app.name, entry);
    registry->apps_by_id.emplace(app.id, NamedApp{entry, std::move(app.name)});
  }
  return std::shared_ptr<const Registry>(std::move(registry));
}

// The revocations now, if what was added to `before` since is known.
Result<std::optional<RevocationSet>> add_revocations(soci::session& sql, const RevocationSet& before,
                                                     const ChangeCounts& then, const ChangeCounts& now) {
  // The last one's id as well: counts that were changed by hand may come to the same number again.
  if (now.revocations_removed != then.revocations_removed ||
      added_revocation(sql, then.revocations_added) != then.last_added) {
    return std::optional<RevocationSet>{};
  }
  auto added = select_added_revocations(sql, then.revocations_added, now.revocations_added);
  if (!added) return tl::unexpected(added.error());
  if (!*added) return std::optional<RevocationSet>{};
  return std::optional(before.with(**added));
}

}  // namespace

Result<std::unique_ptr<Snapshot::State>> Snapshot::load_state(Store& store, const std::vector<StoreRevision>& earlier,
                                                              const State* before) {
  auto state = std::make_unique<State>();
  auto loaded = read_transaction(store, [&](soci::session& sql) -> Result<void> {
    for (const StoreRevision& one : earlier) {
      if (!has_in_history(sql, one)) return fail(ErrorKind::kConflict, "the store has gone back to an earlier state");
    }
    const auto newest = authority::newest_record(sql);
    if (!newest) return tl::unexpected(newest.error());
    state->newest_record = *newest;
    state->revision = store_revision(sql);
    state->changes = change_counts(sql);
    const bool follows =
        before != nullptr && before->changes && state->changes && is_later_state(sql, before->revision);

    if (follows && before->changes->registry == state->changes->registry) state->registry = before->registry;
    if (!state->registry) {
      auto registry = load_registry<State::Registry, State::NamedApp>(sql);
      if (!registry) return tl::unexpected(registry.error());
      state->registry = std::move(*registry);
    }
    if (follows && before->changes->keys == state->changes->keys) state->keys = before->keys;
    if (!state->keys) {
      auto keys = select_all_keys(sql, store.state());
      if (!keys) return tl::unexpected(keys.error());
      auto opened = std::make_shared<State::Keys>();
      for (const OrgKey& key : *keys) opened->in_use.emplace(text_of(key.kid), State::Key(key.root, key.kid));
      for (RetiredKey& key : select_retired_keys(sql, store.state())) opened->retired.add(std::move(key));
      state->keys = std::move(opened);
    }
    if (follows) {
      auto revocations = add_revocations(sql, before->revocations, *before->changes, *state->changes);
      if (!revocations) return tl::unexpected(revocations.error());
      if (*revocations) {
        state->revocations = std::move(**revocations);
        return {};
      }
    }
    const auto revoked = select_revocations(sql);
    if (!revoked) return tl::unexpected(revoked.error());
    state->revocations = RevocationSet(*revoked);
    return {};
  });
  if (!loaded) return tl::unexpected(loaded.error());
  state->location = store.location();
  return state;
}

Result<std::shared_ptr<const Snapshot>> Snapshot::load(Store& store, const std::vector<StoreRevision>& earlier) {
  auto state = load_state(store, earlier, nullptr);
  if (!state) return tl::unexpected(state.error());
  return std::shared_ptr<const Snapshot>(new Snapshot(std::move(*state)));
}

Result<std::shared_ptr<const Snapshot>> Snapshot::load_after(const Snapshot& before, Store& store,
                                                             const std::vector<StoreRevision>& earlier) {
  auto state = load_state(store, earlier, before.state_.get());
  if (!state) return tl::unexpected(state.error());
  return std::shared_ptr<const Snapshot>(new Snapshot(std::move(*state)));
}

const RootKey* Snapshot::find(ByteView kid) const noexcept {
  const auto found = state_->keys->in_use.find(text_of(kid));
  return found == state_->keys->in_use.end() ? nullptr : &found->second;
}

std::optional<TokenId> Snapshot::expect(const RootKey& root, ByteView rnd) const noexcept {
  const TokenId id = static_cast<const State::Key&>(root).ids.id(rnd);  // find() returns nothing else
  state_->revocations.prefetch(id);
  return id;
}

bool Snapshot::is_retired(ByteView kid) const noexcept { return state_->keys->retired.contains(kid); }
const KeySource& Snapshot::retired_keys() const noexcept { return state_->keys->retired; }

bool Snapshot::is_revoked(const TokenId& id) const noexcept { return state_->revocations.contains(id); }

std::optional<std::uint64_t> Snapshot::org_id(std::string_view name) const noexcept {
  const auto found = state_->registry->orgs_by_name.find(name);
  if (found == state_->registry->orgs_by_name.end()) return std::nullopt;
  return found->second;
}

bool Snapshot::has_org(std::uint64_t id) const noexcept { return state_->registry->orgs_by_id.contains(id); }

std::optional<Snapshot::AppEntry> Snapshot::app(std::string_view name) const noexcept {
  const auto found = state_->registry->apps_by_name.find(name);
  if (found == state_->registry->apps_by_name.end()) return std::nullopt;
  return found->second;
}

std::optional<Snapshot::AppEntry> Snapshot::app(std::uint64_t id) const noexcept {
  const auto found = state_->registry->apps_by_id.find(id);
  if (found == state_->registry->apps_by_id.end()) return std::nullopt;
  return found->second.entry;
}

std::span<const std::uint64_t> Snapshot::apps_of(std::uint64_t org) const noexcept {
  const auto found = state_->registry->apps_of_orgs.find(org);
  if (found == state_->registry->apps_of_orgs.end()) return {};
  return found->second;
}

std::string_view Snapshot::org_name_view(std::uint64_t id) const noexcept {
  const auto found = state_->registry->orgs_by_id.find(id);
  return found == state_->registry->orgs_by_id.end() ? std::string_view{} : std::string_view(found->second);
}

std::vector<std::string> Snapshot::org_names() const {
  std::vector<std::string> names;
  for (const auto& [name, id] : state_->registry->orgs_by_name) names.push_back(name);
  return names;
}

std::vector<std::string> Snapshot::app_names() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : state_->registry->apps_by_name) names.push_back(name);
  return names;
}

std::optional<std::string> Snapshot::org_name(std::uint64_t id) const {
  const auto found = state_->registry->orgs_by_id.find(id);
  if (found == state_->registry->orgs_by_id.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> Snapshot::app_name(std::uint64_t id) const {
  const auto found = state_->registry->apps_by_id.find(id);
  if (found == state_->registry->apps_by_id.end()) return std::nullopt;
  return found->second.name;
}

const std::string& Snapshot::location() const noexcept { return state_->location; }
std::int64_t Snapshot::newest_record_unix_s() const noexcept { return state_->newest_record; }
const StoreRevision& Snapshot::revision() const noexcept { return state_->revision; }

}  // namespace libtoken::authority
