#include "registry_desk.h"

#include <algorithm>
#include <cstring>

#include "authority/issued.h"
#include "libtoken/text.h"
#include "service_errors.h"

namespace tokend {
namespace {

/// Ids that are kept until they can be written; more tokens than that are not all used in a minute.
constexpr std::size_t kMostUses = std::size_t{1} << 20;
/// Written in one go, so that requests need not wait long.
constexpr std::size_t kUsesAtOnce = 500;
/// A store is let go of after a while without work: a connection to a file that was replaced meanwhile would tidy up
/// the new one's when it ends.
constexpr std::chrono::milliseconds kKeepOpen{200};
/// Whoever has waited longer is told to come again: what was asked may be wanted no more.
constexpr std::chrono::seconds kPatience{30};
/// How often the time is written down: whoever watches the store has to read it again.
constexpr std::int64_t kTimeIntervalSeconds = 60 * 60;

}  // namespace

std::size_t RegistryDesk::IdHash::operator()(const libtoken::TokenId& id) const noexcept {
  std::size_t hash = 0;  // an id is a hash itself
  std::memcpy(&hash, id.bytes.data(), sizeof hash);
  return hash;
}

RegistryDesk::RegistryDesk(const JudgeSlot& judges, Clerk::Clock clock, std::shared_ptr<spdlog::logger> log,
                           std::chrono::milliseconds use_interval)
    : clock_(clock),
      latest_(judges.latest_time()),
      log_(log),
      use_interval_(use_interval),
      faults_(log),
      clerk_(judges, std::move(clock),
             {[this] { return publish(); }, [this](const libtoken::TokenId& id) { hand_in_uses({id}); }}, std::move(log)) {}

RegistryDesk::~RegistryDesk() { stop(); }

void RegistryDesk::start(libtoken::authority::StoreAddress address, LiveSnapshot& live) {
  address_ = std::move(address);
  live_ = &live;
  thread_ = std::thread([this] { run(); });
}

void RegistryDesk::change(libtoken::authority::StoreAddress address, const std::function<LiveSnapshot&()>& change) {
  {
    const std::lock_guard lock(mutex_);
    ++changes_wanted_;
  }
  {
    const std::lock_guard lock(work_mutex_);
    store_.reset();
    address_ = std::move(address);
    live_ = &change();
  }
  {
    const std::lock_guard lock(mutex_);
    --changes_wanted_;
  }
  wake_.notify_all();
}

void RegistryDesk::stop() noexcept {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool RegistryDesk::submit(std::shared_ptr<ManagementJob> job) {
  {
    const std::lock_guard lock(mutex_);
    const auto same =
        std::count_if(waiting_.begin(), waiting_.end(), [&](const auto& other) { return other->asker_org == job->asker_org; });
    if (waiting_.size() >= kMostWaiting || static_cast<std::size_t>(same) >= kMostOfOne || stopping_) return false;
    waiting_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

void RegistryDesk::hand_in_uses(const std::vector<libtoken::TokenId>& ids) {
  const std::lock_guard lock(mutex_);
  for (const libtoken::TokenId& id : ids) {
    if (used_.size() < kMostUses) used_.insert(id);
  }
}

void RegistryDesk::run() {
  SteadyTime write_at = std::chrono::steady_clock::now() + use_interval_;
  SteadyTime close_at = SteadyTime::max();
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_.wait_until(lock, std::min(write_at, close_at), [this] { return stopping_ || (!waiting_.empty() && changes_wanted_ == 0); });
    if (stopping_) break;
    const std::shared_ptr<ManagementJob> job = changes_wanted_ == 0 ? take_next() : nullptr;
    lock.unlock();
    if (job != nullptr) serve(job);
    const SteadyTime now = std::chrono::steady_clock::now();
    if (now >= write_at) {
      write_uses();
      write_time(false);
      write_at = now + use_interval_;
    }
    if (job == nullptr && now >= close_at) {
      close_store();
      close_at = SteadyTime::max();
    } else {
      close_at = now + kKeepOpen;
    }
    lock.lock();
  }
  lock.unlock();
  write_uses();
  write_time(true);
  close_store();
}

/// The oldest of another org than the last one, so that one org's many do not hold up all others'; else the oldest.
std::shared_ptr<ManagementJob> RegistryDesk::take_next() {
  if (waiting_.empty()) return nullptr;
  auto next = std::find_if(waiting_.begin(), waiting_.end(),
                           [this](const auto& job) { return job->asker_org != last_org_; });
  if (next == waiting_.end()) next = waiting_.begin();
  std::shared_ptr<ManagementJob> job = std::move(*next);
  waiting_.erase(next);
  last_org_ = job->asker_org;
  return job;
}

void RegistryDesk::close_store() {
  const std::lock_guard work(work_mutex_);
  store_.reset();
  clerk_.rest();
}

void RegistryDesk::serve(const std::shared_ptr<ManagementJob>& job) noexcept {
  if (job->abandoned) return;
  try {
    const std::lock_guard work(work_mutex_);
    job->answer = answer(*job);
  } catch (const std::exception& error) {
    try {
      log_->error("internal error: {}", libtoken::escape_untrusted(error.what(), 400));
      job->answer = internal_response();
    } catch (...) {
      job->answer.status = 500;  // not even memory for a sentence
    }
  }
  try {
    job->done(job);
  } catch (const std::exception&) {  // no memory to tell; the client's own patience ends
  }
}

Response RegistryDesk::answer(const ManagementJob& job) {
  if (std::chrono::steady_clock::now() - job.since > kPatience) return busy_response();
  libtoken::authority::Store* store = open_store();
  if (store == nullptr) return store_unavailable_response();
  return clerk_.answer(job.request, job.authorization, job.peer, *store);
}

libtoken::authority::Store* RegistryDesk::open_store() {
  if (store_ && store_->data_version()) return &*store_;
  store_.reset();
  auto opened = libtoken::authority::Store::open(address_);
  if (!opened) {
    faults_.warn("the registry cannot be used: " + libtoken::escape_untrusted(opened.error().message));
    return nullptr;
  }
  store_.emplace(std::move(*opened));
  // What we are about to decide by should be of this store, and no older than our looking.
  (void)live_->look_now();
  return &*store_;
}

bool RegistryDesk::publish() {
  if (live_->look_after_writing()) return true;
  faults_.warn("the store could not be read again at once, and nothing is judged until it can");
  return false;
}

void RegistryDesk::write_uses() {
  std::vector<libtoken::TokenId> ids;
  const std::lock_guard work(work_mutex_);
  try {
    const std::int64_t now = clock_();
    constexpr std::int64_t kDay = 24 * 60 * 60;
    if (now / kDay != written_day_ || written_.size() > kMostUses) written_.clear();
    written_day_ = now / kDay;
    {
      const std::lock_guard lock(mutex_);
      for (const libtoken::TokenId& id : used_) {
        if (!written_.contains(id)) ids.push_back(id);
      }
      used_.clear();
    }
    if (ids.empty()) return;
    auto* store = open_store();
    while (store != nullptr && !ids.empty()) {
      const std::size_t some = std::min(kUsesAtOnce, ids.size());
      const std::vector<libtoken::TokenId> part(ids.end() - static_cast<std::ptrdiff_t>(some), ids.end());
      const auto noted = libtoken::authority::note_uses(*store, part, now);
      if (!noted) {
        faults_.warn("which tokens were used could not be written down: " +
                     libtoken::escape_untrusted(noted.error().message));
        break;
      }
      written_.insert(part.begin(), part.end());
      ids.resize(ids.size() - some);
    }
  } catch (const std::exception& error) {
    faults_.warn("which tokens were used could not be written down: " + libtoken::escape_untrusted(error.what(), 200));
  }
  if (!ids.empty()) hand_in_uses(ids);  // for the next time
}

// A token that this daemon has seen to be over must be over for the next one too, if the clock is set back meanwhile.
void RegistryDesk::write_time(bool at_end) {
  const std::lock_guard work(work_mutex_);
  const std::int64_t latest = latest_->unix_s();
  if (latest <= written_time_unix_s_ + (at_end ? 0 : kTimeIntervalSeconds)) return;
  try {
    auto* store = open_store();
    if (store == nullptr) return;
    const auto written = libtoken::authority::remember_time(*store, latest);
    if (written) written_time_unix_s_ = latest;
    if (!written) {
      faults_.warn("the time could not be written down: " + libtoken::escape_untrusted(written.error().message));
    }
  } catch (const std::exception& error) {
    faults_.warn("the time could not be written down: " + libtoken::escape_untrusted(error.what(), 200));
  }
}

}  // namespace tokend
