#pragma once

#include <functional>
#include <memory>

#include "api/caller.h"
#include "authority/judge/judge.h"
#include "operations/bounded_log.h"
#include "net/http.h"
#include "state/current_judge.h"
#include "libtoken/verifier.h"
#include "api/management_job.h"
#include "operations/rate_limited_log.h"
#include "state/store_queue.h"
#include "state/use_table.h"

namespace tokend {

/// What requests are answered with: from a Request to a Response, without a socket in sight, or for those about the
/// registry to a job for the store queue. One a thread, for what it keeps between requests.
class RequestHandlers {
 public:
  /// Seconds since 1970.
  using Clock = std::function<std::int64_t()>;

  /// `judges`, `limits`, `store_queue` and `strangers` are borrowed. `limits`: which peers have shares. `strangers`: what is
  /// said of requests about the registry whose tokens do not verify.
  RequestHandlers(const JudgeSlot& judges, Clock clock, const Limits& limits, StoreQueue& store_queue, QuietLog& strangers,
                  std::shared_ptr<BoundedLog> log);

  /// The answer; never throws.
  [[nodiscard]] Response handle(const Request& request) noexcept;

  /// One question's answer, appended to `to` without a line's end: a decision, or `{"error":…}`. False: out of memory,
  /// nothing was appended. Never throws.
  bool answer_question(const Request& request, std::string& to) noexcept;

  /// What a request about the registry (is_management_target()) is for the store queue, or the answer if it does not come
  /// so far.
  [[nodiscard]] tl::expected<std::shared_ptr<ManagementJob>, Response> open_job(const Request& request);

  /// Tells the store queue which tokens were used since this was last called.
  void hand_in_uses();

  /// 200 if a question would be decided, else 503 with the reason.
  [[nodiscard]] Response ready();
  /// To be called now and then while there is nothing to answer. Lets go of a judge that others have let go of.
  void refresh() {
    (void)judge_.look();
    log_->catch_up();
  }

 private:
  [[nodiscard]] Response route(const Request& request);
  [[nodiscard]] Response decide(const Request& request);
  void note_use(const libtoken::TokenId& id);
  /// `caller`: may become the token that allows it.
  [[nodiscard]] Lane lane_of(const ManagementRequest& asked, const Request& request, const libtoken::authority::Judge& judge,
                             Caller& caller);

  JudgeView judge_;
  const Clock clock_;
  const Limits& limits_;
  StoreQueue& store_queue_;
  QuietLog& strangers_;
  const std::shared_ptr<BoundedLog> log_;
  libtoken::VerifierScratch scratch_;
  UseTable uses_;
};

}  // namespace tokend
