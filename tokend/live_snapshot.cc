#include "live_snapshot.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "libtoken/text.h"

namespace tokend {

using libtoken::ErrorKind;
using libtoken::fail;
using libtoken::Result;
using libtoken::authority::Judge;
using libtoken::authority::Snapshot;
using libtoken::authority::Store;

Result<std::unique_ptr<LiveSnapshot>> LiveSnapshot::open(libtoken::authority::StoreAddress address,
                                                         JudgeSlot& slot, std::shared_ptr<spdlog::logger> log) {
  std::unique_ptr<LiveSnapshot> live(new LiveSnapshot(std::move(address), slot, std::move(log)));
  if (auto opened = live->reopen(); !opened) return tl::unexpected(opened.error());
  return live;
}

void LiveSnapshot::start() {
  slot_.publish(std::move(first_));
  started_ = true;
  thread_ = std::thread([this] { follow(); });
}

LiveSnapshot::LiveSnapshot(libtoken::authority::StoreAddress address, JudgeSlot& slot,
                           std::shared_ptr<spdlog::logger> log)
    : address_(std::move(address)), slot_(slot), log_(std::move(log)) {}

void LiveSnapshot::publish(std::shared_ptr<const Judge> judge) {
  if (started_) {
    slot_.publish(std::move(judge));
  } else {
    first_ = std::move(judge);
  }
}

LiveSnapshot::~LiveSnapshot() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
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
  // The old connection goes first: as the last one of a store it tidies up files that are named after the path.
  store_.reset();
  auto store = Store::open(address_);
  if (!store) return tl::unexpected(store.error());
  store_.emplace(std::move(*store));
  const auto file = mark();
  if (!file) return tl::unexpected(file.error());
  mark_ = *file;
  // Before reading, so that a change in between shows as one on the next look.
  const auto version = store_->data_version();
  if (!version) return tl::unexpected(version.error());
  data_version_ = *version;
  auto snapshot = Snapshot::load(*store_);
  if (!snapshot) return tl::unexpected(snapshot.error());
  publish(std::make_shared<const Judge>(std::move(*snapshot)));
  return {};
}

Result<void> LiveSnapshot::refresh() {
  const auto file = mark();
  if (!file) return tl::unexpected(file.error());
  // Another file, or the same one written to from outside a transaction's log: both are met by opening it anew.
  if (!store_ || !(*file == mark_)) return reopen();
  const auto version = store_->data_version();
  if (!version) return tl::unexpected(version.error());
  if (*version != data_version_) {
    auto snapshot = Snapshot::load(*store_);
    if (!snapshot) return tl::unexpected(snapshot.error());
    data_version_ = *version;
    publish(std::make_shared<const Judge>(std::move(*snapshot)));
    log_->debug("the store has changed and was read again");
    return {};
  }
  slot_.confirm();
  return {};
}

void LiveSnapshot::follow() {
  bool available = true;
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kPollInterval, [this] { return stopping_; })) {
    lock.unlock();
    try {
      available = look(available);
    } catch (const std::exception&) {  // no memory, not even to say so
      publish(nullptr);
      store_.reset();
      available = false;
    }
    lock.lock();
  }
}

bool LiveSnapshot::look(bool was_available) {
  Result<void> refreshed;
  try {
    refreshed = refresh();
  } catch (const std::exception& error) {
    refreshed = fail(ErrorKind::kStoreUnavailable, error.what());
  }
  if (!refreshed) {
    publish(nullptr);
    store_.reset();
    if (was_available) log_->error("store unavailable: {}", libtoken::escape_untrusted(refreshed.error().message));
  } else if (!was_available) {
    log_->info("the store is available again");
  }
  return refreshed.has_value();
}

}  // namespace tokend
