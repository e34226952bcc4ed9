#pragma once

#include <functional>
#include <memory>

#include "authority/judge.h"
#include "bounded_log.h"
#include "http.h"
#include "judge_slot.h"
#include "libtoken/verifier.h"
#include "verify_request.h"

namespace tokend {

/// What requests are answered with: from a Request to a Response, without a socket in sight. One a thread, for what it
/// keeps between requests.
class RequestHandlers {
 public:
  /// Seconds since 1970.
  using Clock = std::function<std::int64_t()>;

  /// `judges` is borrowed.
  RequestHandlers(const JudgeSlot& judges, Clock clock, std::shared_ptr<BoundedLog> log);

  /// The answer; never throws.
  [[nodiscard]] Response handle(const Request& request) noexcept;

  /// One question's answer, appended to `to` without a line's end: a decision, or `{"error":…}`. False: out of memory,
  /// nothing was appended. Never throws.
  bool answer_question(const Request& request, std::string& to) noexcept;

  /// 200 if a question would be decided, else 503 with the reason.
  [[nodiscard]] Response ready();
  /// To be called now and then while there is nothing to answer. Lets go of a judge that others have let go of.
  void refresh() {
    (void)judge_.current();
    log_->catch_up();
  }

 private:
  [[nodiscard]] Response route(const Request& request);
  [[nodiscard]] Response decide(const Request& request);
  void log_denial(const libtoken::authority::Decision& decision, const Peer& peer) const;

  JudgeView judge_;
  const Clock clock_;
  const std::shared_ptr<BoundedLog> log_;
  libtoken::VerifierScratch scratch_;
};

}  // namespace tokend
