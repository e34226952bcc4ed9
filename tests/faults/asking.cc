#include "asking.h"

#include <nlohmann/json.hpp>

namespace faults {
namespace {

using Json = nlohmann::json;

constexpr int kMostConnections = 5;

Verdict verdict_of(const Json& answer) {
  if (answer.contains("error")) {
    const std::string code = answer.at("error").at("code");
    must(code == "store_unavailable" || code == "busy", "a question is answered with " + answer.dump());
    return Verdict::kNone;
  }
  if (answer.at("allowed") == true) return Verdict::kAllowed;
  must(answer.at("reasons").at(0).at("code") == "revoked", "a token is refused, but not as revoked: " + answer.dump());
  return Verdict::kRevoked;
}

}  // namespace

support::HttpAnswer Client::send(const std::string& request) {
  for (int i = 0; i < kMostConnections; ++i) {
    if (!connection_) connection_.emplace(port_);
    connection_->send(request);
    if (auto answer = connection_->receive()) return *answer;
    connection_.reset();
  }
  throw std::runtime_error("the daemon does not answer, or ends every connection");
}

std::string question_about(const Held& token) {
  return Json{{"authorization", token.header}, {"access", {{"org", "arcadia-dev"}, {"action", "r"}}}}.dump();
}

Verdict ask(Client& client, const std::string& question) {
  return verdict_of(Json::parse(client.send(support::post_bytes("/v1/verify", question)).body));
}

std::vector<Verdict> ask_all(Client& client, const std::vector<const std::string*>& questions) {
  std::string body;
  for (const std::string* question : questions) body += (body.empty() ? R"({"questions":[)" : ",") + *question;
  const auto answer = Json::parse(client.send(support::post_bytes("/v1/verify/batch", body + "]}")).body);
  if (!answer.contains("answers")) return std::vector<Verdict>(questions.size(), verdict_of(answer));
  std::vector<Verdict> verdicts;
  for (const Json& one : answer.at("answers")) verdicts.push_back(verdict_of(one));
  must(verdicts.size() == questions.size(), "a batch has more, or fewer, answers than questions");
  return verdicts;
}

}  // namespace faults
