#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "net/http.h"
#include "net/job.h"
#include "net/limits.h"
#include "requests/handler_state.h"

namespace tokend {

class BatchPool;

/// One `POST /v1/verify/batch`, cut into slices that the threads of the pool answer in any order. Its memory, which
/// grows with its answers, is counted in Limits as it grows; if there is no room for more, the whole batch is refused.
class BatchJob final : public Job {
 public:
  static constexpr std::size_t kMaxQuestions = 1000;
  static constexpr std::size_t kSlice = 32;

  /// Finds where each question of `{"questions": […]}` begins and ends. A question itself is read when it is answered,
  /// so that a bad one spoils no other. The refusal is a 400. `pool` and `limits` are borrowed.
  [[nodiscard]] static tl::expected<std::shared_ptr<BatchJob>, Response> parse(const Request& request, BatchPool& pool,
                                                                               Limits& limits);
  BatchJob(BatchPool& pool, Limits& limits) noexcept : pool_(pool), limits_(limits) {}
  ~BatchJob() override { release(); }

  [[nodiscard]] std::size_t slices() const noexcept { return (questions_.size() + kSlice - 1) / kSlice; }
  /// Answers one slice. True: it was the last, and the response is ready.
  [[nodiscard]] bool answer_slice(std::size_t slice, HandlerState& state) noexcept;
  [[nodiscard]] bool start() override;
  [[nodiscard]] Response response() override;
  void release() noexcept override;

  // Used by the pool alone, under its lock.
  std::size_t next_slice = 0;

 private:
  bool count(std::size_t more) noexcept;
  void answer_questions(std::size_t slice, HandlerState& state);
  void join_answers();

  BatchPool& pool_;
  Limits& limits_;
  std::atomic<std::size_t> counted_{0};  // bytes in Limits::recount()
  std::string body_;
  std::optional<std::string> authorization_;
  Peer peer_;
  std::vector<std::string_view> questions_;  // into body_
  std::vector<std::string> answers_;         // one a slice: its answers with commas between them
  std::string joined_;
  std::atomic<std::size_t> left_{0};  // slices not yet answered
  std::atomic<bool> failed_{false};
  std::atomic<bool> out_of_room_{false};
};

}  // namespace tokend
