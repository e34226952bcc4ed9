#include <algorithm>

#include "authority/judge/judge.h"
#include "commands/offline_judge.h"
#include "commands/run.h"
#include "input/access_options.h"
#include "input/times.h"
#include "input/token_source.h"
#include "libtoken/bundle.h"
#include "libtoken/pasted.h"
#include "output/decision_output.h"
#include "output/output.h"
#include "service/open_store.h"

namespace tokenctl {
namespace {

using libtoken::Access;
using libtoken::Bundle;
using libtoken::authority::NameOrId;
using libtoken::authority::Reason;
using libtoken::authority::ReasonCode;
using libtoken::authority::Snapshot;

/// Why a text is no list of tokens, and what it is instead.
Reason unreadable(std::string_view text, const libtoken::Error& error) {
  const libtoken::Pasted pasted = libtoken::look_at_pasted(text);
  ReasonCode code = unreadable_code(error.kind);
  if (pasted.kind == libtoken::Pasted::Kind::kHalfToken) code = ReasonCode::kTruncated;
  if (pasted.kind == libtoken::Pasted::Kind::kOther) code = ReasonCode::kMalformed;
  const std::string what = describe(pasted);
  return make_reason(code, what.empty() ? sentence(error) : what);
}

/// Fills in the ids of org and app. False, with a reason, if the registry does not have them.
Outcome<bool> resolve(AccessQuestion& question, const Snapshot* registry, std::vector<Reason>& reasons) {
  Access& access = question.access;
  for (const auto* resource : {&question.org, &question.app}) {
    if (registry != nullptr || !*resource) continue;
    if (const auto* name = std::get_if<std::string>(&**resource)) return name_without_registry(*name);
  }
  if (question.org) {
    const auto* name = std::get_if<std::string>(&*question.org);
    access.org = name != nullptr ? registry->org_id(*name) : std::get<std::uint64_t>(*question.org);
    if (!access.org) {
      reasons.push_back(make_reason(ReasonCode::kUnknownOrg, "There is no org named \"" + *name + "\""));
      return false;
    }
  }
  if (!question.app) return true;
  const auto* name = std::get_if<std::string>(&*question.app);
  std::optional<Snapshot::AppEntry> app;
  if (registry != nullptr) {
    app = name != nullptr ? registry->app(std::string_view(*name))
                          : registry->app(std::get<std::uint64_t>(*question.app));
  }
  if (name != nullptr && !app) {
    reasons.push_back(make_reason(ReasonCode::kUnknownApp, "There is no app named \"" + *name + "\""));
    return false;
  }
  access.app = app ? app->id : std::get<std::uint64_t>(*question.app);
  if (!app && !access.org) {
    return fail(Exit::kUsage,
                "--org is required beside --app: without a store it is not known which org the app is of");
  }
  if (!app) return true;
  if (access.org && *access.org != app->org) {
    reasons.push_back(make_reason(ReasonCode::kAppNotInOrg, "The app belongs to another org"));
    return false;
  }
  access.org = app->org;
  return true;
}

bool has_token(const Bundle& bundle) {
  return std::any_of(bundle.parts().begin(), bundle.parts().end(),
                     [](const Bundle::Part& part) { return part.has_value(); });
}

}  // namespace

Outcome<Exit> run(const Globals& globals, const Can& command) {
  auto question = parse_access(command.access, now_unix_s());
  if (!question) return tl::unexpected<Failure>(question.error());
  const auto text = read_token(command.token);
  if (!text) return tl::unexpected<Failure>(text.error());
  const auto registry = open_registry(globals);
  if (!registry) return tl::unexpected<Failure>(registry.error());

  OfflineDecision judged;
  const Snapshot* names = nullptr;
  const auto bundle = Bundle::parse(*text);
  if (!bundle) {
    judged.decision.reasons.push_back(unreadable(*text, bundle.error()));
  } else if (!has_token(*bundle)) {
    judged =
        judge_offline(*bundle, question->access, nullptr);  // no token, so no service whose names could be looked up
  } else {
    names = registry_of(registry->get(), service_location(*bundle));
    const auto resolved = resolve(*question, names, judged.decision.reasons);
    if (!resolved) return tl::unexpected<Failure>(resolved.error());
    if (*resolved) judged = judge_offline(*bundle, question->access, names);
    if (names != nullptr) remark_near_names(judged.decision, question->org, question->app, *names);
  }
  remark(
      "no signature was checked: this is what the token says about itself; tokenctl verify checks whether it is true");
  for (const std::string& what : judged.not_known) remark(what);
  return answer_decision(judged.decision, names, false, globals.json, judged.not_known);
}

}  // namespace tokenctl
