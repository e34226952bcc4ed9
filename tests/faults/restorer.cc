#include "restorer.h"

#include <ctime>
#include <system_error>
#include <thread>

#include "authority/audit/actor.h"
#include "authority/keys/restore.h"
#include "authority/store/backup.h"

namespace faults {

namespace fs = std::filesystem;
using namespace libtoken;
using namespace libtoken::authority;

namespace {

constexpr int kMostAttempts = 20;

void must(const Result<void>& done, const std::string& what) {
  faults::must(done.has_value(), what + ": " + (done ? "" : done.error().message));
}

bool is_empty_or_gone(const fs::path& file) {
  std::error_code gone;
  const auto size = fs::file_size(file, gone);
  return gone || size == 0;
}

}  // namespace

void Restorer::pause() {
  if (hurried_) return;
  std::this_thread::sleep_for(random_between(random_, std::chrono::microseconds(0), std::chrono::milliseconds(30)));
}

// The store first: once it is gone, nobody new comes to its log.
void Restorer::move_away(const fs::path& old_store) {
  for (const char* ending : {"", "-wal", "-shm"}) {
    const fs::path from = world_.file() + ending;
    std::error_code error;
    fs::rename(from, old_store.native() + ending, error);
    const bool may_be_absent = *ending != '\0' && error == std::errc::no_such_file_or_directory;
    faults::must(!error || may_be_absent, "cannot move " + from.string() + ": " + error.message());
    pause();
  }
}

void Restorer::replace() {
  // Half of the time without delay, so that a request may begin before all of it and end after.
  hurried_ = random_() % 2 == 0;
  const std::string number = std::to_string(restores_);
  const fs::path backup = world_.in_folder("backup-" + number);
  const fs::path old_store = world_.in_folder("old-" + number + ".db");
  {
    Store store = value_of(Store::open(world_.address()), "the store to be backed up");
    must(backup_store(store, backup, std::time(nullptr)), "no backup");
  }
  pause();
  before_moving_();
  move_away(old_store);
  for (int attempt = 1;; ++attempt) {
    const auto restored = restore_store(backup, world_.address(), RestoreWith::kAcceptedLostRevocations, old_store,
                                        local_actor(), std::time(nullptr));
    if (restored) break;
    // Who was about to open the store when it was moved makes a log for it under its old name. Nothing may be in there.
    faults::must(restored.error().kind == ErrorKind::kAlreadyExists && attempt < kMostAttempts &&
                     !fs::exists(world_.file()) && is_empty_or_gone(world_.file() + "-wal"),
                 "no restore: " + restored.error().message);
    for (const char* ending : {"-wal", "-shm"}) fs::remove(world_.file() + ending);
  }
  ++restores_;
  fs::remove(backup);
  for (const char* ending : {"", "-wal", "-shm"}) fs::remove(old_store.native() + ending);
}

}  // namespace faults
