#include "client/discharge_protocol.h"
#include "commands/run.h"
#include "input/times.h"
#include "input/token_source.h"
#include "libtoken/bundle.h"
#include "libtoken/json.h"
#include "libtoken/text.h"
#include "output/layout.h"
#include "output/output.h"
#include "output/times.h"

namespace tokenctl {
namespace {

using libtoken::Bundle;
using libtoken::TicketView;

constexpr std::chrono::minutes kDefaultTimeout{5};
// The waits get longer, up to this many times the first one.
constexpr int kMaxGrowth = 5;

Outcome<FetchPolicy> parse_policy(const ThirdPartyFetch& command) {
  FetchPolicy policy;
  std::chrono::milliseconds timeout = kDefaultTimeout;
  if (command.timeout) {
    const auto parsed = parse_duration(*command.timeout);
    if (!parsed) return fail(Exit::kUsage, "--timeout: " + parsed.error().message);
    timeout = *parsed;
  }
  if (command.poll_interval) {
    const auto parsed = parse_duration(*command.poll_interval);
    if (!parsed) return fail(Exit::kUsage, "--poll-interval: " + parsed.error().message);
    policy.poll_interval = *parsed;
  }
  policy.longest_interval = policy.poll_interval * kMaxGrowth;
  policy.allow_http_loopback = command.allow_http_loopback;
  policy.deadline = std::chrono::steady_clock::now() + timeout;
  return policy;
}

/// Leaves out the discharges that have ended, so that new ones are asked for.
void leave_out_ended(Bundle& bundle, const std::string& location) {
  const std::int64_t now = now_unix_s();
  auto& parts = bundle.parts();
  for (std::size_t part = parts.size(); part-- > 0;) {
    if (!is_discharge_in(bundle, part, location)) continue;
    const auto end = libtoken::not_after_unix_s(parts[part]->unverified_caveats());
    if (!end || *end >= now) continue;
    remark("left out the discharge from " + libtoken::escape_untrusted(parts[part]->location()) + ", which ended " +
           describe_time(*end, now));
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(part));
  }
}

}  // namespace

Outcome<Exit> run(const Globals& globals, const ThirdPartyFetch& command) {
  auto bundle = read_bundle(command.token);
  if (!bundle) return tl::unexpected<Failure>(bundle.error());
  const std::string location(service_location(*bundle));
  const auto policy = parse_policy(command);
  if (!policy) return tl::unexpected<Failure>(policy.error());

  for (const TicketView& ticket : tickets_of(*bundle, location)) {
    if (ticket.location == location)
      return fail(Exit::kRefused, "a third-party caveat names the service itself, " +
                                      libtoken::escape_untrusted(location) + ", which cannot discharge it");
  }

  leave_out_ended(*bundle, location);
  std::size_t fetched = 0;
  // Looked up again after each discharge, which may answer the same ticket in several tokens.
  const auto next_missing = [&]() -> std::optional<TicketView> {
    for (TicketView& ticket : tickets_of(*bundle, location)) {
      if (ticket.discharges.empty()) return std::move(ticket);
    }
    return std::nullopt;
  };
  for (auto ticket = next_missing(); ticket; ticket = next_missing()) {
    if (bundle->parts().size() >= libtoken::kMaxParts) {
      return fail(Exit::kRefused, "there is no room for another discharge: a bundle can have at most " +
                                      std::to_string(libtoken::kMaxParts) + " tokens");
    }
    auto discharge = fetch_discharge(*ticket, *policy);
    if (!discharge) return tl::unexpected<Failure>(discharge.error());
    bundle->parts().push_back(std::move(*discharge));
    ++fetched;
  }

  remark(fetched == 0 ? std::string("nothing was missing: no third party was asked")
                      : "fetched " + counted(fetched, "discharge") + "; the token is complete");
  const std::string header = bundle->header(location);
  if (globals.json) {
    answer_json({{"token", header}, {"fetched", fetched}});
  } else {
    answer(header + "\n");
  }
  return Exit::kDone;
}

}  // namespace tokenctl
