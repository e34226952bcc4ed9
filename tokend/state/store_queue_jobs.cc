// How the threads of the store queue do the jobs that they have taken.
#include <algorithm>
#include <utility>

#include "libtoken/text.h"
#include "state/store_queue.h"

namespace tokend {
namespace {

using libtoken::ErrorKind;
using libtoken::authority::Store;
using libtoken::authority::WriteBatch;

/// A job that has waited longer is refused as busy: its client may no longer want it done.
constexpr std::chrono::seconds kPatience{30};

/// The result of work that may find no memory, not even to say what failed.
template <class Value, class Work>
libtoken::Result<Value> guarded(Work work) noexcept {
  try {
    return work();
  } catch (const std::exception&) {
    return tl::unexpected<libtoken::Error>(libtoken::Error{ErrorKind::kStoreUnavailable, {}, 0});
  }
}

bool is_revocation(Lane lane) noexcept { return lane == Lane::kRevoke || lane == Lane::kNarrowRevoke; }

}  // namespace

template <class MakeResponse>
void StoreQueue::answer(StoreJob& job, MakeResponse make) noexcept {
  try {
    job.answer = make();
  } catch (const std::exception&) {
    job.answer = Response{};
    job.answer.status = 500;  // not even memory for a sentence
  }
  finish(job);
}

void StoreQueue::finish(StoreJob& job) noexcept {
  try {
    job.done(std::static_pointer_cast<StoreJob>(job.shared_from_this()));
  } catch (const std::exception&) {  // no memory: the client gets no answer, and gives up in time
  }
}

std::optional<StoreOutcome> StoreQueue::outcome_of(Thread& thread, const StoreJob& job, Store* store) noexcept {
  if (job.abandoned) return std::nullopt;
  StoreOutcome outcome;
  try {
    if (std::chrono::steady_clock::now() - job.since > kPatience) {
      outcome.response = busy_response();
    } else {
      outcome = thread.handler->run(job, store);
    }
  } catch (const std::exception& error) {
    try {
      log_->error("internal error: {}", libtoken::escape_untrusted(error.what(), 400));
      outcome = {internal_response(), false, {}};
    } catch (const std::exception&) {
      outcome.response.status = 500;  // not even memory for a sentence
    }
  }
  return outcome;
}

void StoreQueue::warn(const char* what, const libtoken::Error& error) noexcept {
  try {
    faults_.warn(what, error.message);
  } catch (const std::exception&) {  // no memory, not even for a line in the log
  }
}

bool StoreQueue::do_next(Thread& thread, std::unique_lock<std::mutex>& lock) {
  auto next = take_next(thread, std::chrono::steady_clock::now());
  if (!next) return false;
  const bool reads = next->lane == Lane::kRead;
  thread.jobs.push_back(std::move(*next));
  work(lock, [&] {
    if (reads) {
      read(thread, thread.jobs.front().job());
    } else {
      write_together(thread);
    }
  });
  const auto now = std::chrono::steady_clock::now();
  for (const Next& one : thread.jobs) lanes_[index_of(one.lane)].done(one.taken, now);
  thread.jobs.clear();
  if (reads) wake_those_for(Lane::kRead);  // the next job of this token may be taken now, by another thread too
  return true;
}

void StoreQueue::read(Thread& thread, StoreJob& job) noexcept {
  auto outcome = outcome_of(thread, job, try_to_open_store(thread));
  if (outcome) answer(job, [&] { return thread.handler->answer_to(std::move(*outcome), true); });
}

void StoreQueue::write_alone(Thread& thread, StoreJob& job, Store* store) noexcept {
  auto outcome = outcome_of(thread, job, store);
  if (!outcome) return;
  answer(job, [&] {
    const bool published = !outcome->publish || publish();
    return thread.handler->answer_to(std::move(*outcome), published);
  });
}

StoreJob* StoreQueue::take_another(Thread& thread, SteadyTime begun) noexcept {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  const auto& jobs = thread.jobs;
  if (stopping_ || changes_wanted_ != 0 || jobs.size() >= kMostInTransaction || now - begun >= kLongestTransaction) {
    return nullptr;
  }
  // Once there is a revocation in it, it is not made longer for anything else.
  const bool has_revocation =
      std::any_of(jobs.begin(), jobs.end(), [](const Next& one) { return is_revocation(one.lane); });
  const auto revocation_at =
      std::min(lanes_[index_of(Lane::kRevoke)].next_at(now), lanes_[index_of(Lane::kNarrowRevoke)].next_at(now));
  if (has_revocation && revocation_at > now) return nullptr;
  auto next = take_next(thread, now);
  if (!next) return nullptr;
  thread.jobs.push_back(std::move(*next));
  return &thread.jobs.back().job();
}

void StoreQueue::write_together(Thread& thread) noexcept {
  const auto begun = std::chrono::steady_clock::now();
  Store* const store = try_to_open_store(thread);
  StoreJob* job = &thread.jobs.front().job();
  if (store == nullptr) return write_alone(thread, *job, nullptr);  // which says that there is no store
  auto opened = guarded<WriteBatch>([&] { return WriteBatch::begin(*store); });
  if (!opened) {
    warn("the store cannot be written", opened.error());
    return answer(*job, [&] { return thread.handler->not_written(); });
  }
  std::optional<WriteBatch> batch(std::move(*opened));
  do {
    thread.jobs.back().outcome = outcome_of(thread, *job, store);
  } while (batch->is_whole() && (job = take_another(thread, begun)) != nullptr);

  const bool was_whole = batch->is_whole();
  const auto committed = guarded<void>([&] { return batch->commit(); });
  batch.reset();
  if (!committed && (!was_whole || committed.error().kind == ErrorKind::kStoreFull)) {
    // Certainly nothing was written. One by one, what can be written is: a revocation may take space kept aside for it.
    for (const Next& one : thread.jobs) write_alone(thread, one.job(), try_to_open_store(thread));
    return;
  }
  if (!committed) {
    warn("what was written could not be brought to the disk", committed.error());
    close_store(thread);
  }
  const bool wanted = std::any_of(thread.jobs.begin(), thread.jobs.end(),
                                  [](const Next& one) { return one.outcome && one.outcome->publish; });
  bool published = true;
  try {
    // Also what failed is read again: nobody knows whether it was written.
    if (wanted) published = publish();
  } catch (const std::exception&) {
    published = false;
  }
  for (Next& one : thread.jobs) {
    if (!one.outcome) continue;
    answer(one.job(), [&] {
      return committed ? thread.handler->answer_to(std::move(*one.outcome), published) : thread.handler->not_written();
    });
  }
}

}  // namespace tokend
