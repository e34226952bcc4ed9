#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authority/tokens/revocation_set.h"
#include "authority/store/store.h"
#include "authority/store/store_revision.h"
#include "libtoken/explain.h"
#include "libtoken/verifier.h"

namespace libtoken::authority {

/// The registry and the opened keys at one moment, in memory, immutable: what the judge looks things up in. Shared by
/// any number of threads. Looking up allocates nothing.
class Snapshot final : public KeySource, public NameSource {
 public:
  /// Reads all of it in one transaction. `earlier`: states that were judged by before; of those that are of this store, each
  /// must be in its history, as far as that is still known. Errors: kUnusableStore (a root key does not open),
  /// kUnusableKeyFile (likewise, and the key file cannot be read any more), kConflict (an earlier state is not in the store's
  /// history: it went back), kStoreUnavailable.
  [[nodiscard]] static Result<std::shared_ptr<const Snapshot>> load(Store& store,
                                                                    const std::vector<StoreRevision>& earlier = {});
  /// The same with other revocations, for measuring what many of them cost.
  [[nodiscard]] static Result<std::shared_ptr<const Snapshot>> load_with(Store& store, RevocationSet revocations);
  ~Snapshot() override;

  [[nodiscard]] const RootKey* find(ByteView kid) const noexcept override;
  [[nodiscard]] std::optional<TokenId> expect(const RootKey& root, ByteView rnd) const noexcept override;

  [[nodiscard]] bool is_revoked(const TokenId& id) const noexcept;

  [[nodiscard]] std::optional<std::uint64_t> org_id(std::string_view name) const noexcept;
  [[nodiscard]] bool has_org(std::uint64_t id) const noexcept;
  struct AppEntry {
    std::uint64_t id = 0;
    std::uint64_t org = 0;
  };
  [[nodiscard]] std::optional<AppEntry> app(std::string_view name) const noexcept;
  [[nodiscard]] std::optional<AppEntry> app(std::uint64_t id) const noexcept;
  /// Views into the snapshot; "" where there is none.
  [[nodiscard]] std::string_view org_name_view(std::uint64_t id) const noexcept;

  [[nodiscard]] std::optional<std::string> org_name(std::uint64_t id) const override;
  [[nodiscard]] std::optional<std::string> app_name(std::uint64_t id) const override;

  [[nodiscard]] const std::string& location() const noexcept;
  /// The time of the newest record in the store; 0 if it has none.
  [[nodiscard]] std::int64_t newest_record_unix_s() const noexcept;
  /// Which state of the store this is.
  [[nodiscard]] const StoreRevision& revision() const noexcept;

 private:
  struct State;
  static Result<std::unique_ptr<State>> load_state(Store& store, const std::vector<StoreRevision>& earlier);
  explicit Snapshot(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace libtoken::authority
