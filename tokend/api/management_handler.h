#pragma once

#include <spdlog/logger.h>

#include <memory>

#include "requests/management_call.h"
#include "state/store_job.h"

namespace tokend {

/// Does the management jobs of one thread of the store queue.
class ManagementHandler final : public StoreJobHandler {
 public:
  /// `judges` is borrowed.
  ManagementHandler(const CurrentJudge& judges, StoreQueue::Clock clock, StoreServices services,
                    std::shared_ptr<spdlog::logger> log)
      : state_{JudgeReader(judges), std::move(clock), std::move(services), std::move(log), {}} {}

  /// The job must be a ManagementJob.
  [[nodiscard]] Response run(const StoreJob& job, libtoken::authority::Store* store) override;
  void release() noexcept override { state_.judges.forget(); }

  [[nodiscard]] Response answer(const ManagementRequest& request, std::string_view authorization, const Peer& peer,
                                libtoken::authority::Store& store);

 private:
  ManagementState state_;
};

}  // namespace tokend
