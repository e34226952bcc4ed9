#pragma once

#include "api/batch_pool.h"
#include "api/routes.h"
#include "net/request_handler.h"
#include "requests/handler_state.h"

namespace tokend {

/// Answers one worker's requests by the table of routes.
class ApiHandler final : public RequestHandler {
 public:
  /// Both are borrowed.
  ApiHandler(const ApiServices& services, BatchPool& batch_pool) : state_(services), batch_pool_(batch_pool) {}

  [[nodiscard]] BodyLimit body_limit() const noexcept override { return max_body_bytes; }
  [[nodiscard]] bool starts_job(const Request& request) const noexcept override {
    return is_answered_later(request.method, request.target);
  }
  [[nodiscard]] Answer answer(const Request& request) override;
  void idle() override { state_.idle(); }
  void flush() override { state_.flush_uses(); }

 private:
  [[nodiscard]] Answer start_batch(const Request& request);
  [[nodiscard]] Answer start_management(const RouteMatch& match, const Request& request);
  /// `caller` becomes the token that allows it, if one does.
  [[nodiscard]] Lane lane_of(const Route& route, std::string_view authorization,
                             const libtoken::authority::Judge& judge, Caller& caller);

  HandlerState state_;
  BatchPool& batch_pool_;
};

}  // namespace tokend
