// libtoken/times.h: ends and beginnings as people write them.
#include "libtoken/times.h"

#include "core_support.h"

using namespace core_test;

namespace {

constexpr std::int64_t kNow = 1'800'000'000;  // 2027-01-15T08:00:00Z
constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 24 * kHour;

std::int64_t expiry(std::string_view text) { return value_of(parse_expiry(text, kNow)).value() - kNow; }
std::int64_t since(std::string_view text) { return kNow - value_of(parse_since(text, kNow)); }

}  // namespace

TEST_CASE("an expiry is a span in numbers and units, the larger ones first") {
  const std::map<std::string, std::int64_t> spans{{"90m", 90 * 60},
                                                  {"48h", 48 * kHour},
                                                  {"7d", 7 * kDay},
                                                  {"2w", 14 * kDay},
                                                  {"1y", 365 * kDay},
                                                  {"8h30m", 8 * kHour + 1800},
                                                  {"2 days", 2 * kDay},
                                                  {"1 day", kDay},
                                                  {"1 day 12 hours", 36 * kHour},
                                                  {"1 day, 12 hours", 36 * kHour},
                                                  {"1y2w3d4h5m6s", 365 * kDay + 17 * kDay + 4 * kHour + 306},
                                                  {"90 mins", 90 * 60},
                                                  {"3 hrs", 3 * kHour},
                                                  {"45 seconds", 45},
                                                  {"2 years", 730 * kDay},
                                                  {"1 h 5 min", kHour + 300}};
  for (const auto& [text, seconds] : spans) {
    INFO(text);
    CHECK(expiry(text) == seconds);
    CHECK(since(text) == seconds);
  }
  CHECK_FALSE(value_of(parse_expiry("never", kNow)));
  for (const char* bad : {"",
                          " ",
                          "h",
                          "2",
                          "2 ",
                          "2x",
                          "30m8h",
                          "1h1h",
                          "1h2",
                          "1.5h",
                          "2 Days",
                          "+2h",
                          "1 month",
                          "2 d ays",
                          "2d,",
                          "2d, ",
                          "two days",
                          "NEVER",
                          "0h",
                          "-1h",
                          "--1h",
                          "1-h",
                          "9223372036854775808s",
                          "99999999999999999999y",
                          "300000000000y",
                          "200000y",
                          " 2d",
                          "2d ",
                          "2\td"}) {
    INFO(bad);
    CHECK(kind_of(parse_expiry(bad, kNow)) == "invalid_argument");
  }
  CHECK(contains(parse_expiry("99999999999999999999y", kNow).error().message, "too long"));
  CHECK(contains(parse_expiry("-1h", kNow).error().message, "not in the future"));
  CHECK(contains(parse_expiry("200000y", kNow).error().message, "after the year 9999"));
}

TEST_CASE("a day ends an expiry with its last second, and begins a since with its first, in UTC") {
  CHECK(to_rfc3339(kNow + expiry("2027-12-31")) == "2027-12-31T23:59:59Z");
  CHECK(to_rfc3339(kNow + expiry("2027-01-15")) == "2027-01-15T23:59:59Z");  // today
  CHECK(to_rfc3339(kNow - since("2026-12-31")) == "2026-12-31T00:00:00Z");
  CHECK(to_rfc3339(kNow + expiry("2027-12-31T12:00:00+01:00")) == "2027-12-31T11:00:00Z");
  CHECK(to_rfc3339(kNow + expiry("@1830000000")) == "2027-12-28T13:20:00Z");
  CHECK(kind_of(parse_expiry("2027-01-14", kNow)) == "invalid_argument");
  for (const char* bad : {"2027-02-29", "2027-13-01", "2027-1-1", "27-12-31", "2027-12-31 ", "2027/12/31", "31.12.2027",
                          "2027-12-31T", "2027-12-31Z", "2027-12"}) {
    INFO(bad);
    CHECK(kind_of(parse_expiry(bad, kNow)) == "invalid_argument");
    CHECK(kind_of(parse_since(bad, kNow)) == "invalid_argument");
  }
}

TEST_CASE("a moment is a span from now on, the end of a day, or a time, and may be past") {
  const auto moment = [](std::string_view text) { return value_of(parse_moment(text, kNow)) - kNow; };
  CHECK(moment("2 days") == 2 * kDay);
  CHECK(moment("8h30m") == 8 * kHour + 1800);
  CHECK(moment("-90m") == -5400);
  CHECK(moment("2027-01-15") == 16 * kHour - 1);
  CHECK(moment("2027-01-14") == -8 * kHour - 1);
  CHECK(moment("2027-01-15T07:59:59Z") == -1);
  CHECK(moment("@1800000001") == 1);
  for (const char* bad : {"", "never", "yesterday", "2027-02-30", "9999y", "-3000y", "2x", "@", "1e3"})
    CHECK_FALSE(parse_moment(bad, kNow));
}
