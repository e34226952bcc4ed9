#include "output/times.h"

#include "output/layout.h"

namespace tokenctl {
namespace {

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kYear = 365 * kDay + kDay / 4;
constexpr std::int64_t kLongest = 253'402'300'799;  // from 1970 to the end of the year 9999

}  // namespace

std::string describe_distance(std::int64_t unix_s, std::int64_t now_unix_s) {
  std::int64_t distance = 0;
  if (__builtin_sub_overflow(unix_s, now_unix_s, &distance) || distance < -kLongest || distance > kLongest) {
    return unix_s > now_unix_s ? "far in the future" : "far in the past";
  }
  if (distance == 0) return "now";
  const std::int64_t length = distance < 0 ? -distance : distance;
  struct Unit {
    std::int64_t seconds;
    std::int64_t from;  // a shorter time is given in the next smaller unit
    const char* name;
  };
  static constexpr Unit kUnits[] = {{kYear, 2 * kYear, "year"},
                                    {kDay, kDay + kDay / 2, "day"},
                                    {kHour, kHour + kHour / 2, "hour"},
                                    {kMinute, kMinute + kMinute / 2, "minute"},
                                    {1, 0, "second"}};
  for (const Unit& unit : kUnits) {
    if (length < unit.from) continue;
    const auto count = static_cast<std::uint64_t>((length + unit.seconds / 2) / unit.seconds);
    const std::string words = counted(count, unit.name);
    return distance < 0 ? words + " ago" : "in " + words;
  }
  return "now";
}

std::string describe_time(std::int64_t unix_s, std::int64_t now_unix_s) {
  std::string when = to_rfc3339(unix_s);
  if (when.front() != '@') {
    when.replace(when.find('T'), 1, " ");
    when.replace(when.size() - 1, 1, " UTC");
  }
  return when + " (" + describe_distance(unix_s, now_unix_s) + ")";
}

}  // namespace tokenctl
