// The apps that a header's tokens allow something for: those that each alone would be allowed for, however they are
// found.
#include <algorithm>
#include <random>

#include "authority_judge_support.h"

using namespace authority_test;

namespace {

using Entries = std::vector<std::pair<std::uint64_t, ActionMask>>;

Entries in_order(Entries entries) {
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return entries;
}

struct AppsFixture : JudgeFixture {
  AppsFixture() {
    for (int i = 0; i < 12; ++i) {
      apps.push_back(value_of(create_app(store, std::uint64_t{7}, "app-" + std::to_string(i), {}, kAnn, kNow)).id);
    }
    apps.push_back(71);
    std::sort(apps.begin(), apps.end());
  }
  /// As they are found by asking about one after the other.
  std::vector<std::uint64_t> one_by_one(const std::string& header, ActionMask action) {
    const Judge judge(value_of(Snapshot::load(store)));
    std::vector<std::uint64_t> allowed;
    for (const std::uint64_t app : apps) {
      Question question{header, std::uint64_t{7}, app, {}};
      question.rest.action = action;
      question.rest.app_feature = "tokens";
      if (value_of(judge.decide(question, kNow, scratch)).allowed) allowed.push_back(app);
    }
    return allowed;
  }
  AllowedApps at_once(const std::string& header, ActionMask action) {
    const Judge judge(value_of(Snapshot::load(store)));
    Question question{header, std::uint64_t{7}, {}, {}};
    question.rest.action = action;
    question.rest.app_feature = "tokens";
    return value_of(judge.allowed_apps(question, 7, kNow, scratch));
  }
  std::vector<std::uint64_t> apps;  // of the org 7, in order
  VerifierScratch scratch;
};

}  // namespace

TEST_CASE_METHOD(AppsFixture, "all apps, some, all but some, and none") {
  const auto token = [&](const CaveatSet& more) {
    return crafted(7, CaveatSet().organization(7, kAllActions).append(more));
  };

  CHECK(at_once(token({}), kRead).apps == apps);
  CHECK(at_once(token(CaveatSet().action(kWrite)), kRead).apps.empty());
  CHECK(at_once(token(CaveatSet().apps(in_order({{71, kRead}, {apps[1], kWrite}, {81, kRead}, {4711, kRead}}))), kRead)
            .apps == std::vector<std::uint64_t>{71});
  CHECK(at_once(token(CaveatSet().apps(Entries{{0, kRead}})), kRead).apps == apps);
  CHECK(at_once(token(CaveatSet().apps(Entries{{0, kRead}})), kWrite).apps.empty());
  CHECK(at_once(crafted(8, CaveatSet().organization(8, kAllActions)), kRead).apps.empty());
  CHECK(at_once(crafted(8, CaveatSet().organization(7, kAllActions)), kRead).apps.empty());
}

TEST_CASE_METHOD(AppsFixture, "the apps of any bundle are those that are found one by one") {
  std::mt19937 random(4711);
  const auto below = [&](std::uint32_t most) { return static_cast<std::size_t>(random() % most); };
  const auto mask = [&] { return below(3) == 0 ? kAllActions : below(2) == 0 ? kRead : kWrite; };
  const auto some_apps = [&] {
    Entries entries;
    if (below(5) == 0) return Entries{{0, mask()}};
    std::vector<std::uint64_t> ids = apps;
    ids.insert(ids.end(), {81, 4711});
    std::shuffle(ids.begin(), ids.end(), random);
    ids.resize(1 + below(6));
    std::sort(ids.begin(), ids.end());
    for (const std::uint64_t id : ids) entries.push_back({id, mask()});
    return entries;
  };
  std::size_t some = 0;
  for (int round = 0; round < 300; ++round) {
    std::string header = "FlyV1 ";
    const std::size_t copies = 1 + below(4);
    for (std::size_t copy = 0; copy < copies; ++copy) {
      CaveatSet caveats;
      caveats.organization(7, kAllActions);
      for (std::size_t more = below(4); more > 0; --more) {
        switch (below(5)) {
          case 0: caveats.apps(some_apps()); break;
          case 1: caveats.if_present(CaveatSet().apps(some_apps()), mask()); break;
          case 2: caveats.action(mask()); break;
          case 3: caveats.if_present(CaveatSet().apps(some_apps()).apps(some_apps()), mask()); break;
          default: caveats.validity_window(kNow - 5, kNow + (below(6) == 0 ? -1 : 5)); break;
        }
      }
      const std::string one = crafted(7, caveats).substr(6);
      header += (copy == 0 ? "" : ",") + one;
    }
    for (const ActionMask action : {kRead, kWrite}) {
      const auto expected = one_by_one(header, action);
      CHECK(at_once(header, action).apps == expected);
      some += expected.empty() || expected.size() == apps.size() ? 0 : 1;
    }
  }
  CHECK(some > 60);
}
