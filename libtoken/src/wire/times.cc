#include "libtoken/times.h"

#include <charconv>
#include <chrono>

#include "libtoken/text.h"

namespace libtoken {
namespace {

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kWeek = 7 * kDay;

constexpr std::int64_t kFirstCalendarSecond = -62167219200;  // 0000-01-01T00:00:00Z
constexpr std::int64_t kLastCalendarSecond = 253402300799;   // 9999-12-31T23:59:59Z

tl::unexpected<Error> invalid(std::string message) { return fail(ErrorKind::kInvalidArgument, std::move(message)); }

std::string quoted(std::string_view text) { return "\"" + escape_untrusted(text, 60) + "\""; }

/// Takes exactly `digits` digits off the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take_any(std::string_view& text, std::string_view of) {
  if (text.empty() || of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// Days since 1970 of a date there is.
std::optional<std::int64_t> take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take_any(text, "-")) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take_any(text, "-")) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch().count();
}

/// `HH:MM`, in seconds.
std::optional<std::int64_t> take_hours_and_minutes(std::string_view& text) {
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take_any(text, ":")) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return *hours * kHour + *minutes * kMinute;
}

/// `Z` or `±HH:MM`, in seconds east of UTC.
std::optional<std::int64_t> take_offset(std::string_view& text) {
  if (take_any(text, "Zz")) return 0;
  const bool west = !text.empty() && text.front() == '-';
  if (!take_any(text, "+-")) return std::nullopt;
  const auto offset = take_hours_and_minutes(text);
  if (!offset) return std::nullopt;
  return west ? -*offset : *offset;
}

std::optional<std::int64_t> parse_rfc3339(std::string_view text) {
  const auto days = take_date(text);
  if (!days || !take_any(text, "Tt ")) return std::nullopt;
  const auto time = take_hours_and_minutes(text);
  if (!time || !take_any(text, ":")) return std::nullopt;
  const auto seconds = take_number(text, 2);
  if (!seconds || *seconds > 59) return std::nullopt;
  if (take_any(text, ".")) {
    if (!take_number(text, 1)) return std::nullopt;
    while (take_number(text, 1)) {
    }
  }
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  return *days * kDay + *time + *seconds - *offset;
}

bool in_calendar(std::int64_t unix_s) { return unix_s >= kFirstCalendarSecond && unix_s <= kLastCalendarSecond; }

/// The last two digits of a number that is not negative.
void put_two_digits(std::int64_t value, char* to) noexcept {
  to[0] = static_cast<char>('0' + value / 10 % 10);
  to[1] = static_cast<char>('0' + value % 10);
}

/// `48h`: how many of which unit. Nothing if the text is not of this form.
struct Span {
  std::int64_t count = 0;
  std::int64_t unit_s = 0;
  bool overflows = false;
};
std::optional<Span> read_span(std::string_view text) {
  Span span;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, span.count);
  if (read.ptr == text.data() || end - read.ptr != 1) return std::nullopt;
  span.unit_s = seconds_in_unit(*read.ptr);
  span.overflows = read.ec != std::errc{};
  if (span.unit_s == 0) return std::nullopt;
  return span;
}

}  // namespace

std::int64_t seconds_in_unit(char letter) noexcept {
  switch (letter) {
    case 's': return 1;
    case 'm': return kMinute;
    case 'h': return kHour;
    case 'd': return kDay;
    case 'w': return kWeek;
    default: return 0;
  }
}

Result<std::int64_t> parse_time(std::string_view text) {
  if (!text.empty() && text.front() == '@') {
    std::int64_t seconds = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + 1, end, seconds);
    if (read.ec == std::errc{} && read.ptr == end && in_calendar(seconds)) return seconds;
  } else if (const auto time = parse_rfc3339(text)) {
    return *time;
  }
  return invalid("cannot read " + quoted(text) + "; write 2026-12-31T23:59:59Z, or @ and the seconds since 1970");
}

Result<std::optional<std::int64_t>> parse_expiry(std::string_view text, std::int64_t now_unix_s) {
  if (text == "never") return std::optional<std::int64_t>{};
  std::int64_t end_unix_s = 0;
  if (const auto span = read_span(text)) {
    if (span->overflows || __builtin_mul_overflow(span->count, span->unit_s, &end_unix_s) ||
        __builtin_add_overflow(end_unix_s, now_unix_s, &end_unix_s)) {
      return invalid(quoted(text) + " is too long; write never for a token that does not end");
    }
  } else {
    const auto time = parse_time(text);
    if (!time) {
      return invalid("cannot read " + quoted(text) + "; write 48h, 7d, an RFC 3339 time or never");
    }
    end_unix_s = *time;
  }
  if (end_unix_s <= now_unix_s) return invalid(quoted(text) + " is not in the future");
  if (end_unix_s > kLastCalendarSecond) {
    return invalid(quoted(text) + " ends after the year 9999; write never for a token that does not end");
  }
  return std::optional<std::int64_t>{end_unix_s};
}

Result<std::int64_t> parse_since(std::string_view text, std::int64_t now_unix_s) {
  if (const auto span = read_span(text)) {
    std::int64_t since = 0;
    if (!span->overflows && span->count >= 0 && !__builtin_mul_overflow(span->count, span->unit_s, &since) &&
        !__builtin_sub_overflow(now_unix_s, since, &since) && in_calendar(since)) {
      return since;
    }
  } else if (const auto time = parse_time(text)) {
    return *time;
  }
  return invalid("cannot read " + quoted(text) + "; write 48h, 7d or a time such as 2026-12-31T23:59:59Z");
}

std::string to_rfc3339(std::int64_t unix_s) {
  if (!in_calendar(unix_s)) return "@" + std::to_string(unix_s);
  const std::chrono::sys_seconds time{std::chrono::seconds{unix_s}};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::int64_t second = (time - day).count();
  // In every decision: one text, filled in place.
  std::string text = "0000-00-00T00:00:00Z";
  put_two_digits(static_cast<int>(date.year()) / 100, text.data());
  put_two_digits(static_cast<int>(date.year()), text.data() + 2);
  put_two_digits(static_cast<unsigned>(date.month()), text.data() + 5);
  put_two_digits(static_cast<unsigned>(date.day()), text.data() + 8);
  put_two_digits(second / kHour, text.data() + 11);
  put_two_digits(second % kHour / kMinute, text.data() + 14);
  put_two_digits(second % kMinute, text.data() + 17);
  return text;
}

}  // namespace libtoken
