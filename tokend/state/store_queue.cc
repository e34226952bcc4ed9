#include "state/store_queue.h"

#include <algorithm>
#include <utility>

#include "libtoken/text.h"

namespace tokend {
namespace {

/// A store is closed after a while without work: a connection to a file that was replaced meanwhile would, when it is
/// closed, remove the new file's log.
constexpr std::chrono::milliseconds kKeepOpen{200};
/// A lane in which a job waits is passed over at most this often in favour of lanes before it.
constexpr std::size_t kMostPassedOver = 4;
constexpr std::size_t kMostLateRefusals = 1024;
/// A write-ahead log cannot be emptied while somebody reads, and of two readers one nearly always does. Beyond this
/// size they are made to pause.
constexpr std::int64_t kMostLogBytes = 16 * 1024 * 1024;
constexpr std::size_t kTransactionsBetweenLooks = 16;
constexpr std::chrono::seconds kReadersPatience{1};

template <std::size_t... Index>
std::array<FairQueue, kLanes> make_lanes(std::index_sequence<Index...>) {
  return {FairQueue(StoreQueue::shares_of(static_cast<Lane>(Index)))...};
}

}  // namespace

FairQueue::Shares StoreQueue::shares_of(Lane lane) noexcept {
  switch (lane) {
    case Lane::kRevoke: return {128, 64, 32, 16, kMostInTransaction, kMostInTransaction};
    case Lane::kNarrowRevoke: return {64, 16, 8, 4, kMostInTransaction, kMostInTransaction};
    case Lane::kWrite: return {256, 128, 64, 64, kMostInTransaction, kMostInTransaction};
    case Lane::kRead: return {256, 32, 16, 8, 1, 1};
  }
  return {};
}

bool StoreJob::start() { return queue_.submit(std::static_pointer_cast<StoreJob>(shared_from_this())); }

StoreQueue::StoreQueue(const CurrentJudge& judges, Clock clock, const StoreJobHandlerFactory& make_handler,
                       std::shared_ptr<spdlog::logger> log, std::chrono::milliseconds upkeep_interval)
    : log_(log),
      upkeep_interval_(upkeep_interval),
      faults_(std::move(log), RateLimitedLog::kForFaults, "faults of the store"),
      upkeep_(judges.latest_time(), std::move(clock), faults_),
      lanes_(make_lanes(std::make_index_sequence<kLanes>())) {
  const StoreServices services{[this] { return publish(); },
                               [this](const libtoken::TokenId& id) { upkeep_.note_uses({id}); },
                               [this](const RefusalLimit::Refused& refused) { return upkeep_.limit_refusal(refused); }};
  const auto add = [&](std::vector<Lane> lanes) {
    threads_.push_back(std::make_unique<Thread>(std::move(lanes), make_handler(services)));
  };
  add({Lane::kRevoke, Lane::kNarrowRevoke, Lane::kWrite});
  for (std::size_t i = 0; i < kReaders; ++i) add({Lane::kRead});
}

StoreQueue::~StoreQueue() { stop(); }

void StoreQueue::start(libtoken::authority::StoreAddress address, LiveSnapshot& live) {
  address_ = std::move(address);
  live_ = &live;
  keep_space();
  threads_.front()->upkeep_at = std::chrono::steady_clock::now() + upkeep_interval_;
  for (const auto& thread : threads_) thread->thread = std::thread([this, &thread] { run(*thread); });
}

void StoreQueue::change(libtoken::authority::StoreAddress address, const std::function<LiveSnapshot&()>& change) {
  {
    std::unique_lock lock(mutex_);
    ++changes_wanted_;
    rested_.wait(lock, [this] { return at_work_ == 0; });
  }
  for (const auto& thread : threads_) close_store(*thread);
  address_ = std::move(address);
  live_ = &change();
  keep_space();
  {
    const std::lock_guard lock(mutex_);
    --changes_wanted_;
  }
  wake_all();
}

void StoreQueue::stop() noexcept {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_all();
  for (const auto& thread : threads_) {
    if (thread->thread.joinable()) thread->thread.join();
  }
}

bool StoreQueue::submit(const std::shared_ptr<StoreJob>& job) {
  std::shared_ptr<StoreJob> refused;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    auto admission = lanes_[index_of(job->lane)].add(job, job->caller);
    refused = admission.admitted ? std::static_pointer_cast<StoreJob>(std::move(admission.displaced)) : job;
    if (refused != nullptr && refuse_late(refused)) {
      refused.reset();
      wake_all();  // any thread may see to it
    }
  }
  wake_those_for(job->lane);
  if (refused == job) return false;
  if (refused != nullptr) refuse(refused);
  return true;
}

bool StoreQueue::refuse_late(const std::shared_ptr<StoreJob>& job) noexcept {
  if (refusals_.size() >= kMostLateRefusals) return false;
  try {
    refusals_.push_back({std::chrono::steady_clock::now() + kRefusalDelay, job});
  } catch (const std::exception&) {
    return false;  // no memory to keep it with
  }
  job->drop_request();
  return true;
}

StoreQueue::SteadyTime StoreQueue::next_at(const Thread& thread, SteadyTime now) const noexcept {
  SteadyTime at = refusals_.empty() ? SteadyTime::max() : refusals_.front().at;
  for (const Lane lane : thread.serves) at = std::min(at, lanes_[index_of(lane)].next_at(now));
  return std::min({at, thread.close_store_at, thread.upkeep_at});
}

