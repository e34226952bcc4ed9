// JSON that both programs share: what is written is what the documents say, and reads back as what it was.
#include "authority/audit/audit_json.h"
#include "authority/judge/decision_json.h"
#include "authority/judge/question_json.h"
#include "authority/registry/registry_json.h"
#include "authority/tokens/issued_json.h"
#include "authority/tokens/key_json.h"
#include "authority/tokens/mint_request_json.h"
#include "authority_judge_support.h"
#include "libtoken/bytes.h"
#include "libtoken/json.h"

using namespace authority_test;
using json = libtoken::Json;
using ordered_json = libtoken::OrderedJson;

namespace {

const TokenId kSomeId = value_of(parse_token_id("67a18dba-761b-5281-be62-275744f1eb41"));
const TokenId kOtherId = value_of(parse_token_id("0fbc1e3a-6a10-5a1c-8d3a-f6e0a6b0f1d2"));
constexpr std::int64_t kToday = kNow - kNow % (24 * 60 * 60);

/// What another program gets to read.
json sent(const ordered_json& written) { return json::parse(written.dump()); }

/// Removes each member of an object in turn, and gives it a value of another kind: `read` must refuse both, but for the
/// members that may be missing.
template <class Read>
void check_needs_its_members(const json& whole, const std::set<std::string>& may_be_missing, Read read) {
  REQUIRE(read(whole));
  for (const auto& [name, value] : whole.items()) {
    INFO(name);
    json other = whole;
    other[name] = json::array({7.5});
    error_of(read(other), ErrorKind::kMalformed);
    other.erase(name);
    CHECK(read(other).has_value() == (may_be_missing.count(name) != 0));
  }
  for (const json& nothing : {json(), json(7), json("x"), json::array(), json::object()}) CHECK_FALSE(read(nothing));
}

}  // namespace

TEST_CASE_METHOD(ExampleStore, "a decision is written as its token and its reasons") {
  const auto snapshot = value_of(Snapshot::load(store));
  Decision decision;
  decision.allowed = true;
  decision.token = kSomeId;
  decision.org = 7;
  decision.profile = Profile::kDeploy;
  decision.expires_unix_s = kNow;
  const std::string id = R"({"id":"67a18dba-761b-5281-be62-275744f1eb41",)";
  CHECK(decision_to_json(decision, snapshot.get()) ==
        R"({"allowed":true,"token":)" + id +
            R"("org":{"id":7,"name":"arcadia-dev"},"profile":"deploy","expires":"2027-01-15T08:00:00Z"}})");
  CHECK(decision_to_json(decision, nullptr) ==
        R"({"allowed":true,"token":)" + id +
            R"("org":{"id":7,"name":null},"profile":"deploy","expires":"2027-01-15T08:00:00Z"}})");

  decision.allowed = false;
  decision.org = 0;
  decision.profile.reset();
  decision.expires_unix_s = std::int64_t{1} << 40;  // past the year 9999
  Reason caveat;
  caveat.code = ReasonCode::kCaveat;
  caveat.message = "No \"é\\\n.";
  caveat.part = 2;
  caveat.caveat_index = 3;
  caveat.caveat_type = "Action";
  caveat.verdict = Verdict::kAction;
  Reason other;
  other.code = ReasonCode::kRevoked;
  other.message = "\xff\xfe.";
  decision.reasons = {caveat, other};
  CHECK(decision_to_json(decision, nullptr) ==
        R"({"allowed":false,"token":)" + id + R"("org":null,"profile":null,"expires":"9999-12-31T23:59:59Z"},)" +
            R"("reasons":[{"code":"caveat","message":"No \"é\\\u000a.","caveat":{"index":3,"type":"Action",)" +
            R"("verdict":"action"},"part":2},{"code":"revoked","message":"��."}]})");

  decision.token.reset();
  decision.reasons.clear();
  CHECK(decision_to_json(decision, nullptr) == R"({"allowed":false,"token":null,"reasons":[]})");
}

