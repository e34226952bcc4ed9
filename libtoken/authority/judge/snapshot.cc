#include "authority/judge/snapshot.h"

#include <functional>
#include <unordered_map>
#include <utility>

#include "authority/keys/root_key_rows.h"
#include "authority/registry/registry_rows.h"
#include "authority/store/store_state.h"
#include "authority/tokens/revocation_rows.h"

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
  std::string location;
  std::int64_t newest_record = 0;
  StoreRevision revision;
  TextMap<Key> keys;  // by the kid's bytes
  RetiredKeys retired;
  RevocationSet revocations;
  TextMap<std::uint64_t> orgs_by_name;
  std::unordered_map<std::uint64_t, std::string> orgs_by_id;
  TextMap<AppEntry> apps_by_name;
  std::unordered_map<std::uint64_t, NamedApp> apps_by_id;
};

Snapshot::Snapshot(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Snapshot::~Snapshot() = default;

Result<std::shared_ptr<const Snapshot>> Snapshot::load(Store& store, const std::vector<StoreRevision>& earlier) {
  auto state = std::make_unique<State>();
  auto loaded = read_transaction(store, [&](soci::session& sql) -> Result<void> {
    for (const StoreRevision& one : earlier) {
      if (!has_in_history(sql, one)) return fail(ErrorKind::kConflict, "the store has gone back to an earlier state");
    }
    const auto newest = authority::newest_record(sql);
    if (!newest) return tl::unexpected(newest.error());
    state->newest_record = *newest;
    state->revision = store_revision(sql);
    auto orgs = select_orgs(sql);
    if (!orgs) return tl::unexpected(orgs.error());
    for (Org& org : *orgs) {
      state->orgs_by_name.emplace(org.name, org.id);
      state->orgs_by_id.emplace(org.id, std::move(org.name));
    }
    auto apps = select_apps(sql, std::nullopt);
    if (!apps) return tl::unexpected(apps.error());
    for (App& app : *apps) {
      const AppEntry entry{app.id, app.org};
      state->apps_by_name.emplace(app.name, entry);
      state->apps_by_id.emplace(app.id, State::NamedApp{entry, std::move(app.name)});
    }
    auto keys = select_all_keys(sql, store.state());
    if (!keys) return tl::unexpected(keys.error());
    for (const OrgKey& key : *keys) state->keys.emplace(text_of(key.kid), State::Key(key.root, key.kid));
    for (RetiredKey& key : select_retired_keys(sql, store.state())) state->retired.add(std::move(key));
    const auto revoked = select_revocations(sql);
    if (!revoked) return tl::unexpected(revoked.error());
    state->revocations = RevocationSet(*revoked);
    return {};
  });
  if (!loaded) return tl::unexpected(loaded.error());
  state->location = store.location();
  return std::shared_ptr<const Snapshot>(new Snapshot(std::move(state)));
}

const RootKey* Snapshot::find(ByteView kid) const noexcept {
  const auto found = state_->keys.find(text_of(kid));
  return found == state_->keys.end() ? nullptr : &found->second;
}

std::optional<TokenId> Snapshot::expect(const RootKey& root, ByteView rnd) const noexcept {
  const TokenId id = static_cast<const State::Key&>(root).ids.id(rnd);  // find() returns nothing else
  state_->revocations.prefetch(id);
  return id;
}

bool Snapshot::is_retired(ByteView kid) const noexcept { return state_->retired.contains(kid); }
const KeySource& Snapshot::retired_keys() const noexcept { return state_->retired; }

bool Snapshot::is_revoked(const TokenId& id) const noexcept { return state_->revocations.contains(id); }

std::optional<std::uint64_t> Snapshot::org_id(std::string_view name) const noexcept {
  const auto found = state_->orgs_by_name.find(name);
  if (found == state_->orgs_by_name.end()) return std::nullopt;
  return found->second;
}

bool Snapshot::has_org(std::uint64_t id) const noexcept { return state_->orgs_by_id.contains(id); }

std::optional<Snapshot::AppEntry> Snapshot::app(std::string_view name) const noexcept {
  const auto found = state_->apps_by_name.find(name);
  if (found == state_->apps_by_name.end()) return std::nullopt;
  return found->second;
}

std::optional<Snapshot::AppEntry> Snapshot::app(std::uint64_t id) const noexcept {
  const auto found = state_->apps_by_id.find(id);
  if (found == state_->apps_by_id.end()) return std::nullopt;
  return found->second.entry;
}

void Snapshot::for_each_app_of(std::uint64_t org, const std::function<void(std::uint64_t)>& visit) const {
  for (const auto& [id, app] : state_->apps_by_id)
    if (app.entry.org == org) visit(id);
}

std::string_view Snapshot::org_name_view(std::uint64_t id) const noexcept {
  const auto found = state_->orgs_by_id.find(id);
  return found == state_->orgs_by_id.end() ? std::string_view{} : std::string_view(found->second);
}

std::vector<std::string> Snapshot::org_names() const {
  std::vector<std::string> names;
  for (const auto& [name, id] : state_->orgs_by_name) names.push_back(name);
  return names;
}

std::vector<std::string> Snapshot::app_names() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : state_->apps_by_name) names.push_back(name);
  return names;
}

std::optional<std::string> Snapshot::org_name(std::uint64_t id) const {
  const auto found = state_->orgs_by_id.find(id);
  if (found == state_->orgs_by_id.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> Snapshot::app_name(std::uint64_t id) const {
  const auto found = state_->apps_by_id.find(id);
  if (found == state_->apps_by_id.end()) return std::nullopt;
  return found->second.name;
}

const std::string& Snapshot::location() const noexcept { return state_->location; }
std::int64_t Snapshot::newest_record_unix_s() const noexcept { return state_->newest_record; }
const StoreRevision& Snapshot::revision() const noexcept { return state_->revision; }

}  // namespace libtoken::authority
