#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "api/handlers.h"
#include "net/http.h"
#include "net/job.h"
#include "net/limits.h"

namespace tokend {

/// One `POST /v1/verify/batch`: cut into slices that any thread may answer, in any order. Its memory, which grows with
/// its answers, is counted in Limits as it grows; where there is no room for more, all of it is refused.
class BatchJob final : public Job {
 public:
  static constexpr std::size_t kMaxQuestions = 1000;
  static constexpr std::size_t kSlice = 32;

  /// Finds where each question of `{"questions": […]}` begins and ends; what is in them is looked at when they are
  /// answered, so that a bad one spoils no other. The refusal is a 400. `limits` is borrowed.
  [[nodiscard]] static tl::expected<std::shared_ptr<BatchJob>, Response> parse(const Request& request, Limits& limits);
  explicit BatchJob(Limits& limits) noexcept : limits_(limits) {}
  ~BatchJob() override { release(); }

  [[nodiscard]] std::size_t slices() const noexcept { return (questions_.size() + kSlice - 1) / kSlice; }
  /// Answers one. True: it was the last, and the whole answer is ready.
  [[nodiscard]] bool answer_slice(std::size_t slice, RequestHandlers& handlers) noexcept;
  [[nodiscard]] Response response() override;
  void release() noexcept override;

  // The crew's.
  std::size_t next_slice = 0;

 private:
  bool count(std::size_t more) noexcept;
  void answer_questions(std::size_t slice, RequestHandlers& handlers);
  void join_answers();

  Limits& limits_;
  std::atomic<std::size_t> counted_{0};  // bytes in Limits::recount()
  std::string body_;
  std::optional<std::string> authorization_;
  Peer peer_;
  std::vector<std::string_view> questions_;  // into body_
  std::vector<std::string> answers_;         // a slice's, joined by commas
  std::string joined_;
  std::atomic<std::size_t> left_{0};  // slices not yet answered
  std::atomic<bool> failed_{false};
  std::atomic<bool> crowded_out_{false};
};

}  // namespace tokend
