#include "authority/store/store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "authority/sealing/private_file.h"
#include "authority/store/backup_file.h"
#include "authority/store/schema.h"
#include "authority/store/store_files.h"
#include "authority/store/store_sealing.h"
#include "authority/store/store_state.h"

namespace libtoken::authority {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMakeOne = ": make one with tokenctl store init, or say with --store where it is";

Result<void> check_location(const std::string& location) {
  std::string_view rest = location;
  const bool scheme = rest.starts_with("https://") || rest.starts_with("http://");
  rest.remove_prefix(scheme ? rest.find("//") + 2 : 0);
  bool printable = true;
  for (const char c : rest) printable = printable && c > ' ' && c < '\x7f';
  if (!scheme || !printable || rest.empty() || rest.front() == '/' || location.size() > 255) {
    return fail(ErrorKind::kInvalidArgument,
                "the location " + shown_path(location) + " is not a URL such as " + kDefaultLocation);
  }
  return {};
}

// If this is off, closing the connection leaves the write-ahead log and the file as they are.
void write_back_on_close(soci::session& sql, bool on) {
  sqlite_api::sqlite3_db_config(connection_of(sql), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, on ? 0 : 1, nullptr);
}

Result<void> check_stamp(const SchemaStamp& stamp, const std::string& path) {
  if (stamp.application_id == kBackupApplicationId) {
    return fail(ErrorKind::kUnusableStore,
                shown_path(path) + " is a backup: tokenctl store restore makes a store of it");
  }
  if (stamp.application_id != kStoreApplicationId || stamp.version < 1) {
    return fail(ErrorKind::kUnusableStore, shown_path(path) + " is not a token store" + kMakeOne);
  }
  if (stamp.version > newest_schema_version()) {
    return fail(ErrorKind::kUnusableStore, "the store " + shown_path(path) + " is of version " +
                                               std::to_string(stamp.version) +
                                               ", and this program knows versions up to " +
                                               std::to_string(newest_schema_version()) + ": use a newer program");
  }
  return {};
}

Result<struct stat> check_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return fail(ErrorKind::kNotFound, "there is no store " + shown_path(path) + kMakeOne);
    }
    return fail(ErrorKind::kStoreUnavailable,
                "the store " + shown_path(path) + " cannot be read: " + errno_text(errno));
  }
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorKind::kUnusableStore,
                shown_path(path) + " is not a regular file, so it cannot be a token store" + kMakeOne);
  }
  return status;
}

// Checks what the file says it is, without locking it or writing anything, not even a write-ahead log beside it. It
// reads through SQLite, because closing a descriptor of our own would drop the locks that other connections of this
// process have on the file. Throws what SOCI throws.
Result<void> check_unopened(const std::string& path) {
  soci::session sql;
  open_connection(sql, database_uri(path, "mode=ro&immutable=1"));
  // Without this a file in the middle of a checkpoint, which is shorter than its header says, would count as damaged.
  sql << "PRAGMA writable_schema = ON";
  return check_stamp(read_schema_stamp(sql), path);
}

int on_busy(void*, int count) { return wait_for_lock(count) ? 1 : 0; }

void set_up_connection(soci::session& sql) {
  // So that a statement that could not be written into the stream as a whole, for want of memory, is not run.
  sql.get_query_stream().exceptions(std::ios::badbit);
  sqlite_api::sqlite3_busy_handler(connection_of(sql), on_busy, nullptr);
  sql << "PRAGMA foreign_keys = ON";
  sql << "PRAGMA synchronous = FULL";
  sql << "PRAGMA trusted_schema = OFF";
}

std::string use_write_ahead_log(soci::session& sql) {
  std::string mode;
  sql << "PRAGMA journal_mode = WAL", soci::into(mode);
  return mode;
}

// Fills an empty file that no other process uses.
Result<void> fill_new_store(const fs::path& file, const KeyEncryptionKey& kek, const std::string& location) {
  try {
    soci::session sql;
    open_connection(sql, database_uri(file, "mode=rw"));
    set_up_connection(sql);
    const std::string check = seal_check(kek);
    Transaction transaction(sql, std::nullopt);
    migrate_schema(sql, 0);
    sql << "INSERT INTO settings (id, location, kek_check, newest_record, identity)"
           " VALUES (1, :location, :kek_check, 0, lower(hex(randomblob(16))))",
        soci::use(location), soci::use(check);
    transaction.commit();
    if (use_write_ahead_log(sql) != "wal") {
      return fail(ErrorKind::kStoreUnavailable,
                  "the file system of " + shown_path(file) + " does not allow a write-ahead log: use a local one");
    }
    return {};
  } catch (const std::exception&) {
    return tl::unexpected(current_store_error(file.native()));
  }
}

// Makes the whole store under another name and then renames it, so that nobody ever sees an unfinished store.
Result<void> make_store_file(const StoreFiles& files, const KeyEncryptionKey& kek, const std::string& location) {
  const fs::path unfinished = unfinished_name(files.store);
  auto made = write_new_private_file(unfinished, "");
  if (!made) return made;
  made = fill_new_store(unfinished, kek, location);
  if (made) {
    const WriterLock lock(files.store);
    const WriterLock::Guard guard(lock);  // see Store::State::~State()
    made = move_without_overwriting(unfinished, files.store);
  }
  remove_database(unfinished);  // what is left under that name, also if the store was moved away from it
  return made;
}

}  // namespace

