#include "libtoken/times.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>

#include "libtoken/text.h"

namespace libtoken {
namespace {

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kWeek = 7 * kDay;
constexpr std::int64_t kYear = 365 * kDay;

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

/// The unit's seconds; 0 if there is no such unit.
std::int64_t seconds_in_word(std::string_view word) noexcept {
  if (word.size() == 1) return seconds_in_unit(word.front());
  struct Unit {
    std::string_view word;
    char letter;
  };
  constexpr Unit kUnits[] = {{"sec", 's'},  {"second", 's'}, {"min", 'm'},  {"minute", 'm'}, {"hr", 'h'},
                             {"hour", 'h'}, {"day", 'd'},    {"week", 'w'}, {"year", 'y'}};
  if (word.ends_with('s')) word.remove_suffix(1);
  for (const Unit& unit : kUnits)
    if (unit.word == word) return seconds_in_unit(unit.letter);
  return 0;
}

/// `48h`, `8h30m`, `2 days`, `1 year, 2 weeks`: numbers and their units, larger units first.
struct Span {
  std::int64_t seconds = 0;
  bool overflows = false;
};
std::optional<Span> read_span(std::string_view text) {
  const auto skip_spaces = [&text] { text.remove_prefix(std::min(text.find_first_not_of(' '), text.size())); };
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  Span span;
  std::int64_t last_unit = INT64_MAX;
  while (true) {
    std::uint64_t count = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
    if (read.ptr == text.data()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    skip_spaces();
    std::size_t letters = 0;
    while (letters < text.size() && text[letters] >= 'a' && text[letters] <= 'z') ++letters;
    const std::int64_t unit = seconds_in_word(text.substr(0, letters));
    if (unit == 0 || unit >= last_unit) return std::nullopt;
    text.remove_prefix(letters);
    std::int64_t part = 0;
    span.overflows = span.overflows || read.ec != std::errc{} || count > INT64_MAX ||
                     __builtin_mul_overflow(static_cast<std::int64_t>(count), unit, &part) ||
                     __builtin_add_overflow(span.seconds, part, &span.seconds);
    if (text.empty()) break;
    if (text.starts_with(',')) text.remove_prefix(1);
    skip_spaces();
    last_unit = unit;
  }
  if (negative) span.seconds = -span.seconds;
  return span;
}

/// The beginning of a day in UTC: `2026-12-31`.
std::optional<std::int64_t> parse_day(std::string_view text) {
  const auto days = take_date(text);
  if (!days || !text.empty()) return std::nullopt;
  return *days * kDay;
}

}  // namespace

std::int64_t seconds_in_unit(char letter) noexcept {
  switch (letter) {
    case 's': return 1;
    case 'm': return kMinute;
    case 'h': return kHour;
    case 'd': return kDay;
    case 'w': return kWeek;
    case 'y': return kYear;
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
    if (span->overflows || __builtin_add_overflow(span->seconds, now_unix_s, &end_unix_s)) {
      return invalid(quoted(text) + " is too long; write never for a token that does not end");
    }
  } else if (const auto day = parse_day(text)) {
    end_unix_s = *day + kDay - 1;
  } else {
    const auto time = parse_time(text);
    if (!time) {
      return invalid("cannot read " + quoted(text) +
                     "; write 48h, 8h30m, 7d, 1y, 2026-12-31, an RFC 3339 time or never");
    }
    end_unix_s = *time;
  }
  if (end_unix_s <= now_unix_s) return invalid(quoted(text) + " is not in the future");
  if (end_unix_s > kLastCalendarSecond) {
    return invalid(quoted(text) + " ends after the year 9999; write never for a token that does not end");
  }
  return std::optional<std::int64_t>{end_unix_s};
}

Result<std::int64_t> parse_moment(std::string_view text, std::int64_t now_unix_s) {
  std::int64_t moment = 0;
  if (const auto span = read_span(text)) {
    if (!span->overflows && !__builtin_add_overflow(now_unix_s, span->seconds, &moment) && in_calendar(moment))
      return moment;
  } else if (const auto day = parse_day(text)) {
    return *day + kDay - 1;
  } else if (const auto time = parse_time(text)) {
    return *time;
  }
  return invalid("cannot read " + quoted(text) + "; write 2 days, 2026-12-31 or a time such as 2026-12-31T23:59:59Z");
}

Result<std::int64_t> parse_since(std::string_view text, std::int64_t now_unix_s) {
  if (const auto span = read_span(text)) {
    std::int64_t since = 0;
    if (!span->overflows && span->seconds >= 0 && !__builtin_sub_overflow(now_unix_s, span->seconds, &since) &&
        in_calendar(since)) {
      return since;
    }
  } else if (const auto day = parse_day(text)) {
    return *day;
  } else if (const auto time = parse_time(text)) {
    return *time;
  }
  return invalid("cannot read " + quoted(text) + "; write 48h, 7d, 2026-12-31 or a time such as 2026-12-31T23:59:59Z");
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
