#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "authority/revocation/revocation_set.h"
#include "authority/store/store.h"
#include "authority/store/store_revision.h"
#include "libtoken/explain.h"
#include "libtoken/verifier.h"

namespace libtoken::authority {

/// What a judge needs of a store, as of one moment and in memory: orgs, apps, opened keys and revocations. Immutable,
/// and shared by any number of threads. Looking something up allocates nothing, except in org_name() and app_name().
class Snapshot final : public KeySource, public NameSource {
 public:
  /// Reads it from the store in one transaction. `earlier`: revisions that the caller has decided by before. Each of
  /// them that is of this store must be in the store's history, as far back as that is known. Errors: kUnusableStore (a
  /// root key does not open), kUnusableKeyFile (a root key does not open, and the key file cannot be read any more),
  /// kConflict (an earlier revision is not in the store's history, so the store has gone back), kStoreUnavailable.
  [[nodiscard]] static Result<std::shared_ptr<const Snapshot>> load(Store& store,
                                                                    const std::vector<StoreRevision>& earlier = {});
  /// The same, where `before` was read earlier from this store's file: what has not changed since is taken from it. All
  /// is read if the store cannot say what has changed: it was restored, or 4 096 writes or more have passed.
  [[nodiscard]] static Result<std::shared_ptr<const Snapshot>> load_after(const Snapshot& before, Store& store,
                                                                          const std::vector<StoreRevision>& earlier);
  ~Snapshot() override;

  /// KeySource: the root key with this id, owned by the snapshot; null if there is none.
  [[nodiscard]] const RootKey* find(ByteView kid) const noexcept override;
  /// KeySource: the id of a token with this nonce, whose revocation will be looked up soon.
  [[nodiscard]] std::optional<TokenId> expect(const RootKey& root, ByteView rnd) const noexcept override;

  /// The key with this id was retired, or its org deleted; it is not among those that find() finds.
  [[nodiscard]] bool is_retired(ByteView kid) const noexcept;
  /// Those of these keys that are kept. Only to tell whether a token was once good.
  [[nodiscard]] const KeySource& retired_keys() const noexcept;

  [[nodiscard]] bool is_revoked(const TokenId& id) const noexcept;

  [[nodiscard]] std::optional<std::uint64_t> org_id(std::string_view name) const noexcept;
  [[nodiscard]] bool has_org(std::uint64_t id) const noexcept;
  struct AppEntry {
    std::uint64_t id = 0;
    std::uint64_t org = 0;
  };
  [[nodiscard]] std::optional<AppEntry> app(std::string_view name) const noexcept;
  [[nodiscard]] std::optional<AppEntry> app(std::uint64_t id) const noexcept;
  /// The ids of the org's apps, in no order; owned by the snapshot.
  [[nodiscard]] std::span<const std::uint64_t> apps_of(std::uint64_t org) const noexcept;
  /// The org's name, a view into the snapshot; "" if there is no such org.
  [[nodiscard]] std::string_view org_name_view(std::uint64_t id) const noexcept;

  /// All names, in no order.
  [[nodiscard]] std::vector<std::string> org_names() const;
  [[nodiscard]] std::vector<std::string> app_names() const;

  [[nodiscard]] std::optional<std::string> org_name(std::uint64_t id) const override;
  [[nodiscard]] std::optional<std::string> app_name(std::uint64_t id) const override;

  [[nodiscard]] const std::string& location() const noexcept;
  /// The time of the newest record in the store; 0 if it has none.
  [[nodiscard]] std::int64_t newest_record_unix_s() const noexcept;
  /// The store's revision at that moment.
  [[nodiscard]] const StoreRevision& revision() const noexcept;

 private:
  struct State;
  static Result<std::unique_ptr<State>> load_state(Store& store, const std::vector<StoreRevision>& earlier,
                                                   const State* before);
  explicit Snapshot(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace libtoken::authority
