#include "api/batch_pool.h"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <utility>

namespace tokend {
namespace {

constexpr int kNice = 5;
constexpr std::chrono::seconds kLongestSleep{1};

}  // namespace

void BatchCrew::start(const std::vector<std::unique_ptr<RequestHandlers>>& handlers) {
  for (const auto& own : handlers) threads_.emplace_back([this, &own] { run(*own); });
}

void BatchCrew::add(std::shared_ptr<BatchJob> job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  wake_.notify_all();
}

void BatchCrew::stop() noexcept {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    jobs_.clear();
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void BatchCrew::run(RequestHandlers& handlers) {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);  // of this thread alone
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (jobs_.empty()) {
      const bool woken = wake_.wait_for(lock, kLongestSleep, [this] { return stopping_ || !jobs_.empty(); });
      if (woken) continue;
      lock.unlock();
      try {
        handlers.refresh();
        handlers.hand_in_uses();
      } catch (const std::exception&) {  // that a token was used today may stay unwritten
      }
      lock.lock();
      continue;
    }
    std::size_t slice = 0;
    std::shared_ptr<BatchJob> job = take_slice(slice);
    lock.unlock();
    if (job->answer_slice(slice, handlers)) job->done(job);
    job.reset();  // whoever holds it last frees much, and nobody should wait for that
    lock.lock();
  }
}

std::shared_ptr<BatchJob> BatchCrew::take_slice(std::size_t& slice) noexcept {
  const std::size_t at = turn_ % jobs_.size();
  std::shared_ptr<BatchJob> job = jobs_[at];
  slice = job->next_slice++;
  if (job->next_slice == job->slices()) {
    jobs_.erase(jobs_.begin() + static_cast<std::ptrdiff_t>(at));
    turn_ = at;
  } else {
    turn_ = at + 1;
  }
  return job;
}

}  // namespace tokend
