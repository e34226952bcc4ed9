#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "authority/audit/audit.h"
#include "authority/keys/restore.h"
#include "authority/sealing/key_encryption_key.h"
#include "authority/store/backup.h"
#include "authority/store/check.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/revocations.h"
#include "authority_support.h"

namespace authority_test {

inline constexpr std::int64_t kBackupTime = kNow + 100;
inline constexpr std::int64_t kLater = kNow + 200;

/// The example store with a few tokens, keys and revocations, and room for its backup.
struct BackupFixture : ExampleStore {
  const Actor actor = kAnn;
  const fs::path backup = folder / "tokens.backup";

  Minted minted(const std::string& org, const std::string& holder = "", std::int64_t now = kNow) {
    MintRequest request;
    request.profile = Profile::kReadonly;
    request.org = org;
    request.holder = holder;
    return value_of(mint(store, request, actor, now));
  }
  void back_up() { REQUIRE(backup_store(store, backup, kBackupTime)); }

  /// Where a backup is put back: another store, with a copy of this one's key file.
  StoreAddress elsewhere() {
    const fs::path place = folder / "restored.db";
    fs::copy_file(folder / "tokens.db.kek", place.native() + ".kek", fs::copy_options::overwrite_existing);
    return address_of(place);
  }
  /// Restores there, and opens it.
  Store restored(RestoreWith with, const std::optional<fs::path>& old_store = std::nullopt) {
    const StoreAddress address = elsewhere();
    auto done = restore_store(backup, address, with, old_store, actor, kLater);
    if (!done) throw std::runtime_error(done.error().message);
    return value_of(Store::open(address));
  }
  [[nodiscard]] fs::path old_store() const { return folder / "tokens.db"; }
};

/// Whether a token is good for reading its org.
inline bool allowed(Store& store, const Minted& minted) {
  const Judge judge(value_of(Snapshot::load(store)));
  Access rest;
  rest.action = kRead;
  VerifierScratch scratch;
  return value_of(judge.decide({minted.header, ResourceRef(minted.org.id), {}, rest}, kLater, scratch)).allowed;
}

inline std::vector<std::string> faults(Store& store) { return value_of(check_store(store)).faults; }

}  // namespace authority_test
