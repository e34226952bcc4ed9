#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "api/batch_job.h"
#include "requests/handler_state.h"

namespace tokend {

/// Threads that answer batches in turns, a slice of one batch at a time. Their priority is lower than the workers', so
/// that the system lets a worker with a single request go first.
class BatchPool {
 public:
  BatchPool() = default;
  ~BatchPool() { stop(); }
  BatchPool(const BatchPool&) = delete;
  BatchPool& operator=(const BatchPool&) = delete;

  /// Starts so many threads. `services` is borrowed. Throws if the system gives no thread.
  void start(const ApiServices& services, std::size_t threads);
  /// Throws if there is no memory for one more job, and does not keep it then.
  void add(std::shared_ptr<BatchJob> job);
  /// Drops the batches that are left, and joins the threads.
  void stop() noexcept;

 private:
  void run(HandlerState& state);
  [[nodiscard]] std::shared_ptr<BatchJob> take_slice(std::size_t& slice) noexcept;

  std::vector<std::unique_ptr<HandlerState>> states_;  // one a thread
  std::vector<std::thread> threads_;
  std::condition_variable wake_;
  std::mutex mutex_;                             // guards what follows
  std::vector<std::shared_ptr<BatchJob>> jobs_;  // with slices that no thread has taken
  std::size_t turn_ = 0;
  bool stopping_ = false;
};

}  // namespace tokend
