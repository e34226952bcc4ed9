#include "settings/setting_values.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "libtoken/text.h"

namespace tokend {
namespace {

using libtoken::escape_untrusted;
using libtoken::Result;

struct NumberWithUnit {
  std::int64_t number = 0;
  std::string unit;
  bool good = false;
};

NumberWithUnit split_unit(const std::string& text) {
  NumberWithUnit result;
  const char* end_of_text = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), end_of_text, result.number);
  result.unit.assign(end, end_of_text);
  result.good = error == std::errc{} && result.number >= 0;
  return result;
}

}  // namespace

tl::unexpected<libtoken::Error> refuse(const Value& value, const std::string& why) {
  return libtoken::fail(libtoken::ErrorKind::kInvalidArgument, value.source + ": " + why);
}

Result<bool> parse_switch(const Value& value) {
  if (value.text == "true" || value.text == "1") return true;
  if (value.text == "false" || value.text == "0") return false;
  return refuse(value, "true or false is wanted, not \"" + escape_untrusted(value.text, 40) + "\"");
}

Result<std::chrono::milliseconds> parse_duration(const Value& value) {
  static constexpr std::int64_t kMost = 3'600'000;
  const auto [number, unit, good] = split_unit(value.text);
  const std::int64_t factor = unit == "ms" ? 1 : unit == "s" ? 1000 : unit == "m" ? 60'000 : 0;
  if (!good || factor == 0 || number > kMost / factor) {
    return refuse(value, "a time up to an hour is wanted, as in 500ms, 10s or 1m, not \"" +
                             escape_untrusted(value.text, 40) + "\"");
  }
  return std::chrono::milliseconds(number * factor);
}

Result<std::size_t> parse_count(const Value& value) {
  const auto [number, unit, good] = split_unit(value.text);
  if (!good || !unit.empty() || number < 1 || number > 1'000'000) {
    return refuse(value, "a number from 1 to 1000000 is wanted, not \"" + escape_untrusted(value.text, 40) + "\"");
  }
  return static_cast<std::size_t>(number);
}

Result<std::size_t> parse_size(const Value& value) {
  const auto [number, unit, good] = split_unit(value.text);
  const int shift = unit == "KiB" ? 10 : unit == "MiB" ? 20 : unit == "GiB" ? 30 : 0;
  if (!good || shift == 0 || number < 1 || number > (std::int64_t{1} << 40) >> shift) {
    return refuse(value, "a size is wanted, as in 64KiB, 256MiB or 1GiB, not \"" + escape_untrusted(value.text, 40) + "\"");
  }
  return static_cast<std::size_t>(number) << shift;
}

Result<LogLevel> parse_log_level(const Value& value) {
  if (value.text == "debug") return LogLevel::kDebug;
  if (value.text == "info") return LogLevel::kInfo;
  if (value.text == "warn") return LogLevel::kWarn;
  if (value.text == "error") return LogLevel::kError;
  return refuse(value, "debug, info, warn or error is wanted, not \"" + escape_untrusted(value.text, 40) + "\"");
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    std::size_t first = at;
    std::size_t last = comma;
    while (first < last && text[first] == ' ') ++first;
    while (last > first && text[last - 1] == ' ') --last;
    parts.push_back(text.substr(first, last - first));
    at = comma + 1;
  }
  return parts;
}

std::string join_list(const std::vector<std::string>& texts) {
  std::string joined;
  for (std::size_t i = 0; i < texts.size(); ++i) joined += (i == 0 ? "" : ",") + texts[i];
  return joined;
}

}  // namespace tokend
