#pragma once

#include <spdlog/logger.h>

#include <functional>
#include <memory>

#include "authority/judge.h"
#include "http.h"
#include "libtoken/verifier.h"
#include "verify_request.h"

namespace tokend {

/// What requests are answered with: plain functions from a Request to a Response, without a socket in sight. Immutable;
/// any number of threads may share one.
class RequestHandlers {
 public:
  /// What to judge by, or null while the store cannot be read.
  using JudgeSource = std::function<std::shared_ptr<const libtoken::authority::Judge>()>;
  /// Seconds since 1970.
  using Clock = std::function<std::int64_t()>;

  RequestHandlers(JudgeSource judge, Clock clock, std::shared_ptr<spdlog::logger> log);

  /// The answer; never throws. `scratch` is the calling thread's.
  [[nodiscard]] Response handle(const Request& request, libtoken::VerifierScratch& scratch) const noexcept;

  /// Whether the answer can depend on the body. Where it does not, handle() may be asked before there is one.
  [[nodiscard]] static bool wants_body(std::string_view method, std::string_view target) noexcept;

 private:
  [[nodiscard]] Response route(const Request& request, libtoken::VerifierScratch& scratch) const;
  [[nodiscard]] Response verify(const Request& request, libtoken::VerifierScratch& scratch) const;
  [[nodiscard]] Response ready() const;
  void log_denial(const libtoken::authority::Decision& decision, std::string_view peer) const;

  const JudgeSource judge_;
  const Clock clock_;
  const std::shared_ptr<spdlog::logger> log_;
};

}  // namespace tokend
