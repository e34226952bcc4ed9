#include "decision_json.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

namespace tokend {
namespace {

using libtoken::authority::Decision;
using libtoken::authority::Reason;
using libtoken::authority::ReasonCode;
using libtoken::authority::Snapshot;
using nlohmann::ordered_json;

ordered_json token_to_json(const Decision& decision, const Snapshot& snapshot) {
  if (!decision.token) return nullptr;
  ordered_json token;
  token["id"] = to_string(*decision.token);
  token["org"]["id"] = decision.org;
  token["org"]["name"] = std::string(snapshot.org_name_view(decision.org));
  token["profile"] = nullptr;
  if (decision.profile) token["profile"] = to_string(*decision.profile);
  token["expires"] = nullptr;
  if (decision.expires_unix_s) token["expires"] = to_rfc3339(*decision.expires_unix_s);
  return token;
}

ordered_json reason_to_json(const Reason& reason) {
  ordered_json json;
  json["code"] = to_string(reason.code);
  json["message"] = reason.message;
  if (reason.code == ReasonCode::kCaveat) {
    json["caveat"]["index"] = reason.caveat_index;
    json["caveat"]["type"] = reason.caveat_type;
    json["caveat"]["verdict"] = to_string(reason.verdict);
  }
  if (reason.part) json["part"] = *reason.part;
  return json;
}

}  // namespace

std::string to_rfc3339(std::int64_t unix_s) {
  constexpr std::int64_t kYear0 = -62'167'219'200;
  constexpr std::int64_t kYear9999 = 253'402'300'799;
  const auto time = static_cast<std::time_t>(std::clamp(unix_s, kYear0, kYear9999));
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 80> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02dZ", parts.tm_year + 1900, parts.tm_mon + 1,
                parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
  return text.data();
}

std::string decision_to_json(const Decision& decision, const Snapshot& snapshot) {
  ordered_json json;
  json["allowed"] = decision.allowed;
  json["token"] = token_to_json(decision, snapshot);
  if (!decision.allowed) {
    json["reasons"] = ordered_json::array();
    for (const Reason& reason : decision.reasons) json["reasons"].push_back(reason_to_json(reason));
  }
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace tokend
