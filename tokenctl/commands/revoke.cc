#include <algorithm>

#include "authority/tokens/issued_json.h"
#include "command_line/token_argument.h"
#include "commands/run.h"
#include "input/names.h"
#include "input/token_source.h"
#include "libtoken/bundle.h"
#include "libtoken/text.h"
#include "output/layout.h"
#include "output/listing.h"
#include "output/output.h"
#include "output/progress.h"
#include "service/service.h"
#include "service/short_ids.h"

namespace tokenctl {
namespace {

constexpr const char* kRevoking = "revoking";

using libtoken::Bundle;
using libtoken::TokenId;
using libtoken::authority::TokenFilter;

/// Whether all of them may be ids or the beginnings of ids. Failure: kUsage.
Outcome<void> check_ids(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    if (looks_like_token(text)) return fail(Exit::kUsage, kTokenAsArgument);
    if (!libtoken::is_token_id_prefix(text)) {
      return fail(Exit::kUsage, "cannot read the token id " + in_quotes(text) +
                                    "; write it like 67a18dba-761b-5281-be62-275744f1eb41, or its first 8 digits or "
                                    "more, or give --token-file, --name or --for");
    }
  }
  return {};
}

/// The ids of a bundle's tokens for the service, without its discharges.
Outcome<std::vector<TokenId>> ids_of(const std::string& text, const std::string& service_location) {
  const auto bundle = parse_bundle(text);
  if (!bundle)
    return fail(bundle.error().exit, bundle.error().message + "; find its id with tokenctl list and revoke that");
  const std::string location =
      service_location.empty() ? std::string(libtoken::service_location(*bundle)) : service_location;
  std::vector<TokenId> ids;
  for (const Bundle::Part& part : bundle->parts()) {
    if (part && part->location() == location && std::find(ids.begin(), ids.end(), part->id()) == ids.end())
      ids.push_back(part->id());
  }
  if (!ids.empty()) return ids;
  const std::string of_token = libtoken::escape_untrusted(libtoken::service_location(*bundle), 200);
  return fail(Exit::kRefused, "the token is for " + of_token + ", not for " +
                                  libtoken::escape_untrusted(location, 200) +
                                  ": revoking it here would have no effect");
}

Outcome<TokenFilter> parse_filter(const Revoke& command) {
  TokenFilter filter;
  auto org = parse_optional(command.org);
  if (!org) return tl::unexpected<Failure>(org.error());
  filter.org = std::move(*org);
  filter.name = command.name;
  filter.holder = command.holder;
  return filter;
}

/// Refuses two ways of saying what to revoke, since the second is likely a mistake.
Outcome<void> check_selection(const Revoke& command) {
  const bool labels = command.name || command.holder;
  const int ways =
      (command.ids.empty() ? 0 : 1) + (command.token.file || command.token.text ? 1 : 0) + (labels ? 1 : 0);
  if (ways > 1)
    return fail(Exit::kUsage, "say what to revoke in one way only: by ids, by a token, or with --name and --for");
  if (command.org && !labels) return fail(Exit::kUsage, "--org needs --name or --for");
  return {};
}

Outcome<Revocation> revoke(Service& service, const Revoke& command, const std::vector<TokenId>& ids) {
  if (command.name || command.holder) {
    const auto filter = parse_filter(command);
    if (!filter) return tl::unexpected<Failure>(filter.error());
    const Progress progress(kRevoking);
    return service.revoke_matching(*filter);
  }
  if (!ids.empty()) {
    const Progress progress(kRevoking);
    return service.revoke(ids);
  }
  const auto token = read_given_token(command.token, service.stdin_holds());
  if (!token) return tl::unexpected<Failure>(token.error());
  if (!*token)
    return fail(Exit::kUsage,
                "there is nothing to revoke: give ids, --token-file FILE, --name or --for, or pipe a token in");
  const auto ids_of_token = ids_of(**token, service.location());
  if (!ids_of_token) return tl::unexpected<Failure>(ids_of_token.error());
  const Progress progress(kRevoking);
  return service.revoke(*ids_of_token);
}

/// Describes what was revoked on stderr. `by_id`: the ids were typed and may be wrong.
void remark_on(Service& service, const Revocation& revocation, bool by_id) {
  bool can_read = true;  // a token that may revoke may not be allowed to read the registry
  for (const TokenId& id : revocation.done.newly) {
    std::string line = "revoked " + to_string(id);
    if (can_read) {
      const auto token = service.token(id);
      can_read = token.has_value();
      if (can_read && *token) line += ", " + describe(**token);
      if (can_read && !*token) line += std::string(", which is not recorded here") + (by_id ? ": check the id" : "");
    }
    remark(line);
  }
  for (const TokenId& id : revocation.done.already) remark(to_string(id) + " was already revoked");
  if (!revocation.done.newly.empty())
    remark("revoked " + counted(revocation.done.newly.size(), "token") + " with all copies");
}

}  // namespace

Outcome<Exit> run(const Globals& globals, const Revoke& command) {
  if (const auto checked = check_selection(command); !checked) return tl::unexpected<Failure>(checked.error());
  if (const auto checked = check_ids(command.ids); !checked) return tl::unexpected<Failure>(checked.error());
  const auto service = open_service(globals);
  if (!service) return tl::unexpected<Failure>(service.error());
  const auto ids = find_ids(**service, command.ids);
  if (!ids) return tl::unexpected<Failure>(ids.error());
  const auto revocation = revoke(**service, command, *ids);
  if (!revocation) return tl::unexpected<Failure>(revocation.error());

  const auto& [done, failures, near_misses] = *revocation;
  if (near_misses && !near_misses->empty()) remark("similar, but not revoked: " + in_quotes(*near_misses));
  if (failures.empty() && done.newly.empty() && done.already.empty())
    return fail(Exit::kRefused, "nothing was revoked: there is no such token");
  if (globals.json) {
    answer_json(to_json(libtoken::authority::RevocationReply{done, near_misses}));
  } else {
    for (const TokenId& id : done.newly) answer(to_string(id) + "\n");
  }
  remark_on(**service, *revocation, !command.ids.empty());
  Exit exit = Exit::kDone;
  for (const Failure& failure : failures) {
    remark(failure.message);
    exit = std::max(exit, failure.exit);
  }
  return exit;
}

}  // namespace tokenctl
