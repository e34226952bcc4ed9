#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "net/http.h"

namespace tokend {

struct Connection;

/// An answer that is worked out elsewhere while its connection waits for it.
class Job {
 public:
  Job() = default;
  virtual ~Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  /// Bytes to count in Limits while its connection waits; nothing of what it counts there itself.
  [[nodiscard]] virtual std::size_t size_in_memory() const noexcept { return 0; }
  /// The answer, once it is there. To be asked for once.
  [[nodiscard]] virtual Response response() = 0;

  /// What it has counted in Limits itself is somebody else's to count from now on.
  virtual void release() noexcept {}

  /// Called by whoever has worked it out. Must not throw.
  std::function<void(std::shared_ptr<Job>)> done;
  /// Nobody waits for the answer any more: it is not worked out further.
  std::atomic<bool> abandoned{false};

  // The owning worker's.
  Connection* connection = nullptr;
  std::string method;
  bool close = false;
  std::shared_ptr<Job> next_finished;  // in the worker's list of those
};

}  // namespace tokend
