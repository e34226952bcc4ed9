#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "api/batch.h"
#include "api/handlers.h"

namespace tokend {

/// Threads that answer batches, in turns, a slice of each at a time. They ask the system for less than the workers do,
/// so that it lets a worker with a single request go first.
class BatchCrew {
 public:
  BatchCrew() = default;
  ~BatchCrew() { stop(); }
  BatchCrew(const BatchCrew&) = delete;
  BatchCrew& operator=(const BatchCrew&) = delete;

  /// A thread for each; they are borrowed. Throws if the system gives none.
  void start(const std::vector<std::unique_ptr<RequestHandlers>>& handlers);
  /// Throws if there is no memory for one more, and leaves it then.
  void add(std::shared_ptr<BatchJob> job);
  /// Lets go of the batches that are left, and joins.
  void stop() noexcept;

 private:
  void run(RequestHandlers& handlers);
  [[nodiscard]] std::shared_ptr<BatchJob> take_slice(std::size_t& slice) noexcept;

  std::vector<std::thread> threads_;
  std::condition_variable wake_;
  std::mutex mutex_;                             // guards what follows
  std::vector<std::shared_ptr<BatchJob>> jobs_;  // with slices that nobody has taken
  std::size_t turn_ = 0;
  bool stopping_ = false;
};

}  // namespace tokend
