#include "api/batch_job.h"

#include <algorithm>
#include <exception>

#include "api/batch_pool.h"
#include "authority/registry/request_json.h"
#include "endpoints/verify.h"
#include "libtoken/text.h"

namespace tokend {
namespace {

/// Splits a JSON text at its commas and brackets; what is between them is checked later, where it is parsed.
class Splitter {
 public:
  explicit Splitter(std::string_view text) noexcept : text_(text) {}

  void skip_space() noexcept {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  bool take(char c) noexcept {
    skip_space();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  [[nodiscard]] bool at_end() noexcept {
    skip_space();
    return at_ == text_.size();
  }

  /// A string with its quotes; nothing if it does not end.
  std::optional<std::string_view> take_string() noexcept {
    const std::size_t first = at_;
    if (at_ == text_.size() || text_[at_] != '"') return std::nullopt;
    for (;;) {
      const std::size_t quote = text_.find('"', at_ + 1);
      if (quote == std::string_view::npos) return std::nullopt;
      const std::size_t before = text_.find_last_not_of('\\', quote - 1);  // `first` at the latest
      at_ = quote;
      if ((quote - before) % 2 == 0) continue;  // an odd number of backslashes: the quote belongs to the string
      return text_.substr(first, ++at_ - first);
    }
  }

  /// A value, which ends before a comma or bracket; nothing if the text ends first, or the value is empty.
  std::optional<std::string_view> take_value() noexcept {
    skip_space();
    const std::size_t first = at_;
    for (std::size_t depth = 0; at_ < text_.size();) {
      const char c = text_[at_];
      if (c == '"') {
        if (!take_string()) return std::nullopt;
        continue;
      }
      if (depth == 0 && (c == ',' || c == ']' || c == '}')) break;
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      ++at_;
    }
    if (at_ == text_.size() || at_ == first) return std::nullopt;
    return text_.substr(first, at_ - first);
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

std::optional<Response> split_questions(std::string_view body, std::vector<std::string_view>& questions) {
  const auto bad = [](const std::string& why) {
    return error_response(400, "bad_json", "The body is not {\"questions\": […]}: " + why);
  };
  Splitter splitter(body);
  if (!splitter.take('{')) return bad("it must be a JSON object.");
  splitter.skip_space();
  const auto name = splitter.take_string();
  if (!name) return bad("it has no member.");
  if (*name != "\"questions\"") {
    return error_response(400, "unknown_field",
                          libtoken::authority::no_such("field", name->substr(1, name->size() - 2), {"questions"}));
  }
  if (!splitter.take(':') || !splitter.take('[')) return bad("questions must be a list.");
  if (!splitter.take(']')) {
    do {
      const auto question = splitter.take_value();
      if (!question) return bad("the list does not end as it should.");
      if (questions.size() == BatchJob::kMaxQuestions) {
        return error_response(400, "too_many", "questions: at most 1000 are answered at once.");
      }
      questions.push_back(*question);
    } while (splitter.take(','));
    if (!splitter.take(']')) return bad("the list does not end as it should.");
  }
  if (!splitter.take('}') || !splitter.at_end()) return bad("there is more than questions.");
  return std::nullopt;
}

}  // namespace

tl::expected<std::shared_ptr<BatchJob>, Response> BatchJob::parse(const Request& request, BatchPool& pool,
                                                                  Limits& limits) {
  auto job = std::make_shared<BatchJob>(pool, limits);
  job->body_ = request.body;
  if (request.authorization) job->authorization_ = std::string(*request.authorization);
  job->peer_ = request.peer;
  if (auto refusal = split_questions(job->body_, job->questions_)) return tl::unexpected(std::move(*refusal));
  job->answers_.resize(job->slices());
  job->left_ = job->slices();
  job->count(job->body_.capacity() + job->questions_.capacity() * sizeof(std::string_view));
  if (job->slices() == 0) job->join_answers();
  return job;
}

bool BatchJob::start() {
  if (slices() == 0) {
    done(shared_from_this());
  } else {
    pool_.add(std::static_pointer_cast<BatchJob>(shared_from_this()));
  }
  return true;
}

bool BatchJob::count(std::size_t more) noexcept {
  counted_ += more;
  return limits_.recount(0, more);
}

void BatchJob::release() noexcept { limits_.recount(counted_.exchange(0), 0); }

bool BatchJob::answer_slice(std::size_t slice, HandlerState& state) noexcept {
  try {
    answer_questions(slice, state);
  } catch (const std::exception&) {  // no memory: the last slice must still be told from the others
    failed_ = true;
  }
  if (--left_ != 0) return false;
  try {
    join_answers();
  } catch (const std::exception&) {
    failed_ = true;
  }
  return true;
}

void BatchJob::answer_questions(std::size_t slice, HandlerState& state) {
  std::string& answers = answers_[slice];
  const std::size_t first = slice * kSlice;
  const std::size_t last = std::min(first + kSlice, questions_.size());
  Request request;
  request.method = "POST";
  if (authorization_) request.authorization = *authorization_;
  request.peer = peer_;
  answers.reserve((last - first) * 256);
  for (std::size_t i = first, counted = 0; i < last && !abandoned && !failed_ && !out_of_room_; ++i) {
    request.body = questions_[i];
    if (i != first) answers.push_back(',');
    if (!append_verify_answer(state, request, answers)) failed_ = true;
    if (!count(answers.capacity() - counted)) out_of_room_ = true;
    counted = answers.capacity();
  }
}

void BatchJob::join_answers() {
  std::size_t size = 32;
  for (const std::string& answers : answers_) size += answers.size() + 1;
  // For a moment the answers are in memory twice: here, and in the buffer that they are sent from.
  if (!count(size)) out_of_room_ = true;
  if (!failed_ && !out_of_room_ && !abandoned) {
    joined_.reserve(size);
    joined_ = "{\"answers\":[";
    for (std::size_t i = 0; i < answers_.size(); ++i) {
      if (i != 0) joined_.push_back(',');
      joined_ += answers_[i];
      std::string().swap(answers_[i]);
    }
    joined_ += "]}\n";
  }
  answers_.clear();
  if (!joined_.empty()) return;
  std::string().swap(body_);
  release();
}

Response BatchJob::response() {
  if (out_of_room_) return error_response(503, "busy", "There is no room for so many answers; try again in a moment.");
  if (failed_) return internal_response();
  Response response;
  response.body = std::move(joined_);
  return response;
}

}  // namespace tokend
