#include "state/store_queue.h"

#include <algorithm>
#include <utility>

#include "libtoken/text.h"
#include "api/service_errors.h"

namespace tokend {
namespace {

/// A store is let go of after a while without work: a connection to a file that was replaced meanwhile would tidy up
/// the new one's when it ends.
constexpr std::chrono::milliseconds kKeepOpen{200};
/// Whoever has waited longer is told to come again: what was asked may be wanted no more.
constexpr std::chrono::seconds kPatience{30};
/// A lane with somebody in it is passed over so often before it is served whatever waits before it.
constexpr std::size_t kMostPassedOver = 4;
constexpr std::size_t kMostLateRefusals = 1024;
/// With two readers somebody is always reading: beyond this they are made to pause, so that the log can be emptied.
constexpr std::int64_t kMostLogBytes = 16 * 1024 * 1024;
constexpr std::size_t kJobsBetweenLooks = 64;
constexpr std::chrono::seconds kReadersPatience{1};

std::size_t index_of(Lane lane) noexcept { return static_cast<std::size_t>(lane); }

template <std::size_t... Index>
std::array<FairQueue, kLanes> make_lanes(std::index_sequence<Index...>) {
  return {FairQueue(StoreQueue::shares_of(static_cast<Lane>(Index)))...};
}

}  // namespace

FairQueue::Shares StoreQueue::shares_of(Lane lane) noexcept {
  switch (lane) {
    case Lane::kRevoke:
      return {128, 64, 32, 16, 1, 1};
    case Lane::kNarrowRevoke:
      return {64, 16, 8, 4, 1, 1};
    case Lane::kWrite:
      return {128, 32, 16, 8, 1, 1};
    case Lane::kRead:
      return {256, 32, 16, 8, 1, 1};
  }
  return {};
}

StoreQueue::StoreQueue(const JudgeSlot& judges, Clerk::Clock clock, std::shared_ptr<spdlog::logger> log,
                       std::chrono::milliseconds upkeep_interval)
    : log_(log),
      upkeep_interval_(upkeep_interval),
      faults_(log),
      upkeep_(judges.latest_time(), clock, faults_),
      lanes_(make_lanes(std::make_index_sequence<kLanes>())) {
  const Clerk::Helpers helpers{[this] { return publish(); },
                               [this](const libtoken::TokenId& id) { upkeep_.note_uses({id}); },
                               [this](const RefusalLimit::Refused& refused) { return upkeep_.limit_refusal(refused); }};
  const auto add = [&](std::vector<Lane> lanes) {
    servers_.push_back(std::make_unique<Server>(std::move(lanes), Clerk(judges, clock, helpers, log)));
  };
  add({Lane::kRevoke, Lane::kNarrowRevoke, Lane::kWrite});
  for (std::size_t i = 0; i < kReaders; ++i) add({Lane::kRead});
}

StoreQueue::~StoreQueue() { stop(); }

void StoreQueue::start(libtoken::authority::StoreAddress address, LiveSnapshot& live) {
  address_ = std::move(address);
  live_ = &live;
  servers_.front()->upkeep_at = std::chrono::steady_clock::now() + upkeep_interval_;
  for (const auto& server : servers_) server->thread = std::thread([this, &server] { run(*server); });
}

void StoreQueue::change(libtoken::authority::StoreAddress address, const std::function<LiveSnapshot&()>& change) {
  {
    std::unique_lock lock(mutex_);
    ++changes_wanted_;
    rested_.wait(lock, [this] { return at_work_ == 0; });
  }
  for (const auto& server : servers_) close_store(*server);
  address_ = std::move(address);
  live_ = &change();
  {
    const std::lock_guard lock(mutex_);
    --changes_wanted_;
  }
  wake_.notify_all();
}

void StoreQueue::stop() noexcept {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (const auto& server : servers_) {
    if (server->thread.joinable()) server->thread.join();
  }
}

bool StoreQueue::submit(const std::shared_ptr<ManagementJob>& job) {
  std::shared_ptr<ManagementJob> refused;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    auto admission = lanes_[index_of(job->lane)].add(job, job->caller);
    refused = admission.admitted ? std::static_pointer_cast<ManagementJob>(std::move(admission.displaced)) : job;
    if (refused != nullptr && refuse_late(refused)) refused.reset();
  }
  wake_.notify_all();
  if (refused == job) return false;
  if (refused != nullptr) refuse(refused);
  return true;
}

bool StoreQueue::refuse_late(const std::shared_ptr<ManagementJob>& job) noexcept {
  if (refusals_.size() >= kMostLateRefusals) return false;
  try {
    refusals_.push_back({std::chrono::steady_clock::now() + kRefusalDelay, job});
  } catch (const std::exception&) {
    return false;  // no memory: at once, then
  }
  job->drop_request();
  return true;
}

StoreQueue::SteadyTime StoreQueue::next_at(const Server& server, SteadyTime now) const noexcept {
  SteadyTime at = refusals_.empty() ? SteadyTime::max() : refusals_.front().at;
  for (const Lane lane : server.serves) at = std::min(at, lanes_[index_of(lane)].next_at(now));
  return std::min({at, server.close_store_at, server.upkeep_at});
}

