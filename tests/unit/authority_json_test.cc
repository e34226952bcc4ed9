// JSON that both programs share: what is written is what the documents say, and reads back as what it was.
#include <nlohmann/json.hpp>

#include "authority/judge/decision_json.h"
#include "authority_judge_support.h"

using namespace authority_test;
using nlohmann::json;

namespace {

const TokenId kSomeId = value_of(parse_token_id("67a18dba-761b-5281-be62-275744f1eb41"));

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
