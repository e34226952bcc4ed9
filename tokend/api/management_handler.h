#pragma once

#include <spdlog/logger.h>

#include <memory>

#include "requests/management_call.h"
#include "state/store_job.h"

namespace tokend {

/// Does the management jobs of one thread of the store queue.
class ManagementHandler final : public StoreJobHandler {
 public:
  /// `judges` and `usage` are borrowed.
  ManagementHandler(const CurrentJudge& judges, StoreQueue::Clock clock, StoreServices services,
                    std::shared_ptr<spdlog::logger> log, UsageLimits& usage)
      : state_{JudgeReader(judges), std::move(clock), std::move(services), std::move(log), usage, {}} {}

  /// The job must be a ManagementJob.
  [[nodiscard]] StoreOutcome run(const StoreJob& job, libtoken::authority::Store* store) override;
  [[nodiscard]] Response answer_to(StoreOutcome&& outcome, bool published) override;
  [[nodiscard]] Response not_written() override;
  void release() noexcept override { state_.judges.forget(); }

  /// Does one request by itself, and answers it.
  [[nodiscard]] Response answer(const ManagementRequest& request, std::string_view authorization, const Peer& peer,
                                libtoken::authority::Store& store);

 private:
  [[nodiscard]] StoreOutcome outcome_of(const ManagementRequest& request, std::string_view authorization,
                                        const Peer& peer, libtoken::authority::Store& store);
  ManagementState state_;
};

}  // namespace tokend