std::optional<StoreQueue::Next> StoreQueue::take_next(const Server& server, SteadyTime now) noexcept {
  const auto is_ready = [&](Lane lane) { return lanes_[index_of(lane)].next_at(now) <= now; };
  const auto& serves = server.serves;
  // Who was passed over often enough; else the first.
  auto chosen = std::find_if(serves.begin(), serves.end(), [&](Lane lane) {
    return passed_over_[index_of(lane)] >= kMostPassedOver && is_ready(lane);
  });
  if (chosen == serves.end()) chosen = std::find_if(serves.begin(), serves.end(), is_ready);
  if (chosen == serves.end()) return std::nullopt;
  for (const Lane lane : serves) passed_over_[index_of(lane)] += is_ready(lane) && lane != *chosen ? 1 : 0;
  passed_over_[index_of(*chosen)] = 0;
  return Next{*chosen, *lanes_[index_of(*chosen)].take(now)};
}

template <class Work>
void StoreQueue::work(std::unique_lock<std::mutex>& lock, Work work) {
  ++at_work_;
  lock.unlock();
  work();
  lock.lock();
  if (--at_work_ == 0 && (changes_wanted_ != 0 || readers_pause_)) rested_.notify_all();
}

void StoreQueue::run(Server& server) noexcept {
  std::unique_lock lock(mutex_);
  while (!stopping_) turn(server, lock);
  lock.unlock();
  while (&server == servers_.front().get() && keep_up(server, true)) {
  }
  close_store(server);
}

void StoreQueue::turn(Server& server, std::unique_lock<std::mutex>& lock) {
  const bool writes = &server == servers_.front().get();
  if (changes_wanted_ != 0 || (readers_pause_ && !writes)) return wake_.wait(lock);
  SteadyTime now = std::chrono::steady_clock::now();
  if (const SteadyTime at = next_at(server, now); at > now) {
    wake_.wait_until(lock, at);
    return;
  }
  if (!refusals_.empty() && refusals_.front().at <= now) {
    const std::shared_ptr<ManagementJob> job = std::move(refusals_.front().job);
    refusals_.pop_front();
    return work(lock, [&] { refuse(job); });
  }
  if (const auto next = take_next(server, now)) {
    work(lock, [&] { serve(server, std::static_pointer_cast<ManagementJob>(next->taken.job)); });
    now = std::chrono::steady_clock::now();
    lanes_[index_of(next->lane)].done(next->taken, now);
    wake_.notify_all();  // the next one of this token may be taken now, by another thread too
    server.close_store_at = now + kKeepOpen;
    if (writes && ++jobs_written_ % kJobsBetweenLooks == 0) shorten_log(server, lock);
  }
  if (now >= server.upkeep_at) {
    bool more = false;
    work(lock, [&] { more = keep_up(server, false); });
    server.upkeep_at = more ? now : now + upkeep_interval_;  // whoever waits is served in between
    server.close_store_at = now + kKeepOpen;
  } else if (now >= server.close_store_at) {
    work(lock, [&] { close_store(server); });
    server.close_store_at = SteadyTime::max();
  }
}

void StoreQueue::shorten_log(Server& server, std::unique_lock<std::mutex>& lock) {
  if (!server.store || changes_wanted_ != 0) return;
  if (server.store->log_bytes() <= kMostLogBytes) return;
  readers_pause_ = true;
  if (rested_.wait_for(lock, kReadersPatience, [this] { return at_work_ == 0; }) && changes_wanted_ == 0 && server.store) {
    work(lock, [&] { server.store->empty_log(); });
  }
  readers_pause_ = false;
  wake_.notify_all();
}

void StoreQueue::close_store(Server& server) noexcept {
  server.store.reset();
  server.clerk.rest();
}

bool StoreQueue::keep_up(Server& server, bool at_end) noexcept {
  return upkeep_.write([&] { return open_store(server); }, at_end);
}

void StoreQueue::refuse(const std::shared_ptr<ManagementJob>& job) noexcept {
  try {
    job->answer = busy_response();
  } catch (const std::exception&) {
    job->answer.status = 503;  // not even memory for a sentence
  }
  tell(job);
}

void StoreQueue::serve(Server& server, const std::shared_ptr<ManagementJob>& job) noexcept {
  if (job->abandoned) return;
  try {
    job->answer = answer(server, *job);
  } catch (const std::exception& error) {
    try {
      log_->error("internal error: {}", libtoken::escape_untrusted(error.what(), 400));
      job->answer = internal_response();
    } catch (...) {
      job->answer.status = 500;  // not even memory for a sentence
    }
  }
  tell(job);
}

void StoreQueue::tell(const std::shared_ptr<ManagementJob>& job) noexcept {
  try {
    job->done(job);
  } catch (const std::exception&) {  // no memory to tell; the client's own patience ends
  }
}

Response StoreQueue::answer(Server& server, const ManagementJob& job) {
  if (std::chrono::steady_clock::now() - job.since > kPatience) return busy_response();
  libtoken::authority::Store* store = open_store(server);
  if (store == nullptr) return store_unavailable_response();
  return server.clerk.answer(job.request, job.authorization, job.peer, *store);
}

libtoken::authority::Store* StoreQueue::open_store(Server& server) {
  auto& store = server.store;
  if (store && store->data_version()) return &*store;
  store.reset();
  auto opened = libtoken::authority::Store::open(address_);
  if (!opened) {
    faults_.warn("the registry cannot be used", opened.error().message);
    return nullptr;
  }
  store.emplace(std::move(*opened));
  // What we are about to decide by should be of this store, and no older than our looking.
  (void)live_->look_now();
  return &*store;
}

bool StoreQueue::publish() {
  if (live_->look_after_writing()) return true;
  faults_.warn("the store could not be read again at once, and nothing is judged until it can");
  return false;
}

}  // namespace tokend
