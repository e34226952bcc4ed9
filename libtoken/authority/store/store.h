#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "libtoken/result.h"

namespace libtoken::authority {

/// Where a store is and what opens its keys.
struct StoreAddress {
  /// `sqlite:PATH`. Anything else: kInvalidArgument.
  std::string url = "sqlite:tokens.db";
  /// The key-encryption key's file; `<PATH>.kek` unless said.
  std::optional<std::filesystem::path> kek_file;
};

/// The location in every token unless `store init --location` says otherwise.
inline constexpr const char* kDefaultLocation = "https://tokens.localhost/v1";

/// A clock further behind the store's newest record is not to be trusted: what is over may seem to be still to come.
inline constexpr std::chrono::minutes kClockTolerance{5};

struct StoreFiles;  // store_files.h

/// One connection to the authority's database: orgs, apps, sealed keys, issued tokens. Not for two threads at once;
/// open one each. Every call that writes is one transaction, and on any error the store is as it was.
///
/// Every call of this folder that takes a Store can fail with kStoreUnavailable (the sentence names the file).
class Store {
 public:
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  /// Makes a new store and, before it, its key-encryption key (0600, synced). Errors: kAlreadyExists (either file is
  /// there: nothing is overwritten), kInvalidArgument (url, or location: not an http(s) URL), kStoreUnavailable.
  [[nodiscard]] static Result<Store> init(const StoreAddress& address, const std::string& location);

  /// Opens one and brings an older schema up to date. Errors: kNotFound (no such file), kUnusableStore (not a
  /// store; damaged; of a newer version: the file stays as it was), kUnusableKeyFile (missing; not a regular file;
  /// writable by the group, or readable or writable by others; of a wrong form; another store's), kStoreUnavailable.
  [[nodiscard]] static Result<Store> open(const StoreAddress& address);

  /// The service's location, fixed when the store was made.
  [[nodiscard]] const std::string& location() const noexcept;

  /// The file, for sentences about it.
  [[nodiscard]] const std::string& path() const noexcept;

  /// Changes whenever some other connection has committed to the database. Cheap: meant to be polled. Error:
  /// kStoreUnavailable also when the file was moved or replaced since it was opened.
  [[nodiscard]] Result<std::int64_t> data_version();

  /// How long the write-ahead log is. It grows for as long as somebody is always reading.
  [[nodiscard]] std::int64_t log_bytes() const noexcept;
  /// Writes the log back and empties it, if nobody is reading just now.
  void empty_log() noexcept;

  struct State;  ///< store_state.h; for this folder's sources alone
  [[nodiscard]] State& state() noexcept { return *state_; }

 private:
  [[nodiscard]] static Result<Store> open_once(const StoreFiles& files);
  explicit Store(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

/// Makes this time the store's newest record's, for who starts later with a clock that was set back. An earlier one
/// changes nothing.
[[nodiscard]] Result<void> remember_time(Store& store, std::int64_t unix_s);

}  // namespace libtoken::authority
