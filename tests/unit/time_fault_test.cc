// Whether the time alone keeps caveats from clearing.
#include "core_support.h"

using namespace core_test;

namespace {

constexpr std::int64_t kNow = 1000;

Access to_app(std::uint64_t app) {
  Access access;
  access.action = kWrite;
  access.org = 1;
  access.app = app;
  access.now_unix_s = kNow;
  return access;
}

std::string shown(const std::optional<TimeFault>& fault) {
  if (!fault) return "none";
  return (fault->kind == TimeFault::Kind::kEnded ? "ended " : "begins ") + std::to_string(fault->unix_s) + " " +
         std::to_string(fault->caveat);
}

/// What is found for an access, and for the windows alone.
std::string fault(const CaveatSet& set, const Access& access) {
  const Decoded decoded(set);
  std::vector<const Caveat*> caveats;
  for (const Caveat& caveat : decoded.all()) caveats.push_back(&caveat);
  return shown(find_time_fault(caveats, access)) + "; " + shown(find_time_fault(caveats, access.now_unix_s));
}

/// App 5, in this window, at some depth of IfPresent.
CaveatSet inside(std::int64_t from, std::int64_t until, int depth) {
  CaveatSet set;
  set.apps({{5, kAllActions}}).validity_window(from, until);
  for (int i = 0; i < depth; ++i) {
    CaveatSet outer;
    outer.if_present(set, kNoAction);
    set = outer;
  }
  return CaveatSet().organization(1, kAllActions).append(set);
}

}  // namespace

TEST_CASE("windows that are open are no fault, and the second of an end is still good") {
  CHECK(fault(CaveatSet().validity_window(kNow, kNow), to_app(5)) == "none; none");
  CHECK(fault(CaveatSet().organization(1, kAllActions), to_app(5)) == "none; none");
  CHECK(fault(CaveatSet(), to_app(5)) == "none; none");
}

TEST_CASE("a window inside an IfPresent holds for the whole token, at any depth") {
  for (const int depth : {1, 2, 3}) {
    CHECK(fault(inside(0, 990, depth), to_app(5)) == "ended 990 1; ended 990 1");
    CHECK(fault(inside(1010, 1020, depth), to_app(5)) == "begins 1010 1; begins 1010 1");
    CHECK(fault(inside(0, 1020, depth), to_app(5)) == "none; none");
    // Another app is in the way too, or the windows leave no time.
    CHECK(fault(inside(0, 990, depth), to_app(6)) == "none; ended 990 1");
    CHECK(fault(inside(995, 990, depth), to_app(5)) == "none; ended 990 1");
    CHECK(fault(inside(1010, 1005, depth), to_app(5)) == "none; none");
  }
  CHECK(fault(inside(0, 990, 1).validity_window(0, 980), to_app(5)) == "ended 980 2; ended 980 2");
  CHECK(fault(inside(0, 970, 1).validity_window(0, 980), to_app(5)) == "ended 970 1; ended 970 1");
}

TEST_CASE("an end that never clears is a fault of its own") {
  const std::int64_t far = (std::int64_t{1} << 55) + 1;
  CHECK(fault(CaveatSet().validity_window(0, far), to_app(5)) == "none; none");
  CHECK(fault(CaveatSet().validity_window(-far, 990), to_app(5)) == "none; ended 990 0");
}
