#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "net/http.h"

namespace tokend {

struct Connection;

/// A response that another thread works out while the connection waits for it. Always held by a shared_ptr.
class Job : public std::enable_shared_from_this<Job> {
 public:
  Job() = default;
  virtual ~Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  /// Passes the job to the threads that work it out; from then on `done` may be called at any time. False: they have no
  /// room for it, and `done` is never called. Throws if there is no memory.
  [[nodiscard]] virtual bool start() = 0;

  /// Bytes to count in Limits while its connection waits, without those that the job counts there itself.
  [[nodiscard]] virtual std::size_t size_in_memory() const noexcept { return 0; }
  /// The response, after `done` was called. To be asked for once.
  [[nodiscard]] virtual Response response() = 0;
  /// Takes back what the job itself has counted in Limits, because the response is counted elsewhere from now on.
  virtual void release() noexcept {}

  /// Called, once, by the thread that has worked the response out. Must not throw.
  std::function<void(std::shared_ptr<Job>)> done;
  /// Nobody waits for the response any more, so that no more work is to be spent on it.
  std::atomic<bool> abandoned{false};

  // Used by the worker that owns the connection, and by no other thread.
  Connection* connection = nullptr;
  std::string method;
  bool close = false;
  std::shared_ptr<Job> next_finished;  // in the worker's list of finished jobs
};

}  // namespace tokend
