#include "authority/audit/audit_json.h"
#include "commands/commands.h"
#include "output/listing.h"
#include "input/name_options.h"
#include "input/times.h"

namespace tokenctl {
namespace {

constexpr std::size_t kMostEntries = 1000;
constexpr std::size_t kMostEntriesSince = 10'000;  // a daemon gives no more at once

}  // namespace

Outcome<Exit> run(const Globals& globals, const Audit& command) {
  AuditQuestion question;
  auto org = parse_optional(command.org);
  if (!org) return tl::unexpected<Failure>(org.error());
  question.org = std::move(*org);
  if (command.since) {
    const auto since = parse_since(*command.since, now_unix_s());
    if (!since) return fail(Exit::kUsage, "--since: " + since.error().message);
    question.since_unix_s = *since;
  }
  question.limit = command.since ? kMostEntriesSince : kMostEntries;
  const auto service = open_service(globals);
  if (!service) return tl::unexpected<Failure>(service.error());
  const auto entries = (*service)->audit(question);
  if (!entries) return tl::unexpected<Failure>(entries.error());
  if (globals.json) {
    answer_json(audit_to_json(*entries));
  } else {
    const auto orgs = (*service)->orgs();
    answer(to_text(*entries, orgs ? *orgs : std::vector<libtoken::authority::Org>{}));
  }
  if (entries->size() >= question.limit)
    remark("these are the newest " + std::to_string(entries->size()) + ": there may be older ones");
  return Exit::kDone;
}

}  // namespace tokenctl
