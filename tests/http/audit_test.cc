// What is written down of requests over HTTP.
#include "registry_world.h"
#include "support/catch.h"

using namespace libtoken;
using libtoken::authority::AuditAction;
using libtoken::authority::AuditEntry;
using nlohmann::json;

namespace {

struct Own {
  World world;
  support::Daemon daemon = start_tokend(world);
  Made admin = make(world, Profile::kOrg, "arcadia-dev", std::nullopt, "ann@example.com");
  Made readonly = make(world, Profile::kReadonly, "arcadia-dev", std::nullopt, "bob@example.com");
};

void check_actor(const AuditEntry& entry, const Made& who, const char* holder) {
  REQUIRE(entry.actor.token);
  CHECK(to_string(*entry.actor.token) == who.id);
  CHECK(entry.actor.holder == holder);
  CHECK(entry.actor.local_user.empty());
  CHECK(entry.actor.peer.rfind("127.0.0.1:", 0) == 0);
}

}  // namespace

TEST_CASE("what is done is written down with who did it, from where, and to what", "[audit]") {
  Own own;
  const std::int64_t before = std::time(nullptr);
  const std::uint64_t org = own.world.dev.id;
  const Told minted = tell(own.daemon, own.admin.header, "POST", "/v1/tokens", {{"profile", "readonly"}});
  REQUIRE(minted.status == 201);
  const std::string id = minted.body.at("id");
  AuditEntry entry = newest_entry(own.world, org);
  CHECK(entry.action == AuditAction::kMint);
  CHECK_FALSE(entry.refused);
  CHECK(entry.object == id);
  CHECK(entry.at_unix_s >= before);
  check_actor(entry, own.admin, "ann@example.com");

  REQUIRE(tell(own.daemon, own.admin.header, "DELETE", "/v1/tokens/" + id).status == 200);
  entry = newest_entry(own.world, org);
  CHECK(entry.action == AuditAction::kRevoke);
  CHECK_FALSE(entry.refused);
  CHECK(entry.object == id);
  check_actor(entry, own.admin, "ann@example.com");

  const Told rotated = tell(own.daemon, own.admin.header, "POST", "/v1/keys/rotate");
  REQUIRE(rotated.status == 201);
  entry = newest_entry(own.world, org);
  CHECK(entry.action == AuditAction::kKeyRotate);
  CHECK(entry.object == rotated.body.at("key").at("kid"));
  check_actor(entry, own.admin, "ann@example.com");
}

TEST_CASE("what is refused to a token that verifies is written down too", "[audit]") {
  Own own;
  const std::uint64_t org = own.world.dev.id;
  const auto refused = [&](const std::string& method, const std::string& target, const json& body, AuditAction action,
                           const std::string& object) {
    INFO(method << " " << target);
    REQUIRE(tell(own.daemon, own.readonly.header, method, target, body).outcome() == "403 not_allowed");
    const AuditEntry entry = newest_entry(own.world, org);
    CHECK(entry.refused);
    CHECK(entry.action == action);
    CHECK(entry.object == object);
    CHECK(entry.detail.find("Caveat 2 (Organization) allows only r") != std::string::npos);
    check_actor(entry, own.readonly, "bob@example.com");
  };
  refused("POST", "/v1/tokens", {{"profile", "org"}}, AuditAction::kMint, "arcadia-dev");
  refused("POST", "/v1/tokens", {{"profile", "deploy"}, {"app", "arcadia-dev-api"}}, AuditAction::kMint,
          "arcadia-dev-api");
  refused("DELETE", "/v1/tokens/" + own.admin.id, nullptr, AuditAction::kRevoke, own.admin.id);
  refused("DELETE", "/v1/tokens?for=ann@example.com", nullptr, AuditAction::kRevoke, "arcadia-dev");
  refused("POST", "/v1/keys/rotate", nullptr, AuditAction::kKeyRotate, "arcadia-dev");
}

