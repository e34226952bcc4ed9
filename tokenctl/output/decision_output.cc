#include "output/decision_output.h"

#include <algorithm>

#include "authority/judge/decision_json.h"
#include "authority/registry/labels.h"
#include "libtoken/json.h"
#include "output/layout.h"
#include "output/output.h"
#include "output/times.h"

namespace tokenctl {
namespace {

using libtoken::authority::Decision;
using libtoken::authority::did_you_mean;
using libtoken::authority::NameOrId;
using libtoken::authority::nearest_names;
using libtoken::authority::Reason;
using libtoken::authority::ReasonCode;
using libtoken::authority::Snapshot;
using json = libtoken::OrderedJson;

/// As tokend answers it, with an empty list of reasons where it is allowed, and `signature_checked`.
json to_json(const Decision& decision, const Snapshot* registry, bool signature_checked,
             const std::vector<std::string>& not_known) {
  json shown = json::parse(decision_to_json(decision, registry));
  if (decision.allowed) shown["reasons"] = json::array();
  shown["signature_checked"] = signature_checked;
  if (!not_known.empty()) shown["not_known"] = not_known;
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

void remark_near_names(const Decision& decision, const std::optional<NameOrId>& org, const std::optional<NameOrId>& app,
                       const Snapshot& registry) {
  const auto remark_on = [&](ReasonCode code, const std::optional<NameOrId>& named, const char* what,
                             const std::vector<std::string>& names) {
    const std::string* name = named ? std::get_if<std::string>(&*named) : nullptr;
    const bool unknown = std::any_of(decision.reasons.begin(), decision.reasons.end(),
                                     [&](const Reason& reason) { return reason.code == code; });
    if (name == nullptr || !unknown) return;
    const std::string near = did_you_mean(nearest_names(*name, names));
    if (!near.empty()) remark(std::string("there is no ") + what + " named \"" + *name + "\"" + near);
  };
  remark_on(ReasonCode::kUnknownOrg, org, "org", registry.org_names());
  remark_on(ReasonCode::kUnknownApp, app, "app", registry.app_names());
}

Exit answer_decision(const Decision& decision, const Snapshot* registry, bool signature_checked, bool json,
                     const std::vector<std::string>& not_known) {
  if (json) {
    answer_json(to_json(decision, registry, signature_checked, not_known));
  } else {
    answer(to_text(decision));
  }
  return decision.allowed ? Exit::kDone : Exit::kRefused;
}

}  // namespace tokenctl