Store::Store(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

const std::string& Store::location() const noexcept { return state_->location; }
const std::string& Store::path() const noexcept { return state_->path; }

Result<Store> Store::init(const StoreAddress& address, const std::string& location) {
  const auto files = parse_address(address);
  if (!files) return tl::unexpected(files.error());
  if (auto checked = check_location(location); !checked) return tl::unexpected(checked.error());
  if (auto absent = check_absent(files->store); !absent) return tl::unexpected(absent.error());

  const KeyEncryptionKey kek = KeyEncryptionKey::generate();
  if (auto saved = KeyEncryptionKeys(kek).save_new(files->kek); !saved) return tl::unexpected(saved.error());
  if (auto made = make_store_file(*files, kek, location); !made) {
    ::unlink(files->kek.c_str());
    return tl::unexpected(made.error());
  }
  return open(address);
}

Result<Store> Store::open(const StoreAddress& address) {
  const auto files = parse_address(address);
  if (!files) return tl::unexpected(files.error());
  // The first process to open a store, and the last one to close it, hold locks for a moment that SQLite does not wait
  // for.
  constexpr int kMaxWaits = 100;
  for (int count = 0;; ++count) {
    try {
      return open_once(*files);
    } catch (const soci::sqlite3_soci_error& error) {
      const bool try_again = is_lock_error(error) && count < kMaxWaits && wait_for_lock(count);
      if (!try_again) return tl::unexpected(current_store_error(files->store.native()));
    } catch (const std::exception&) {
      return tl::unexpected(current_store_error(files->store.native()));
    }
  }
}

// Throws what SOCI throws.
Result<Store> Store::open_once(const StoreFiles& files) {
  const std::string& path = files.store.native();
  const auto status = check_file(path);
  if (!status) return tl::unexpected(status.error());
  if (auto good = check_unopened(path); !good) return tl::unexpected(good.error());
  auto keks = KeyEncryptionKeys::load(files.kek);
  if (!keks) return tl::unexpected(keks.error());

  auto state = std::unique_ptr<State>(
      new State{path, files.kek, std::move(*keks), {}, status->st_dev, status->st_ino, {}, {}, false});
  state->writer_lock.emplace(files.store);
  soci::session& sql = state->sql;
  open_connection(sql, database_uri(path, "mode=rw"));
  write_back_on_close(sql, false);
  set_up_connection(sql);
  // This time with what stands in the write-ahead log.
  const SchemaStamp stamp = read_schema_stamp(sql);
  if (auto good = check_stamp(stamp, path); !good) return tl::unexpected(good.error());
  // SQLite has opened the log by the store's name. It is this file's log only if the file still has the name.
  if (auto same = check_in_place(*state); !same) return tl::unexpected(same.error());
  sql << "SELECT location FROM settings WHERE id = 1", soci::into(state->location);
  if (!sql.got_data()) {
    return fail(ErrorKind::kUnusableStore, "the store " + shown_path(path) + " is damaged: it has lost its settings");
  }
  if (auto good = check_location(state->location); !good) {
    return fail(ErrorKind::kUnusableStore, "the store " + shown_path(path) + " is damaged: " + good.error().message);
  }
  if (auto key = sealing_key(sql, *state); !key) return tl::unexpected(key.error());

  Store store(std::move(state));
  if (stamp.version < newest_schema_version()) {
    // Another process may have migrated it since, so the stamp is read again under the write lock.
    auto migrated = write_transaction(store, [&path](soci::session& locked) -> Result<void> {
      const SchemaStamp now = read_schema_stamp(locked);
      auto good = check_stamp(now, path);
      if (good) migrate_schema(locked, now.version);
      return good;
    });
    if (!migrated) return tl::unexpected(migrated.error());
  }
  use_write_ahead_log(sql);
  write_back_on_close(sql, true);
  store.state().is_opened = true;
  return store;
}

Result<std::int64_t> Store::data_version() {
  // A connection goes on reading a file that was deleted or replaced, and would not notice changes to the new file.
  if (auto same = check_in_place(*state_); !same) return tl::unexpected(same.error());
  // When memory ran out, a transaction may not have been rolled back, or SOCI's stream for statements may have failed.
  // Such a connection cannot be used any more.
  if (sqlite_api::sqlite3_get_autocommit(connection_of(state_->sql)) == 0 || !state_->sql.get_query_stream()) {
    return fail(ErrorKind::kStoreUnavailable,
                "the connection to the store " + shown_path(state_->path) + " has failed");
  }
  try {
    long long version = 0;
    state_->sql << "PRAGMA data_version", soci::into(version);
    return version;
  } catch (const std::exception&) {
    return tl::unexpected(current_store_error(state_->path));
  }
}

std::int64_t Store::log_bytes() const noexcept {
  try {
    struct stat log {};
    return ::stat((state_->path + "-wal").c_str(), &log) == 0 ? log.st_size : 0;
  } catch (const std::exception&) {  // out of memory
    return 0;
  }
}

void Store::empty_log() noexcept {
  sqlite_api::sqlite3* connection = connection_of(state_->sql);
  sqlite_api::sqlite3_busy_handler(connection, nullptr, nullptr);  // do not wait for readers
  (void)sqlite_api::sqlite3_wal_checkpoint_v2(connection, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite_api::sqlite3_busy_handler(connection, on_busy, nullptr);
}

}  // namespace libtoken::authority
