#include "output/times.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "output/layout.h"

namespace tokenctl {
namespace {

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kYear = 365 * kDay;
constexpr std::int64_t kLongest = 253'402'300'799;  // from 1970 to the end of the year 9999

struct Unit {
  std::int64_t seconds;
  const char* name;
  const char* short_name;  // beside another one
};
constexpr Unit kUnits[] = {{kYear, "year", nullptr},
                           {kDay, "day", nullptr},
                           {kHour, "hour", "h"},
                           {kMinute, "minute", "min"},
                           {1, "second", "s"}};

/// The place of the largest unit that is not longer.
std::size_t largest_unit(std::int64_t length) {
  std::size_t unit = 0;
  while (length < kUnits[unit].seconds && unit + 1 < std::size(kUnits)) ++unit;
  return unit;
}

std::string in_unit(std::int64_t count, const Unit& unit) {
  if (unit.short_name != nullptr) return std::to_string(count) + " " + unit.short_name;
  return counted(static_cast<std::uint64_t>(count), unit.name);
}

std::string describe_length(std::int64_t length) {
  // Who waits for longer than ten minutes does not count seconds.
  const std::size_t smallest_shown = length < 10 * kMinute ? 4 : 3;
  const Unit& smallest = kUnits[std::min(largest_unit(length) + 1, smallest_shown)];
  const std::int64_t rounded = (length + smallest.seconds / 2) / smallest.seconds * smallest.seconds;
  const std::size_t unit = largest_unit(rounded);
  const std::int64_t count = rounded / kUnits[unit].seconds;
  const std::int64_t rest = rounded % kUnits[unit].seconds;
  if (rest < smallest.seconds) return counted(static_cast<std::uint64_t>(count), kUnits[unit].name);
  return in_unit(count, kUnits[unit]) + " " + in_unit(rest / kUnits[unit + 1].seconds, kUnits[unit + 1]);
}

}  // namespace

std::string describe_distance(std::int64_t unix_s, std::int64_t now_unix_s) {
  std::int64_t distance = 0;
  if (__builtin_sub_overflow(unix_s, now_unix_s, &distance) || distance < -kLongest || distance > kLongest) {
    return unix_s > now_unix_s ? "far in the future" : "far in the past";
  }
  if (distance == 0) return "now";
  return distance < 0 ? describe_length(-distance) + " ago" : "in " + describe_length(distance);
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
