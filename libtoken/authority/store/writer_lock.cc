#include "authority/store/writer_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string_view>

namespace libtoken::authority {
namespace {

int open_folder(const std::filesystem::path& store) noexcept {
  try {
    return ::open(store.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  } catch (const std::exception&) {
    return -1;
  }
}

constexpr std::string_view kQueueSuffix = "-turns";

std::string queue_file_of(const std::filesystem::path& store) noexcept {
  try {
    return store.native() + std::string(kQueueSuffix);
  } catch (const std::exception&) {
    return {};
  }
}

// Gives the queue to whom the store belongs to, as SQLite does with its own files: root may be the first to write.
void give_to_owner_of_store(int queue, const std::string& queue_file) noexcept {
  try {
    struct stat store {};
    const std::string path = queue_file.substr(0, queue_file.size() - kQueueSuffix.size());
    if (::stat(path.c_str(), &store) != 0 || ::fchown(queue, store.st_uid, store.st_gid) != 0) return;
    (void)!::fchmod(queue, store.st_mode & (S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP));
  } catch (const std::exception&) {  // no memory
  }
}

int open_queue(const std::string& file) noexcept {
  if (file.empty()) return -1;
  const int queue = ::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (queue >= 0 || errno != ENOENT) return queue;
  const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (made >= 0 && ::geteuid() == 0) give_to_owner_of_store(made, file);
  return made;
}

// Whoever holds this byte is finding a place.
constexpr std::int64_t kEntrance = 0;
constexpr std::int64_t kFirstPlace = 1;

struct flock byte_lock(short type, std::int64_t first, std::int64_t count) noexcept {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = first;
  lock.l_len = count;
  return lock;
}

bool set_byte(int file, short type, std::int64_t byte) noexcept {
  struct flock lock = byte_lock(type, byte, 1);
  return ::fcntl(file, F_OFD_SETLK, &lock) == 0;
}

// The first byte from `first` on that another has; nothing: none, or it cannot be said.
std::optional<std::int64_t> first_taken(int file, std::int64_t first, std::int64_t count) noexcept {
  struct flock lock = byte_lock(F_WRLCK, first, count);
  if (::fcntl(file, F_OFD_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return std::nullopt;
  return lock.l_start;
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

WriterLock::WriterLock(const std::filesystem::path& store) noexcept
    : folder_(open_folder(store)), queue_file_(queue_file_of(store)) {}

WriterLock::Turn::Turn(const WriterLock& lock) noexcept : turns_(open_queue(lock.queue_file_)) {
  const int file = turns_.get();
  if (!turns_.valid()) return;
  for (int count = 0; !set_byte(file, F_WRLCK, kEntrance); ++count) {
    const bool try_again = errno == EAGAIN || errno == EACCES || errno == EINTR;
    if (!try_again || !wait_for_lock(count)) return;
  }
  std::optional<std::int64_t> last;
  std::int64_t place = kFirstPlace;
  while (const auto taken = first_taken(file, place, 0)) {
    last = taken;
    place = *taken + 1;
  }
  set_byte(file, F_WRLCK, place);
  set_byte(file, F_UNLCK, kEntrance);
  for (int count = 0; last && first_taken(file, *last, 1) && wait_for_lock(count);) ++count;
}

void WriterLock::remove_queue() const noexcept {
  if (!queue_file_.empty()) ::unlink(queue_file_.c_str());
}

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
