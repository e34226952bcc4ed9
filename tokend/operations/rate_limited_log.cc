#include "operations/rate_limited_log.h"

#include <exception>

#include "libtoken/text.h"

namespace tokend {

bool RateLimitedLog::has_room(spdlog::level::level_enum level) {
  if (!log_->should_log(level)) return false;
  begin_interval();
  if (lines_.fetch_add(1) < rate_.lines) return true;
  ++left_out_;
  return false;
}

void RateLimitedLog::warn(std::string_view what, std::string_view detail) noexcept {
  try {
    if (!has_room(spdlog::level::warn)) return;
    std::string line(what);
    if (!detail.empty()) line += ": " + libtoken::escape_untrusted(detail, 200);
    log_->warn("{}", line);
  } catch (const std::exception&) {  // no memory for the line
  }
}

void RateLimitedLog::catch_up() {
  if (left_out_ != 0) begin_interval();
}

void RateLimitedLog::begin_interval() {
  const std::int64_t now = std::chrono::steady_clock::now().time_since_epoch() / rate_.interval;
  if (interval_ == now || interval_.exchange(now) == now) return;
  lines_ = 0;
  if (const std::size_t left_out = left_out_.exchange(0); left_out != 0) {
    log_->warn("lines about {} that were left out: {}", subject_, left_out);
  }
}

}  // namespace tokend
