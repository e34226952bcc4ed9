#include "authority/store/writer_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

namespace libtoken::authority {
namespace {

int open_folder(const std::filesystem::path& store) noexcept {
  try {
    return ::open(store.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  } catch (const std::exception&) {
    return -1;
  }
}

}  // namespace

bool wait_for_lock(int count) noexcept {
  // Most locks are held for less than a millisecond. Waiting for the others must not keep a core busy.
  constexpr int kShort = 40;
  constexpr int kMedium = 100;
  constexpr int kShortUs = 250;
  constexpr int kMediumUs = 1'000;
  constexpr int kLongUs = 5'000;
  constexpr int kMost = kShort + kMedium + (kLockPatienceMs * 1000 - kShort * kShortUs - kMedium * kMediumUs) / kLongUs;
  if (count >= kMost) return false;
  ::usleep(count < kShort ? kShortUs : count < kShort + kMedium ? kMediumUs : kLongUs);
  return true;
}

WriterLock::WriterLock(const std::filesystem::path& store) noexcept : folder_(open_folder(store)) {}

WriterLock::Guard::Guard(const WriterLock& lock, int max_waits) noexcept : folder_(lock.folder_.get()) {
  if (!lock.folder_.valid()) return;
  for (int count = 0; ::flock(folder_, LOCK_EX | LOCK_NB) != 0; ++count) {
    const bool try_again = errno == EWOULDBLOCK || errno == EINTR;
    if (try_again && count < max_waits && wait_for_lock(count)) continue;
    folder_ = -1;
    return;
  }
}

WriterLock::Guard::~Guard() {
  if (folder_ >= 0) ::flock(folder_, LOCK_UN);
}

}  // namespace libtoken::authority
