#include "operations/stderr_sink.h"

#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace tokend {
namespace {

/// So many bytes are written to a pipe as a whole, or not at all.
constexpr std::size_t kMostBytes = PIPE_BUF;

bool put(std::string_view line) noexcept {
  pollfd one{STDERR_FILENO, POLLOUT, 0};
  if (::poll(&one, 1, 0) != 1 || (one.revents & POLLOUT) == 0) return false;
  return ::write(STDERR_FILENO, line.data(), line.size()) >= 0;
}

}  // namespace

void StderrSink::sink_it_(const spdlog::details::log_msg& message) {
  spdlog::memory_buf_t formatted;
  formatter_->format(message, formatted);
  if (formatted.size() > kMostBytes) {
    formatted.resize(kMostBytes);
    formatted[kMostBytes - 1] = '\n';
  }
  if (lost_ != 0 && put("(" + std::to_string(lost_) + " lines were lost: standard error took no more)\n")) lost_ = 0;
  if (lost_ != 0 || !put({formatted.data(), formatted.size()})) ++lost_;
}

}  // namespace tokend