TEST_CASE("a question is read with names as strings and ids as numbers, and nothing else") {
  const std::string body = R"({"authorization":"t","access":{"org":"o","app":7,"action":"rw","machine":"\u00e9",)"
                           R"("command":["ls","-l"]}})";
  auto parsed = ParsedQuestion::parse(body);
  REQUIRE(parsed);
  const ParsedQuestion moved = std::move(*parsed);
  REQUIRE(moved.authorization() == "t");
  const Question question = moved.question("header");
  CHECK(question.authorization == "header");
  CHECK(std::get<std::string_view>(question.org) == "o");
  CHECK(std::get<std::uint64_t>(question.app) == 7);
  CHECK(question.rest.action == ActionMask{3});
  CHECK(question.rest.machine == "\u00e9");
  REQUIRE(question.rest.command);
  CHECK(question.rest.command->back() == "-l");

  const auto code_of = [](const std::string& text) {
    const auto read = ParsedQuestion::parse(text);
    return read ? std::string() : std::string(read.error().code);
  };
  CHECK(code_of("[]") == "bad_json");
  CHECK(code_of(R"({"access":{"action":"r"},"access":{"action":"r"}})") == "bad_json");
  CHECK(code_of(R"({"access":{"action":"r"},"now":1})") == "unknown_field");
  CHECK(code_of(R"({"access":{"action":"r","x":""}})") == "unknown_field");
  const auto action_of = [](const char* body) { return ParsedQuestion::parse(body)->question("").rest.action; };
  CHECK(action_of(R"({"access":{"action":"read"}})") == kRead);
  CHECK(action_of(R"({"access":{"action":"read,write"}})") == parse_action("rw").value());
  CHECK(action_of(R"({"access":{"action":"all"}})") == kAllActions);
  CHECK(code_of(R"({"access":{"action":"reed"}})") == "bad_field");
  const auto said = [](const char* body) { return ParsedQuestion::parse(body).error().message; };
  CHECK(said(R"({"access":{"action":"r","featrue":""}})") ==
        "There is no field access.featrue; did you mean access.feature?");
  CHECK(said(R"({"acess":{"action":"r"}})") == "There is no field acess; did you mean access?");
  CHECK(said(R"({"access":{"action":"r","x":""}})") == "There is no field access.x.");
  CHECK(code_of(R"({"access":{"action":"r","org":7.0}})") == "bad_field");
  CHECK(code_of(R"({"access":{}})") == "missing_field");
  CHECK(code_of("{}") == "missing_field");
}

TEST_CASE("a mint request reads back as what was written") {
  MintRequest request;
  request.profile = Profile::kMachineExec;
  request.app = std::uint64_t{71};
  request.commands = {{{"ls", "-l"}, true}, {{"é\"\n"}, false}};
  request.not_after_unix_s = kNow + 60;
  request.name = "CI \\ 2";
  request.holder = "ann@example.com";
  const auto check = [&] {
    const auto read = parse_mint_request(mint_request_to_json(request).dump(), kNow);
    if (!read) FAIL(read.error().message);
    CHECK(read->org == request.org);
    CHECK(read->profile == request.profile);
    CHECK(read->app == request.app);
    REQUIRE(read->commands.size() == request.commands.size());
    for (std::size_t i = 0; i < request.commands.size(); ++i) {
      CHECK(read->commands[i].args == request.commands[i].args);
      CHECK(read->commands[i].exact == request.commands[i].exact);
    }
    CHECK(read->role == request.role);
    CHECK(read->not_after_unix_s == request.not_after_unix_s);
    CHECK(read->name == request.name);
    CHECK(read->holder == request.holder);
  };
  check();
  request.org = std::string("arcadia-dev");
  check();
  request = {};
  request.profile = Profile::kOrg;
  request.role = Role::kMember;
  request.org = std::uint64_t{7};
  check();

  const auto read = parse_mint_request(R"({"profile":"readonly"})", kNow);
  REQUIRE(read);
  CHECK(read->not_after_unix_s == kNow + std::chrono::seconds(kDefaultLifetime).count());
  CHECK(parse_mint_request(R"({"profile":"readonly","maker":1})", kNow).error().code == "unknown_field");
  CHECK(parse_mint_request(R"({"profile":"readonly","exipry":"2d"})", kNow).error().message ==
        "There is no field exipry; did you mean expiry?");
  CHECK(parse_mint_request(R"({"profile":"deploy"})", kNow).error().message ==
        "app is missing: \"deploy\" is for one app.");
}

