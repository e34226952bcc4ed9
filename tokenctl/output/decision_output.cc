#include "output/decision_output.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "output/layout.h"
#include "output/output.h"
#include "output/times.h"

namespace tokenctl {
namespace {

using libtoken::authority::Decision;
using libtoken::authority::Reason;
using libtoken::authority::ReasonCode;
using libtoken::authority::Snapshot;
using nlohmann::json;

json to_json(const Reason& reason) {
  json shown{{"code", to_string(reason.code)}, {"message", reason.message}};
  if (reason.part) shown["part"] = *reason.part;
  if (reason.code == ReasonCode::kCaveat) {
    shown["caveat"] = {
        {"index", reason.caveat_index}, {"type", reason.caveat_type}, {"verdict", to_string(reason.verdict)}};
  }
  return shown;
}

json to_json(const Decision& decision, const Snapshot* registry, bool signature_checked) {
  json shown{{"allowed", decision.allowed}, {"token", nullptr},   {"org", nullptr},
             {"profile", nullptr},          {"expires", nullptr}, {"signature_checked", signature_checked},
             {"reasons", json::array()}};
  if (decision.token) shown["token"] = to_string(*decision.token);
  if (decision.org != 0) {
    const auto name = registry != nullptr ? registry->org_name(decision.org) : std::nullopt;
    shown["org"] = {{"id", decision.org}, {"name", name ? json(*name) : json(nullptr)}};
  }
  if (decision.profile) shown["profile"] = to_string(*decision.profile);
  if (decision.expires_unix_s) shown["expires"] = to_rfc3339(*decision.expires_unix_s);
  for (const Reason& reason : decision.reasons) shown["reasons"].push_back(to_json(reason));
  return shown;
}

std::string to_text(const Decision& decision) {
  if (decision.allowed) return heading("allowed") + "\n";
  const bool several = std::any_of(decision.reasons.begin(), decision.reasons.end(),
                                   [](const Reason& reason) { return reason.part.value_or(0) != 0; });
  std::string text = heading("refused") + "\n";
  for (const Reason& reason : decision.reasons) {
    const std::string part = several && reason.part ? "token " + std::to_string(*reason.part + 1) + ", " : "";
    text += "  " + part + to_string(reason.code) + ": " + reason.message + "\n";
  }
  return text;
}

}  // namespace

Exit answer_decision(const Decision& decision, const Snapshot* registry, bool signature_checked, bool json) {
  if (json) {
    answer_json(to_json(decision, registry, signature_checked));
  } else {
    answer(to_text(decision));
  }
  return decision.allowed ? Exit::kDone : Exit::kRefused;
}

}  // namespace tokenctl
