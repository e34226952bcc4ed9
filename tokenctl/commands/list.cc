#include "libtoken/json.h"
#include "commands/run.h"
#include "input/names.h"
#include "authority/tokens/issued_json.h"
#include "output/listing.h"
#include "input/times.h"
#include "output/output.h"
#include "service/service.h"

namespace tokenctl {
namespace {

using libtoken::authority::ShowOrg;
using libtoken::authority::TokenFilter;

Outcome<TokenFilter> parse_filter(const List& command) {
  TokenFilter filter;
  auto org = parse_optional(command.org);
  if (!org) return tl::unexpected<Failure>(org.error());
  auto app = parse_optional(command.app);
  if (!app) return tl::unexpected<Failure>(app.error());
  filter.org = std::move(*org);
  filter.app = std::move(*app);
  filter.name = command.name;
  filter.holder = command.holder;
  if (command.profile) {
    const auto profile = libtoken::parse_profile(*command.profile);
    if (!profile) return fail(Exit::kUsage, "--profile: " + profile.error().message);
    filter.profile = *profile;
  }
  filter.expired = command.expired;
  filter.revoked = command.revoked;
  if (command.expiring) {
    const auto end = parse_expiry(*command.expiring, now_unix_s());
    if (!end) return fail(Exit::kUsage, "--expiring: " + end.error().message);
    if (!*end) return fail(Exit::kUsage, "--expiring: never is not a time; write 48h, 7d, 2w or a time");
    filter.ending_before_unix_s = *end;
  }
  return filter;
}

/// Says that nothing was found, and which names and holders are similar: the filter may be misspelt.
void remark_on_none(Service& service, const TokenFilter& filter) {
  const bool all = filter.expired && filter.revoked;
  remark(all ? "there is no such token"
             : "there is no such token among those listed; --expired and --revoked list others too");
  const auto near_misses = service.near_misses(filter);
  if (!near_misses.empty()) remark("did you mean " + in_quotes(near_misses) + "?");
}

}  // namespace

Outcome<Exit> run(const Globals& globals, const List& command) {
  const auto filter = parse_filter(command);
  if (!filter) return tl::unexpected<Failure>(filter.error());
  const auto service = open_service(globals);
  if (!service) return tl::unexpected<Failure>(service.error());
  const auto tokens = (*service)->tokens(*filter);
  if (!tokens) return tl::unexpected<Failure>(tokens.error());
  if (globals.json) {
    answer_json(tokens_to_json({*tokens, std::nullopt}, command.org ? ShowOrg::kNo : ShowOrg::kYes));
  } else {
    answer(to_text(*tokens, now_unix_s()));
  }
  if (tokens->empty() && (filter->name || filter->holder)) remark_on_none(**service, *filter);
  return Exit::kDone;
}

}  // namespace tokenctl
