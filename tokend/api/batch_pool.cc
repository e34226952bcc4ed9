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

void BatchPool::start(const ApiServices& services, std::size_t threads) {
  for (std::size_t i = 0; i < threads; ++i) {
    HandlerState& state = *states_.emplace_back(std::make_unique<HandlerState>(services));
    threads_.emplace_back([this, &state] { run(state); });
  }
}

void BatchPool::add(std::shared_ptr<BatchJob> job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  wake_.notify_all();
}

void BatchPool::stop() noexcept {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    jobs_.clear();
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void BatchPool::run(HandlerState& state) {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);  // of this thread alone
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (jobs_.empty()) {
      const bool woken = wake_.wait_for(lock, kLongestSleep, [this] { return stopping_ || !jobs_.empty(); });
      if (woken) continue;
      lock.unlock();
      try {
        state.idle();
        state.flush_uses();
      } catch (const std::exception&) {  // no memory; the uses of this minute may stay unwritten
      }
      lock.lock();
      continue;
    }
    std::size_t slice = 0;
    std::shared_ptr<BatchJob> job = take_slice(slice);
    lock.unlock();
    if (job->answer_slice(slice, state)) job->done(job);
    job.reset();  // freeing a batch takes time, which nobody should spend waiting for the lock
    lock.lock();
  }
}

std::shared_ptr<BatchJob> BatchPool::take_slice(std::size_t& slice) noexcept {
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