TEST_CASE("a key rotation reads back as what was written") {
  std::optional<NameOrId> org;
  CHECK_FALSE(read_key_rotation("", org));
  CHECK_FALSE(org);
  CHECK_FALSE(read_key_rotation(key_rotation_to_json(std::string("arcadia-dev")).dump(), org));
  CHECK(org == NameOrId{std::string("arcadia-dev")});
  CHECK(read_key_rotation(key_rotation_to_json(std::uint64_t{7}).dump(), org)->code == "bad_field");
  CHECK(read_key_rotation(R"({"orgs":1})", org)->code == "unknown_field");
}

TEST_CASE("orgs and apps read back as what was written") {
  const std::vector<Org> orgs{{7, "arcadia-dev", kNow}, {8, "arcadia-prod", kNow + 1}};
  CHECK(orgs_to_json({orgs[0]}).dump() ==
        R"({"orgs":[{"id":7,"name":"arcadia-dev","created":"2027-01-15T08:00:00Z"}]})");
  const auto read_orgs = value_of(orgs_from_json(sent(orgs_to_json(orgs))));
  REQUIRE(read_orgs.size() == 2);
  CHECK(read_orgs[1].id == 8);
  CHECK(read_orgs[1].name == "arcadia-prod");
  CHECK(read_orgs[1].created_unix_s == kNow + 1);
  check_needs_its_members(sent(to_json(orgs[0])), {}, [](const json& one) {
    return orgs_from_json({{"orgs", json::array({one})}});
  });

  const std::vector<App> apps{{71, "arcadia-dev-api", 7, kNow}};
  CHECK(apps_to_json(apps).dump() ==
        R"({"apps":[{"id":71,"name":"arcadia-dev-api","org":7,"created":"2027-01-15T08:00:00Z"}]})");
  const auto read_apps = value_of(apps_from_json(sent(apps_to_json(apps))));
  REQUIRE(read_apps.size() == 1);
  CHECK(read_apps[0].id == 71);
  CHECK(read_apps[0].name == "arcadia-dev-api");
  CHECK(read_apps[0].org == 7);
  CHECK(read_apps[0].created_unix_s == kNow);
  check_needs_its_members(sent(to_json(apps[0])), {}, [](const json& one) {
    return apps_from_json({{"apps", json::array({one})}});
  });
  CHECK_FALSE(apps_from_json({{"apps", nullptr}}));
}

TEST_CASE("keys read back as what was written") {
  KeyInfo key;
  key.kid = Bytes(kKidBytes, 0xa5);
  key.org = 7;
  key.org_name = "arcadia-dev";
  key.created_unix_s = kNow;
  key.state = KeyState::kVerifying;
  key.live_tokens = 3;
  CHECK(to_json(key, ShowOrg::kNo).dump() ==
        R"({"kid":"a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5","state":"verifying","created":"2027-01-15T08:00:00Z",)"
        R"("live_tokens":3})");
  for (const KeyState state : {KeyState::kActive, KeyState::kVerifying, KeyState::kRetired}) {
    key.state = state;
    const KeyInfo read = value_of(key_from_json(sent(key_to_json(key, ShowOrg::kYes))));
    CHECK(read.kid == key.kid);
    CHECK(read.org == key.org);
    CHECK(read.org_name == key.org_name);
    CHECK(read.created_unix_s == key.created_unix_s);
    CHECK(read.state == key.state);
    CHECK(read.live_tokens == key.live_tokens);
  }
  const auto without_org = value_of(keys_from_json(sent(keys_to_json({key}, ShowOrg::kNo))));
  REQUIRE(without_org.size() == 1);
  CHECK(without_org[0].org == 0);
  check_needs_its_members(sent(to_json(key, ShowOrg::kYes)), {"org"}, [](const json& one) {
    return key_from_json({{"key", one}});
  });
}

