#include "api/decision_json.h"

#include <algorithm>
#include <ctime>

#include "net/json_text.h"

namespace tokend {
namespace {

using libtoken::authority::Decision;
using libtoken::authority::Reason;
using libtoken::authority::ReasonCode;
using libtoken::authority::Snapshot;

void append_token(const Decision& decision, const Snapshot& snapshot, std::string& to) {
  if (!decision.token) {
    to += "null";
    return;
  }
  to.append("{\"id\":\"").append(to_string(*decision.token)).append("\",\"org\":{\"id\":");
  to.append(std::to_string(decision.org)).append(",\"name\":");
  append_json_string(snapshot.org_name_view(decision.org), to);
  to += "},\"profile\":";
  if (decision.profile) {
    append_json_string(to_string(*decision.profile), to);
  } else {
    to += "null";
  }
  to += ",\"expires\":";
  if (decision.expires_unix_s) {
    to.append("\"").append(to_rfc3339(*decision.expires_unix_s)).append("\"");
  } else {
    to += "null";
  }
  to += "}";
}

void append_reason(const Reason& reason, std::string& to) {
  to += "{\"code\":";
  append_json_string(to_string(reason.code), to);
  to += ",\"message\":";
  append_json_string(reason.message, to);
  if (reason.code == ReasonCode::kCaveat) {
    to.append(",\"caveat\":{\"index\":").append(std::to_string(reason.caveat_index)).append(",\"type\":");
    append_json_string(reason.caveat_type, to);
    to += ",\"verdict\":";
    append_json_string(to_string(reason.verdict), to);
    to += "}";
  }
  if (reason.part) to.append(",\"part\":").append(std::to_string(*reason.part));
  to += "}";
}

/// The last two digits of a number, as text.
void put_two(std::int64_t number, char* to) noexcept {
  to[0] = static_cast<char>('0' + number / 10 % 10);
  to[1] = static_cast<char>('0' + number % 10);
}

}  // namespace

std::string to_rfc3339(std::int64_t unix_s) {
  constexpr std::int64_t kYear0 = -62'167'219'200;
  constexpr std::int64_t kYear9999 = 253'402'300'799;
  const auto time = static_cast<std::time_t>(std::clamp(unix_s, kYear0, kYear9999));
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::string text = "0000-00-00T00:00:00Z";
  put_two((parts.tm_year + 1900) / 100, text.data());
  put_two((parts.tm_year + 1900) % 100, text.data() + 2);
  put_two(parts.tm_mon + 1, text.data() + 5);
  put_two(parts.tm_mday, text.data() + 8);
  put_two(parts.tm_hour, text.data() + 11);
  put_two(parts.tm_min, text.data() + 14);
  put_two(parts.tm_sec, text.data() + 17);
  return text;
}

void append_reasons(const std::vector<Reason>& reasons, std::string& to) {
  to += "[";
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    if (i != 0) to += ",";
    append_reason(reasons[i], to);
  }
  to += "]";
}

std::string decision_to_json(const Decision& decision, const Snapshot& snapshot) {
  std::string json;
  json.reserve(512);
  json += decision.allowed ? "{\"allowed\":true,\"token\":" : "{\"allowed\":false,\"token\":";
  append_token(decision, snapshot, json);
  if (!decision.allowed) {
    json += ",\"reasons\":";
    append_reasons(decision.reasons, json);
  }
  json += "}\n";
  return json;
}

}  // namespace tokend
