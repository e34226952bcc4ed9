#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "handlers.h"
#include "http.h"

namespace tokend {

struct Connection;

/// One `POST /v1/verify/batch`: cut into slices that any worker may answer, in any order, between other requests.
class BatchJob {
 public:
  static constexpr std::size_t kMaxQuestions = 1000;
  static constexpr std::size_t kSlice = 32;

  /// Finds where each question of `{"questions": […]}` begins and ends; what is in them is looked at when they are
  /// answered, so that a bad one spoils no other. The refusal is a 400.
  [[nodiscard]] static tl::expected<std::shared_ptr<BatchJob>, Response> parse(const Request& request);

  [[nodiscard]] std::size_t size_in_memory() const noexcept { return body_.capacity(); }
  [[nodiscard]] Response response() const;

  /// Called by whoever answers the last slice.
  std::function<void(std::shared_ptr<BatchJob>)> done;
  /// Nobody waits for the answer any more: it is not worked out further.
  std::atomic<bool> abandoned{false};

  // The owning worker's.
  Connection* connection = nullptr;
  bool close = false;

 private:
  friend class BatchQueue;
  [[nodiscard]] std::size_t slices() const noexcept { return (questions_.size() + kSlice - 1) / kSlice; }
  void answer_slice(std::size_t slice, RequestHandlers& handlers);

  std::string body_;
  std::optional<std::string> authorization_;
  Peer peer_;
  std::vector<std::string_view> questions_;  // into body_
  std::vector<std::string> answers_;         // a slice's, joined by commas
  std::size_t next_ = 0;                     // the queue's
  std::atomic<std::size_t> left_{0};         // slices not yet answered
  std::atomic<bool> failed_{false};
};

/// The batches under way, taken in turns, a slice at a time. Any number of threads.
class BatchQueue {
 public:
  void add(std::shared_ptr<BatchJob> job);
  [[nodiscard]] bool is_empty() const noexcept { return waiting_ == 0; }
  /// Answers one slice, if there is one.
  void run_slice(RequestHandlers& handlers);

 private:
  std::atomic<std::size_t> waiting_{0};
  std::mutex mutex_;  // guards what follows
  std::deque<std::shared_ptr<BatchJob>> jobs_;
};

}  // namespace tokend