TEST_CASE("the audit reads back as what was written") {
  AuditEntry by_token;
  by_token.number = 12;
  by_token.at_unix_s = kNow;
  by_token.actor = {kSomeId, "ops@example.com", "", "127.0.0.1"};
  by_token.action = AuditAction::kMint;
  by_token.refused = true;
  by_token.org = 7;
  by_token.object = "é";
  by_token.detail = "Caveat 2 forbids it.";
  AuditEntry by_user;
  by_user.actor = kAnn;
  by_user.action = AuditAction::kRestore;
  CHECK(
      audit_to_json({by_token}).dump() ==
      R"({"entries":[{"number":12,"at":"2027-01-15T08:00:00Z",)"
      R"("actor":{"token":"67a18dba-761b-5281-be62-275744f1eb41","for":"ops@example.com","peer":"127.0.0.1"},"action":"mint","refused":true,"org":7,"object":"é",)"
      R"("detail":"Caveat 2 forbids it."}]})");
  const auto read = value_of(audit_from_json(sent(audit_to_json({by_token, by_user}))));
  REQUIRE(read.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const AuditEntry& wrote = i == 0 ? by_token : by_user;
    CHECK(read[i].number == wrote.number);
    CHECK(read[i].at_unix_s == wrote.at_unix_s);
    CHECK(read[i].actor.token == wrote.actor.token);
    CHECK(read[i].actor.holder == wrote.actor.holder);
    CHECK(read[i].actor.local_user == wrote.actor.local_user);
    CHECK(read[i].actor.peer == wrote.actor.peer);
    CHECK(read[i].action == wrote.action);
    CHECK(read[i].refused == wrote.refused);
    CHECK(read[i].org == wrote.org);
    CHECK(read[i].object == wrote.object);
    CHECK(read[i].detail == wrote.detail);
  }
  check_needs_its_members(sent(audit_to_json({by_token}))["entries"][0], {}, [](const json& one) {
    return audit_from_json({{"entries", json::array({one})}});
  });
}

TEST_CASE("listed tokens read back as what was written") {
  ListedToken full;
  IssuedToken& token = full.token;
  token.id = kSomeId;
  token.org = 7;
  token.org_name = "arcadia-dev";
  token.profile = Profile::kDeploy;
  token.app = 71;
  token.app_name = "arcadia-dev-api";
  token.name = "CI";
  token.holder = "ann@example.com";
  token.maker = kOtherId;
  token.created_unix_s = kNow;
  token.not_after_unix_s = kNow + 60;
  token.last_used_unix_s = kToday;
  full.status = TokenStatus::kRevoked;
  const std::string head = R"({"id":"67a18dba-761b-5281-be62-275744f1eb41","name":"CI","profile":"deploy",)";
  const std::string tail =
      R"("app":{"id":71,"name":"arcadia-dev-api"},"for":"ann@example.com",)"
      R"("made_by":{"token":"0fbc1e3a-6a10-5a1c-8d3a-f6e0a6b0f1d2"},"created":"2027-01-15T08:00:00Z",)"
      R"("expires":"2027-01-15T08:01:00Z","status":"revoked","last_used":"2027-01-15"})";
  CHECK(to_json(full, ShowOrg::kNo).dump() == head + tail);
  CHECK(to_json(full, ShowOrg::kYes).dump() == head + R"("org":{"id":7,"name":"arcadia-dev"},)" + tail);

  ListedToken bare;
  bare.token.id = kOtherId;
  bare.token.local_user = "ann";
  ListedToken seen = bare;
  seen.token.local_user.clear();
  seen.token.seen_only = true;
  seen.status = TokenStatus::kKeyRetired;
  const std::vector<ListedToken> tokens{full, bare, seen};
  const ListedPage page = value_of(tokens_from_json(sent(tokens_to_json({tokens, kOtherId}, ShowOrg::kYes))));
  CHECK(page.next == kOtherId);
  REQUIRE(page.tokens.size() == tokens.size());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const IssuedToken& read = page.tokens[i].token;
    const IssuedToken& wrote = tokens[i].token;
    CHECK(page.tokens[i].status == tokens[i].status);
    CHECK(read.id == wrote.id);
    CHECK(read.org == wrote.org);
    CHECK(read.org_name == wrote.org_name);
    CHECK(read.profile == wrote.profile);
    CHECK(read.app == wrote.app);
    CHECK(read.app_name == wrote.app_name);
    CHECK(read.name == wrote.name);
    CHECK(read.holder == wrote.holder);
    CHECK(read.maker == wrote.maker);
    CHECK(read.local_user == wrote.local_user);
    CHECK(read.created_unix_s == wrote.created_unix_s);
    CHECK(read.not_after_unix_s == wrote.not_after_unix_s);
    CHECK(read.last_used_unix_s == wrote.last_used_unix_s);
    CHECK(read.seen_only == wrote.seen_only);
  }
  CHECK_FALSE(value_of(tokens_from_json(sent(tokens_to_json({{}, std::nullopt}, ShowOrg::kNo)))).next);
  check_needs_its_members(sent(to_json(full, ShowOrg::kYes)), {"org", "name", "app", "for", "expires", "last_used"},
                          token_from_json);
}

