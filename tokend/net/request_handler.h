#pragma once

#include <memory>
#include <variant>

#include "net/http.h"
#include "net/http_head.h"
#include "net/job.h"

namespace tokend {

/// What a worker hands whole requests to. Each worker has one of its own and calls it from its own thread alone.
class RequestHandler {
 public:
  RequestHandler() = default;
  virtual ~RequestHandler() = default;
  RequestHandler(const RequestHandler&) = delete;
  RequestHandler& operator=(const RequestHandler&) = delete;

  /// How long a request's body may be.
  [[nodiscard]] virtual BodyLimit body_limit() const noexcept = 0;

  /// Whether such a request is answered by a job. While the buffers are full it is refused instead, and answer() is not
  /// called.
  [[nodiscard]] virtual bool starts_job(const Request& request) const noexcept = 0;

  /// The response, or a job that will have it and is still to be started. Throws if there is no memory for a job.
  using Answer = std::variant<Response, std::shared_ptr<Job>>;
  [[nodiscard]] virtual Answer answer(const Request& request) = 0;

  /// Called while there is nothing to answer, about once a second.
  virtual void idle() = 0;
  /// Called every 20 seconds, and when the worker ends: what was gathered is passed on.
  virtual void flush() = 0;
};

}  // namespace tokend
