#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "authority/store/store.h"
#include "net/job.h"
#include "state/fair_queue.h"
#include "state/refusal_limit.h"

namespace tokend {

class StoreQueue;

/// Where a job waits for a thread that has the store.
enum class Lane : std::uint8_t {
  kRevoke,        ///< revocations by a token that may revoke every token of its org
  kNarrowRevoke,  ///< revocations by any other token
  kWrite,
  kRead,
};
inline constexpr std::size_t kLanes = 4;
[[nodiscard]] constexpr std::size_t index_of(Lane lane) noexcept { return static_cast<std::size_t>(lane); }

/// A job that needs the store.
class StoreJob : public Job {
 public:
  /// `queue` is borrowed.
  StoreJob(StoreQueue& queue, Lane waits_in, const Caller& from) : lane(waits_in), caller(from), queue_(queue) {}

  /// Submits it to the queue.
  [[nodiscard]] bool start() final;
  [[nodiscard]] Response response() final { return std::move(answer); }

  /// Frees what only doing the job would need: it is refused, and the client is told later.
  virtual void drop_request() noexcept {}

  const Lane lane;
  const Caller caller;  ///< whose share of the queue it takes
  const std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now();
  Response answer;  ///< the queue's until `done` is called

 private:
  StoreQueue& queue_;
};

/// What a job came to. Nothing of it may be answered before what was written is on the disk.
struct StoreOutcome {
  Response response;
  bool publish = false;                       ///< what was written must be judged by before the answer is given
  std::vector<libtoken::TokenId> must_count;  ///< tokens that the judge must refuse then
};

/// Does the jobs of one thread of the queue. The queue's user defines it; every job that is submitted is of the kind
/// that the handler expects.
class StoreJobHandler {
 public:
  StoreJobHandler() = default;
  virtual ~StoreJobHandler() = default;
  StoreJobHandler(const StoreJobHandler&) = delete;
  StoreJobHandler& operator=(const StoreJobHandler&) = delete;

  /// Does one job. `store` is null if the store cannot be used just now. May throw. A job whose transaction failed is
  /// done again.
  [[nodiscard]] virtual StoreOutcome run(const StoreJob& job, libtoken::authority::Store* store) = 0;
  /// The answer to a job, now that everything is on the disk. `published`: and everything that was to be published is.
  [[nodiscard]] virtual Response answer_to(StoreOutcome&& outcome, bool published) = 0;
  /// The answer to a job of which nothing, or nobody knows what, was written: the disk is full, or failed.
  [[nodiscard]] virtual Response not_written() = 0;
  /// Called when the thread closes its store: what was kept to judge by is released.
  virtual void release() noexcept = 0;
};

/// What handlers use of the queue that they belong to.
struct StoreServices {
  /// Has everything that was written judged by. False: it could not be read again, and nothing is judged until it can.
  std::function<bool()> publish;
  /// This token was used.
  std::function<void(const libtoken::TokenId&)> note_use;
  /// Whether this refusal is to be written into the audit.
  std::function<RefusalLimit::Answer(const RefusalLimit::Refused&)> limit_refusal;
};

/// Makes the handler of one thread.
using StoreJobHandlerFactory = std::function<std::unique_ptr<StoreJobHandler>(const StoreServices&)>;

}  // namespace tokend
