#include "authority/judge/decision_json.h"

#include "authority/registry/registry_json.h"
#include "libtoken/json_text.h"

namespace libtoken::authority {
namespace {

void append_text_or_null(std::string_view text, std::string& to) {
  if (text.empty()) {
    to += "null";
  } else {
    append_json_string(text, to);
  }
}

void append_token(const Decision& decision, const Snapshot* registry, std::string& to) {
  if (!decision.token) {
    to += "null";
    return;
  }
  to.append("{\"id\":\"").append(to_string(*decision.token)).append("\",\"org\":");
  if (decision.org == 0) {
    to += "null";
  } else {
    to.append("{\"id\":").append(std::to_string(decision.org)).append(",\"name\":");
    append_text_or_null(registry != nullptr ? registry->org_name_view(decision.org) : std::string_view(), to);
    to += "}";
  }
  to += ",\"profile\":";
  append_text_or_null(decision.profile ? to_string(*decision.profile) : "", to);
  to += ",\"expires\":";
  append_text_or_null(decision.expires_unix_s ? time_to_json(*decision.expires_unix_s) : "", to);
  to += "}";
}

void append_reason(const Reason& reason, std::string& to) {
  to += "{\"code\":";
  append_json_string(to_string(reason.code), to);
  to += ",\"message\":";
  append_json_string(reason.message, to);
  append_time(reason, to);
  if (!reason.caveat_type.empty()) {
    to.append(",\"caveat\":{\"index\":").append(std::to_string(reason.caveat_index)).append(",\"type\":");
    append_json_string(reason.caveat_type, to);
    to += ",\"verdict\":";
    append_json_string(to_string(reason.verdict), to);
    to += "}";
  }
  if (reason.part) to.append(",\"part\":").append(std::to_string(*reason.part));
  to += "}";
}

}  // namespace

void append_time(const Reason& reason, std::string& to) {
  if (!reason.time_unix_s) return;
  to += reason.code == ReasonCode::kExpired ? ",\"ended\":" : ",\"starts\":";
  append_json_string(time_to_json(*reason.time_unix_s), to);
}

void append_reasons(const std::vector<Reason>& reasons, std::string& to) {
  to += "[";
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    if (i != 0) to += ",";
    append_reason(reasons[i], to);
  }
  to += "]";
}

std::string decision_to_json(const Decision& decision, const Snapshot* registry) {
  std::string json;
  json.reserve(512);
  json += decision.allowed ? "{\"allowed\":true,\"token\":" : "{\"allowed\":false,\"token\":";
  append_token(decision, registry, json);
  if (!decision.allowed) {
    json += ",\"reasons\":";
    append_reasons(decision.reasons, json);
  }
  json += "}";
  return json;
}

}  // namespace libtoken::authority
