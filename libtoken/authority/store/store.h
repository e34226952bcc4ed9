#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "libtoken/result.h"

namespace libtoken::authority {

/// Where a store is, and where its key file is.
struct StoreAddress {
  /// `sqlite:PATH`; the functions that take an address answer anything else with kInvalidArgument.
  std::string url = "sqlite:tokens.db";
  /// The file of the key-encryption keys; nothing: `<PATH>.kek`.
  std::optional<std::filesystem::path> kek_file;
};

/// The location in the tokens of a store that was made without `--location`.
inline constexpr const char* kDefaultLocation = "https://tokens.localhost/v1";

/// How far a clock may be behind the store's newest record. A clock that is further behind is wrong, and expired tokens
/// would count again by it.
inline constexpr std::chrono::minutes kClockTolerance{5};

struct StoreFiles;  // store_files.h

/// A connection to the authority's database, which holds orgs, apps, sealed keys, records of tokens, revocations and
/// the audit. A connection must not be used by two threads at once; each opens its own. Every function that writes does
/// so in one transaction: on an error the store is as it was before.
///
/// Every function of the authority that takes a Store can fail with kStoreUnavailable, and the message names the file.
class Store {
 public:
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  /// Makes a new store and its key file, both with the mode 0600. Errors: kAlreadyExists (one of the files exists;
  /// nothing is overwritten), kInvalidArgument (the address; or `location` is not an http or https URL),
  /// kStoreUnavailable.
  [[nodiscard]] static Result<Store> init(const StoreAddress& address, const std::string& location);

  /// Opens a store, and migrates it if its schema is older. Errors: kNotFound (no such file), kUnusableStore (not a
  /// store, damaged, or of a newer version; the file is not changed), kUnusableKeyFile (as KeyEncryptionKeys::load();
  /// or it is the key file of another store), kInvalidArgument (the address), kStoreUnavailable.
  [[nodiscard]] static Result<Store> open(const StoreAddress& address);

  /// The service's location (FORMAT.md §3), which was fixed when the store was made.
  [[nodiscard]] const std::string& location() const noexcept;

  /// The store's file, for messages.
  [[nodiscard]] const std::string& path() const noexcept;

  /// A number that changes whenever another connection has committed to the database. It is cheap to get, for polling.
  /// Error: kStoreUnavailable, also if the file was moved or replaced since it was opened.
  [[nodiscard]] Result<std::int64_t> data_version();

  /// The length of the write-ahead log in bytes. The log grows for as long as some connection is always reading.
  [[nodiscard]] std::int64_t log_bytes() const noexcept;
  /// Copies the log into the store's file and empties it, unless another connection is reading now.
  void empty_log() noexcept;

  struct State;  ///< defined in store_state.h, for the authority's own sources
  [[nodiscard]] State& state() noexcept { return *state_; }

 private:
  [[nodiscard]] static Result<Store> open_once(const StoreFiles& files);
  explicit Store(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

/// Several writes in one transaction, so that they share one sync of the disk. While it lives, every function of the
/// authority that is given the store does its work in this transaction: what one of them has failed to write is taken
/// back, and what the others wrote stays. Nothing of it may be acknowledged before commit() has succeeded.
class WriteBatch {
 public:
  /// Takes the store's write lock. `store` is borrowed, and must not be moved meanwhile; it has no other batch.
  [[nodiscard]] static Result<WriteBatch> begin(Store& store);
  WriteBatch(WriteBatch&&) noexcept;
  WriteBatch& operator=(WriteBatch&&) = delete;
  /// Takes everything back unless it was committed.
  ~WriteBatch();

  /// Whether nothing has happened that has taken back all of the batch already, such as a full disk or no memory. If
  /// something has, everything that was done in it must be done again.
  [[nodiscard]] bool is_whole() const noexcept;
  /// Writes it to the disk. Errors: kStoreFull (nothing was written), kStoreUnavailable (whether it was written is not
  /// known), and those of every write.
  [[nodiscard]] Result<void> commit();

 private:
  struct State;
  explicit WriteBatch(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

/// Keeps some space on the store's disk aside, if it is not kept already, so that tokens can be revoked when the disk
/// is full. From then on, whoever finds the disk full when revoking uses that space; and until this has succeeded
/// again, minting is refused as kStoreFull, so that it does not take the space. Errors: kStoreFull, kStoreUnavailable
/// (there is no such space, and the store works without it), kInvalidArgument (the address).
[[nodiscard]] Result<void> keep_space(const StoreAddress& address);

/// Makes this the time of the store's newest record, unless that is later. A process that starts later with a clock
/// that was set back then finds its clock wrong.
[[nodiscard]] Result<void> remember_time(Store& store, std::int64_t unix_s);

}  // namespace libtoken::authority
