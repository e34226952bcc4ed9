#include "state/live_snapshot.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "libtoken/text.h"

namespace tokend {

using libtoken::ErrorKind;
using libtoken::fail;
using libtoken::Result;
using libtoken::authority::Judge;
using libtoken::authority::Snapshot;
using libtoken::authority::Store;

namespace {

tl::unexpected<libtoken::Error> went_back() {
  return fail(ErrorKind::kUnusableStore,
              "the store has gone back to an earlier state, so that what was revoked since would count again: put the "
              "newer store back in its place, or make one of a backup and the newer store (tokenctl store restore "
              "BACKUP --old-store NEWER); do not start the daemon anew, because it would then accept this store");
}

}  // namespace

Result<std::unique_ptr<LiveSnapshot>> LiveSnapshot::open(libtoken::authority::StoreAddress address,
                                                         CurrentJudge& current, std::shared_ptr<spdlog::logger> log) {
  std::unique_ptr<LiveSnapshot> live(new LiveSnapshot(std::move(address), current, std::move(log)));
  if (auto opened = live->reopen(); !opened) return tl::unexpected(opened.error());
  // Now, so that start() cannot fail.
  live->thread_ = std::thread([follower = live.get()] { follower->follow(); });
  return live;
}

void LiveSnapshot::start() noexcept {
  // Something may have been revoked since open() read the store: this is published only if there is no judge yet.
  bool is_first = false;
  try {
    is_first = current_.newest().empty() && current_.publish(std::move(first_));
  } catch (const std::exception&) {
    // No memory. The first refresh publishes.
  }
  first_.reset();
  {
    const std::lock_guard lock(mutex_);
    started_ = true;
  }
  wake_.notify_all();
  if (!is_first) (void)refresh_after_writing();
}

LiveSnapshot::LiveSnapshot(libtoken::authority::StoreAddress address, CurrentJudge& current,
                           std::shared_ptr<spdlog::logger> log)
    : address_(std::move(address)), current_(current), log_(std::move(log)) {}

Result<void> LiveSnapshot::publish(std::shared_ptr<const Judge> judge) {
  if (!started_) {
    first_ = std::move(judge);
    return {};
  }
  if (current_.publish(std::move(judge))) return {};
  return went_back();
}

void LiveSnapshot::judge_nothing() {
  (void)current_.publish(nullptr);
  store_.reset();
}

LiveSnapshot::~LiveSnapshot() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  refreshed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool LiveSnapshot::await_refresh(bool must_succeed) {
  std::unique_lock lock(mutex_);
  must_succeed_ = must_succeed_ || must_succeed;
  const std::uint64_t wanted = ++refreshes_wanted_;
  wake_.notify_all();
  refreshed_.wait(lock, [&] { return refreshes_done_ >= wanted || stopping_; });
  return refreshes_done_ >= wanted && available_;
}

Result<LiveSnapshot::FileMark> LiveSnapshot::mark() const {
  const std::string path = address_.url.substr(address_.url.find(':') + 1);
  struct stat file {};
  if (::stat(path.c_str(), &file) != 0 || ::access(path.c_str(), R_OK) != 0) {
    return fail(ErrorKind::kStoreUnavailable, "the store " + libtoken::escape_untrusted(path) +
                                                  " cannot be read: " + std::generic_category().message(errno));
  }
  return FileMark{file.st_dev, file.st_ino, file.st_size,
                  file.st_mtim.tv_sec * std::int64_t{1'000'000'000} + file.st_mtim.tv_nsec};
}

Result<void> LiveSnapshot::reopen() {
  // The old connection is closed first: if it is the last one, it removes files that are named after the path.
  store_.reset();
  auto store = Store::open(address_);
  if (!store) return tl::unexpected(store.error());
  store_.emplace(std::move(*store));
  const auto file = mark();
  if (!file) return tl::unexpected(file.error());
  if (file->device != mark_.device || file->inode != mark_.inode) last_.reset();
  mark_ = *file;
  return load();
}

Result<void> LiveSnapshot::load() {
  // Before reading, so that a change in between is noticed at the next refresh.
  const auto version = store_->data_version();
  if (!version) return tl::unexpected(version.error());
  auto snapshot = last_ != nullptr ? Snapshot::load_after(*last_, *store_, current_.newest())
                                   : Snapshot::load(*store_, current_.newest());
  if (!snapshot && snapshot.error().kind == ErrorKind::kConflict) return went_back();
  if (!snapshot) return tl::unexpected(snapshot.error());
  data_version_ = *version;
  revision_ = (*snapshot)->revision();
  last_ = *snapshot;
  return publish(std::make_shared<const Judge>(std::move(*snapshot), current_.latest_time()));
}

Result<void> LiveSnapshot::refresh() {
  const auto file = mark();
  if (!file) return tl::unexpected(file.error());
  // Another file, or one that was written to without a transaction: either way the store is opened anew.
  if (!store_ || !(*file == mark_)) return reopen();
  const auto version = store_->data_version();
  if (!version) {
    store_.reset();  // the open file may no longer be the one at the path
    return tl::unexpected(version.error());
  }
  if (*version == data_version_ && current_.confirm(revision_)) return {};
  auto loaded = load();
  if (loaded) log_->debug("the store has changed and was read again");
  return loaded;
}

void LiveSnapshot::follow() {
  std::unique_lock lock(mutex_);
  const auto is_called = [this] { return stopping_ || refreshes_wanted_ != refreshes_done_; };
  wake_.wait(lock, [this] { return stopping_ || started_; });
  while (true) {
    wake_.wait_for(lock, kPollInterval, is_called);
    if (stopping_) return;
    const std::uint64_t wanted = refreshes_wanted_;
    const bool must_succeed = std::exchange(must_succeed_, false);
    lock.unlock();
    std::optional<libtoken::Error> failure;
    try {
      failure = try_refresh(must_succeed);
    } catch (const std::exception&) {  // no memory, not even for a line in the log
      judge_nothing();
      failure.emplace();
    }
    lock.lock();
    available_ = !failure;
    refreshes_done_ = wanted;
    refreshed_.notify_all();
  }
}

std::optional<libtoken::Error> LiveSnapshot::try_refresh(bool must_succeed) {
  Result<void> refreshed;
  try {
    refreshed = refresh();
  } catch (const std::exception& error) {
    refreshed = fail(ErrorKind::kStoreUnavailable, error.what());
  }
  if (refreshed) {
    if (failed_) log_->info("the store is available again");
    failed_ = false;
    return std::nullopt;
  }
  if (must_succeed || !may_pass(refreshed.error())) judge_nothing();
  if (!failed_) log_->error("store unavailable: {}", libtoken::escape_untrusted(refreshed.error().message));
  failed_ = true;
  return refreshed.error();
}

bool LiveSnapshot::may_pass(const libtoken::Error& error) const {
  if (error.kind != ErrorKind::kStoreUnavailable && error.kind != ErrorKind::kStoreFull) return false;
  const auto file = mark();
  return file && file->device == mark_.device && file->inode == mark_.inode;
}

}  // namespace tokend
