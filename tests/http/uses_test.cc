// Which tokens were used: what the daemon writes down, and the table that it keeps until then.
#include <signal.h>

#include <algorithm>
#include <ctime>
#include <vector>

#include "registry_world.h"
#include "state/use_table.h"
#include "support/catch.h"

using namespace libtoken;
using nlohmann::json;

namespace {

constexpr std::int64_t kDay = 24 * 60 * 60;
const json kDevRead{{"org", "arcadia-dev"}, {"action", "r"}};

}  // namespace

TEST_CASE("a daemon writes down which tokens were used, when it stops at the latest", "[uses]") {
  World world;
  support::Daemon daemon = start_tokend(world);
  const Made used = make(world, Profile::kReadonly, "arcadia-dev");
  const Made refused = make(world, Profile::kReadonly, "arcadia-dev");
  const Made asking = make(world, Profile::kOrg, "arcadia-dev");
  for (int i = 0; i < 10; ++i) REQUIRE(outcome(ask(daemon, used.header, kDevRead)) == "allowed");
  REQUIRE(outcome(ask(daemon, refused.header, {{"org", "arcadia-dev"}, {"action", "w"}})) == "caveat");
  REQUIRE(tell(daemon, asking.header, "GET", "/v1/orgs").status == 200);
  CHECK_FALSE(last_used(world, used.id));
  daemon.process().signal(SIGTERM);
  REQUIRE(daemon.process().wait().exit_code == 0);
  const std::int64_t today = std::time(nullptr) / kDay;
  REQUIRE(last_used(world, used.id));
  CHECK(*last_used(world, used.id) / kDay == today);
  CHECK(last_used(world, asking.id));
  CHECK_FALSE(last_used(world, refused.id));

  const support::Daemon again = start_tokend(world);
  const Told listed = tell(again, asking.header, "GET", "/v1/tokens/" + used.id);
  CHECK(listed.body.at("last_used").get<std::string>().size() == std::string("2026-11-22").size());
}

TEST_CASE("a table of uses holds each token once, and so many", "[uses]") {
  tokend::UseTable table;
  CHECK(table.empty());
  std::vector<TokenId> ids;
  for (std::size_t i = 0; i < tokend::UseTable::kMost; ++i) {
    TokenId id;
    id.bytes[0] = static_cast<std::uint8_t>(i % 7);  // many that would stand in the same place
    id.bytes[8] = static_cast<std::uint8_t>(i);
    id.bytes[9] = static_cast<std::uint8_t>(i >> 8);
    id.bytes[15] = 1;
    ids.push_back(id);
  }
  for (int round = 0; round < 2; ++round) {
    for (const TokenId& id : ids) CHECK(table.note(id));
  }
  TokenId more;
  more.bytes[3] = 9;
  CHECK_FALSE(table.note(more));
  CHECK(table.note(ids.front()));
  auto taken = table.take();
  CHECK(table.empty());
  std::sort(taken.begin(), taken.end());
  std::sort(ids.begin(), ids.end());
  CHECK(taken == ids);
  CHECK(table.note(more));
  CHECK(table.take() == std::vector<TokenId>{more});
}
