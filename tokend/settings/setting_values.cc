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
  std::string unit;   ///< whatever follows the number
  bool good = false;  ///< the text begins with a number, and it is not negative
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

tl::unexpected<libtoken::Error> cannot_read(const Value& value, const std::string& expected) {
  return refuse(value, "cannot read \"" + escape_untrusted(value.text, 100) + "\"; write " + expected);
}

Result<bool> parse_switch(const Value& value) {
  if (value.text == "true" || value.text == "1") return true;
  if (value.text == "false" || value.text == "0") return false;
  return cannot_read(value, "true or false");
}

Result<std::chrono::milliseconds> parse_duration(const Value& value) {
  static constexpr std::int64_t kMax = 3'600'000;
  const auto [number, unit, good] = split_unit(value.text);
  const std::int64_t factor = unit == "ms" ? 1 : unit == "s" ? 1000 : unit == "m" ? 60'000 : 0;
  if (!good || factor == 0 || number > kMax / factor) {
    return cannot_read(value, "a time such as 500ms, 10s or 1m, at most an hour");
  }
  return std::chrono::milliseconds(number * factor);
}

Result<std::size_t> parse_count(const Value& value) {
  const auto [number, unit, good] = split_unit(value.text);
  if (!good || !unit.empty() || number < 1 || number > 1'000'000) {
    return cannot_read(value, "a number from 1 to 1000000");
  }
  return static_cast<std::size_t>(number);
}

Result<std::size_t> parse_limit(const Value& value) {
  if (value.text == "none") return std::size_t{0};
  const auto [number, unit, good] = split_unit(value.text);
  if (!good || !unit.empty() || number < 1 || number > 1'000'000'000) {
    return cannot_read(value, "a number from 1 to 1000000000, or none");
  }
  return static_cast<std::size_t>(number);
}

Result<std::size_t> parse_size(const Value& value) {
  const auto [number, unit, good] = split_unit(value.text);
  const int shift = unit == "KiB" ? 10 : unit == "MiB" ? 20 : unit == "GiB" ? 30 : 0;
  if (!good || shift == 0 || number < 1 || number > (std::int64_t{1} << 40) >> shift) {
    return cannot_read(value, "a size such as 64KiB, 256MiB or 1GiB, at most 1024GiB");
  }
  return static_cast<std::size_t>(number) << shift;
}

Result<LogLevel> parse_log_level(const Value& value) {
  if (value.text == "debug") return LogLevel::kDebug;
  if (value.text == "info") return LogLevel::kInfo;
  if (value.text == "warn") return LogLevel::kWarn;
  if (value.text == "error") return LogLevel::kError;
  return cannot_read(value, "debug, info, warn or error");
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