std::optional<StoreQueue::Next> StoreQueue::take_next(const Thread& thread, SteadyTime now) noexcept {
  const auto is_ready = [&](Lane lane) { return lanes_[index_of(lane)].next_at(now) <= now; };
  const auto& serves = thread.serves;
  // A lane that was passed over often enough; else the first with a job that may be taken.
  auto chosen = std::find_if(serves.begin(), serves.end(), [&](Lane lane) {
    return passed_over_[index_of(lane)] >= kMostPassedOver && is_ready(lane);
  });
  if (chosen == serves.end()) chosen = std::find_if(serves.begin(), serves.end(), is_ready);
  if (chosen == serves.end()) return std::nullopt;
  for (const Lane lane : serves) passed_over_[index_of(lane)] += is_ready(lane) && lane != *chosen ? 1 : 0;
  passed_over_[index_of(*chosen)] = 0;
  return Next{*chosen, *lanes_[index_of(*chosen)].take(now), std::nullopt};
}

void StoreQueue::wake_those_for(Lane lane) noexcept {
  for (const auto& thread : threads_) {
    if (std::find(thread->serves.begin(), thread->serves.end(), lane) != thread->serves.end()) {
      thread->wake.notify_one();
    }
  }
}

void StoreQueue::wake_all() noexcept {
  for (const auto& thread : threads_) thread->wake.notify_one();
}

void StoreQueue::run(Thread& thread) noexcept {
  std::unique_lock lock(mutex_);
  while (!stopping_) turn(thread, lock);
  lock.unlock();
  while (&thread == threads_.front().get() && keep_up(thread, true)) {
  }
  close_store(thread);
}

void StoreQueue::turn(Thread& thread, std::unique_lock<std::mutex>& lock) {
  const bool writes = &thread == threads_.front().get();
  if (changes_wanted_ != 0 || (readers_pause_ && !writes)) return thread.wake.wait(lock);
  SteadyTime now = std::chrono::steady_clock::now();
  if (const SteadyTime at = next_at(thread, now); at > now) {
    thread.wake.wait_until(lock, at);
    return;
  }
  if (!refusals_.empty() && refusals_.front().at <= now) {
    const std::shared_ptr<StoreJob> job = std::move(refusals_.front().job);
    refusals_.pop_front();
    return work(lock, [&] { refuse(job); });
  }
  if (do_next(thread, lock)) {
    now = std::chrono::steady_clock::now();
    thread.close_store_at = now + kKeepOpen;
    if (writes && ++transactions_ % kTransactionsBetweenLooks == 0) shorten_log(thread, lock);
  }
  if (now >= thread.upkeep_at) {
    bool more = false;
    work(lock, [&] { more = keep_up(thread, false); });
    thread.upkeep_at = more ? now : now + upkeep_interval_;  // jobs that wait are done in between
    thread.close_store_at = now + kKeepOpen;
  } else if (now >= thread.close_store_at) {
    work(lock, [&] { close_store(thread); });
    thread.close_store_at = SteadyTime::max();
  }
}

void StoreQueue::shorten_log(Thread& thread, std::unique_lock<std::mutex>& lock) {
  if (!thread.store || changes_wanted_ != 0) return;
  if (thread.store->log_bytes() <= kMostLogBytes) return;
  readers_pause_ = true;
  const bool rest = rested_.wait_for(lock, kReadersPatience, [this] { return at_work_ == 0; });
  if (rest && changes_wanted_ == 0 && thread.store) {
    work(lock, [&] { thread.store->empty_log(); });
  }
  readers_pause_ = false;
  wake_all();
}

void StoreQueue::close_store(Thread& thread) noexcept {
  thread.store.reset();
  thread.handler->release();
}

void StoreQueue::keep_space() noexcept {
  try {
    if (const auto kept = libtoken::authority::keep_space(address_); !kept) {
      faults_.warn("tokens may not be revoked once the disk is full", kept.error().message);
    }
  } catch (const std::exception&) {  // no memory: the next time
  }
}

bool StoreQueue::keep_up(Thread& thread, bool at_end) noexcept {
  if (!at_end) keep_space();
  return upkeep_.write([&] { return open_store(thread); }, at_end);
}

void StoreQueue::refuse(const std::shared_ptr<StoreJob>& job) noexcept {
  try {
    job->answer = busy_response();
  } catch (const std::exception&) {
    job->answer.status = 503;  // not even memory for a sentence
  }
  finish(*job);
}

libtoken::authority::Store* StoreQueue::try_to_open_store(Thread& thread) noexcept {
  try {
    return open_store(thread);
  } catch (const std::exception&) {
    return nullptr;
  }
}

libtoken::authority::Store* StoreQueue::open_store(Thread& thread) {
  auto& store = thread.store;
  if (store && store->data_version()) return &*store;
  store.reset();
  auto opened = libtoken::authority::Store::open(address_);
  if (!opened) {
    faults_.warn("the store cannot be opened", opened.error().message);
    return nullptr;
  }
  store.emplace(std::move(*opened));
  // The job must be decided by a judge of this store that is no older than this.
  (void)live_->refresh_now();
  return &*store;
}

bool StoreQueue::publish() {
  if (live_->refresh_after_writing()) return true;
  faults_.warn("the store could not be read again after writing; nothing is judged until it can be read");
  return false;
}

}  // namespace tokend