TEST_CASE("tokens that a token made share what is written of their refusals, and it has its own", "[audit]") {
  Own own;
  const std::uint64_t org = own.world.dev.id;
  std::vector<std::string> made;
  for (int i = 0; i < 8; ++i) {
    const Told told = tell(own.daemon, own.admin.header, "POST", "/v1/tokens", {{"profile", "readonly"}});
    REQUIRE(told.status == 201);
    made.push_back(told.body.at("token"));
  }
  const std::int64_t before = newest_entry(own.world, org).number;
  for (const std::string& token : made) {
    CHECK(tell(own.daemon, token, "POST", "/v1/tokens", {{"profile", "readonly"}}).status == 403);
  }
  CHECK(newest_entry(own.world, org).number == before + 5);
  const std::string unknown = "67a18dba-761b-5281-be62-275744f1eb41";
  CHECK(tell(own.daemon, own.admin.header, "DELETE", "/v1/tokens/" + unknown).status == 404);
  const AuditEntry entry = newest_entry(own.world, org);
  CHECK(entry.number == before + 6);
  CHECK(entry.refused);
  check_actor(entry, own.admin, "ann@example.com");
}

TEST_CASE("what others are refused, and what is only read, is not written down", "[audit]") {
  Own own;
  const std::uint64_t org = own.world.dev.id;
  const std::int64_t last = newest_entry(own.world, org).number;
  CHECK(tell(own.daemon, with_broken_tail(own.admin.header), "DELETE", "/v1/tokens/" + own.readonly.id).status == 401);
  CHECK(tell(own.daemon, "", "POST", "/v1/keys/rotate").status == 401);
  CHECK(tell(own.daemon, own.readonly.header, "GET", "/v1/audit").status == 403);
  CHECK(tell(own.daemon, own.admin.header, "GET", "/v1/tokens").status == 200);
  CHECK(tell(own.daemon, own.admin.header, "POST", "/v1/tokens", {{"profile", "none"}}).status == 400);
  CHECK(newest_entry(own.world, org).number == last);
  CHECK(own.daemon.logs("a request about tokens was refused: the caller's own token is not good"));
}

TEST_CASE("the audit over HTTP is the org's, and holds no token", "[audit]") {
  Own own;
  (void)tell(own.daemon, own.admin.header, "POST", "/v1/tokens", {{"profile", "readonly"}, {"name", "one"}});
  (void)tell(own.daemon, own.readonly.header, "POST", "/v1/tokens", {{"profile", "readonly"}, {"name", "two"}});
  const Told told = tell(own.daemon, own.admin.header, "GET", "/v1/audit");
  REQUIRE(told.status == 200);
  const json& entries = told.body.at("entries");
  REQUIRE(entries.size() >= 4);
  CHECK(entries.front().at("actor").contains("user"));
  const json& last = entries.back();
  CHECK(last.at("refused") == true);
  CHECK(last.at("action") == "mint");
  CHECK(last.at("org") == own.world.dev.id);
  CHECK(last.at("actor").at("token") == own.readonly.id);
  CHECK(last.at("actor").at("for") == "bob@example.com");
  CHECK(last.at("at").get<std::string>().size() == std::string("2026-01-01T00:00:00Z").size());
  CHECK(last.at("number") > entries.at(entries.size() - 2).at("number"));
  CHECK(told.text.find("fm2_") == std::string::npos);

  CHECK(tell(own.daemon, own.admin.header, "GET", "/v1/audit?limit=2").body.at("entries").size() == 2);
  CHECK(tell(own.daemon, own.admin.header, "GET", "/v1/audit?limit=2").body.at("entries").back() == last);
  CHECK(tell(own.daemon, own.admin.header, "GET", "/v1/audit?since=2999-01-01T00:00:00Z").body.at("entries").empty());
  CHECK(tell(own.daemon, own.admin.header, "GET", "/v1/audit?since=1h").body.at("entries") == entries);
}