TEST_CASE("an end after the year 9999 is shown as that year's last second, and reads back") {
  CreatedToken created;
  created.minted = {"FlyV1 fm2_x", kSomeId, {7, "arcadia-dev", 0}, std::nullopt, std::int64_t{1} << 54};
  const CreatedToken read = value_of(created_from_json(sent(to_json(created))));
  CHECK(read.minted.not_after_unix_s == 253'402'300'799);
}

TEST_CASE("a token that was made reads back as what was written") {
  CreatedToken created;
  created.minted = {"FlyV1 fm2_x", kSomeId, {7, "arcadia-dev", 0}, App{71, "arcadia-dev-api", 7, 0}, kNow};
  created.profile = Profile::kDeploy;
  CHECK(to_json(created).dump() ==
        R"({"token":"FlyV1 fm2_x","id":"67a18dba-761b-5281-be62-275744f1eb41","org":{"id":7,"name":"arcadia-dev"},)"
        R"("app":{"id":71,"name":"arcadia-dev-api"},"profile":"deploy","expires":"2027-01-15T08:00:00Z"})");
  const CreatedToken read = value_of(created_from_json(sent(to_json(created))));
  CHECK(read.minted.header == created.minted.header);
  CHECK(read.minted.id == created.minted.id);
  CHECK(read.minted.org.id == 7);
  CHECK(read.minted.org.name == "arcadia-dev");
  REQUIRE(read.minted.app);
  CHECK(read.minted.app->id == 71);
  CHECK(read.minted.app->name == "arcadia-dev-api");
  CHECK(read.minted.app->org == 7);
  CHECK(read.profile == created.profile);
  CHECK(read.minted.not_after_unix_s == kNow);
  check_needs_its_members(sent(to_json(created)), {"app", "expires"}, created_from_json);
  created.minted.app.reset();
  created.minted.not_after_unix_s.reset();
  const CreatedToken bare = value_of(created_from_json(sent(to_json(created))));
  CHECK_FALSE(bare.minted.app);
  CHECK_FALSE(bare.minted.not_after_unix_s);
}

TEST_CASE("a revocation reads back as what was written") {
  const RevocationReply reply{{{kSomeId}, {kOtherId}}, std::vector<std::string>{"Anne", "é"}};
  CHECK(to_json(reply).dump() == R"({"revoked":["67a18dba-761b-5281-be62-275744f1eb41"],)"
                                 R"("already":["0fbc1e3a-6a10-5a1c-8d3a-f6e0a6b0f1d2"],"near_misses":["Anne","é"]})");
  const RevocationReply read = value_of(revocation_from_json(sent(to_json(reply))));
  CHECK(read.done.newly == reply.done.newly);
  CHECK(read.done.already == reply.done.already);
  CHECK(read.near_misses == reply.near_misses);
  check_needs_its_members(sent(to_json(reply)), {"near_misses"}, revocation_from_json);
  CHECK(to_json(RevocationReply{}).dump() == R"({"revoked":[],"already":[]})");
  RevocationReply more = reply;
  more.done.already_left_out = 7;
  CHECK(value_of(revocation_from_json(sent(to_json(more)))).done.already_left_out == 7);
  check_needs_its_members(sent(to_json(more)), {"near_misses", "already_left_out"}, revocation_from_json);
}
