#include "authority/audit/audit_json.h"
#include "commands/run.h"
#include "input/names.h"
#include "input/times.h"
#include "output/listing.h"
#include "output/output.h"
#include "service/service.h"

namespace tokenctl {
namespace {

constexpr std::size_t kMaxEntries = 1000;  // without --since

}  // namespace

Outcome<Exit> run(const Globals& globals, const Audit& command) {
  AuditQuery query;
  auto org = parse_optional(command.org);
  if (!org) return tl::unexpected<Failure>(org.error());
  query.org = std::move(*org);
  if (command.since) {
    const auto since = parse_since(*command.since, now_unix_s());
    if (!since) return fail(Exit::kUsage, "--since: " + since.error().message);
    query.since_unix_s = *since;
  }
  query.limit = command.since ? libtoken::authority::kMaxAuditEntries : kMaxEntries;
  const auto service = open_service(globals);
  if (!service) return tl::unexpected<Failure>(service.error());
  const auto entries = (*service)->audit(query);
  if (!entries) return tl::unexpected<Failure>(entries.error());
  if (globals.json) {
    answer_json(audit_to_json(*entries));
  } else {
    const auto orgs = (*service)->orgs();
    answer(to_text(*entries, orgs ? *orgs : std::vector<libtoken::authority::Org>{}, globals.wide));
  }
  if (entries->size() >= query.limit)
    remark("only the newest " + std::to_string(entries->size()) + " entries are listed; there may be older ones");
  return Exit::kDone;
}

}  // namespace tokenctl
