#include "input/times.h"

#include <charconv>

#include "libtoken/text.h"

namespace tokenctl {
namespace {

constexpr std::chrono::milliseconds kLongestWait = std::chrono::hours(24);

}  // namespace

std::int64_t now_unix_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

libtoken::Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, count);
  const std::string_view unit(read.ptr, static_cast<std::size_t>(end - read.ptr));
  const std::int64_t unit_ms = unit == "ms" ? 1 : unit.size() == 1 ? libtoken::seconds_in_unit(unit.front()) * 1000 : 0;
  if (read.ec == std::errc{} && unit_ms != 0 && count > 0 && count <= kLongestWait.count() / unit_ms)
    return std::chrono::milliseconds(count * unit_ms);
  return libtoken::fail(libtoken::ErrorKind::kInvalidArgument, "cannot read \"" + libtoken::escape_untrusted(text, 60) +
                                                                   "\"; write 500ms, 30s or 5m, at most a day");
}

}  // namespace tokenctl
