#include <algorithm>

#include "authority/tokens/issued_json.h"
#include "commands/commands.h"
#include "libtoken/bundle.h"
#include "libtoken/text.h"
#include "output/listing.h"
#include "input/name_options.h"
#include "input/token_source.h"

namespace tokenctl {
namespace {

using libtoken::Bundle;
using libtoken::TokenId;
using libtoken::authority::TokenFilter;

Outcome<std::vector<TokenId>> parse_ids(const std::vector<std::string>& texts) {
  std::vector<TokenId> ids;
  for (const std::string& text : texts) {
    if (looks_like_token(text)) return fail(Exit::kUsage, kTokenIsNoArgument);
    const auto id = libtoken::parse_token_id(text);
    if (!id) {
      return fail(Exit::kUsage, in_quotes(text) +
                                    " is no token's id, such as 67a18dba-761b-5281-be62-275744f1eb41 is one: "
                                    "names go with --name, holders with --for");
    }
    ids.push_back(*id);
  }
  return ids;
}

/// The ids of a bundle's tokens for the service. Its discharges are somebody else's.
Outcome<std::vector<TokenId>> ids_of(const std::string& text, const std::string& service_location) {
  const auto bundle = parse_bundle(text);
  if (!bundle)
    return fail(bundle.error().exit, bundle.error().message + ": find its id with tokenctl list, and revoke that");
  const std::string location =
      service_location.empty() ? std::string(libtoken::service_location(*bundle)) : service_location;
  std::vector<TokenId> ids;
  for (const Bundle::Part& part : bundle->parts()) {
    if (part && part->location() == location && std::find(ids.begin(), ids.end(), part->id()) == ids.end())
      ids.push_back(part->id());
  }
  if (!ids.empty()) return ids;
  return fail(Exit::kRefused, "the token is for " +
                                  libtoken::escape_untrusted(libtoken::service_location(*bundle), 200) + ", not for " +
                                  libtoken::escape_untrusted(location, 200) + ": revoking it here would end nothing");
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

/// What is to be revoked is said in one way, since a second one is more likely a slip than meant.
Outcome<void> check_selection(const Revoke& command) {
  const bool labels = command.name || command.holder;
  const int ways =
      (command.ids.empty() ? 0 : 1) + (command.token.file || command.token.text ? 1 : 0) + (labels ? 1 : 0);
  if (ways > 1) return fail(Exit::kUsage, "say what to revoke in one way: ids, or a token, or --name and --for");
  if (command.org && !labels) return fail(Exit::kUsage, "--org narrows --name and --for, and neither was given");
  return {};
}

Outcome<Revocation> revoke(Service& service, const Revoke& command, const std::vector<TokenId>& ids) {
  if (command.name || command.holder) {
    const auto filter = parse_filter(command);
    if (!filter) return tl::unexpected<Failure>(filter.error());
    return service.revoke_matching(*filter);
  }
  if (!ids.empty()) return service.revoke(ids);
  const auto token = read_given_token(command.token, service.stdin_holds());
  if (!token) return tl::unexpected<Failure>(token.error());
  if (!*token)
    return fail(Exit::kUsage,
                "nothing was said to revoke: give ids, --token-file FILE, --name or --for, or pipe a token in");
  const auto ids_of_token = ids_of(**token, service.location());
  if (!ids_of_token) return tl::unexpected<Failure>(ids_of_token.error());
  return service.revoke(*ids_of_token);
}

/// `by_id`: somebody wrote the ids, and may have slipped.
void remark_on(Service& service, const Revocation& revocation, bool by_id) {
  bool told = true;  // by the registry: a token that may revoke may not always read
  for (const TokenId& id : revocation.done.newly) {
    std::string line = "revoked " + to_string(id);
    if (told) {
      const auto token = service.token(id);
      told = token.has_value();
      if (told && *token) line += ", " + describe(**token);
      if (told && !*token) line += std::string(", which is in no record here") + (by_id ? ": check the id" : "");
    }
    remark(line);
  }
  for (const TokenId& id : revocation.done.already) remark(to_string(id) + " was revoked before");
  if (!revocation.done.newly.empty())
    remark("revoked " + counted(revocation.done.newly.size(), "token") + ", and with each every copy of it");
}

}  // namespace

Outcome<Exit> run(const Globals& globals, const Revoke& command) {
  if (const auto one_way = check_selection(command); !one_way) return tl::unexpected<Failure>(one_way.error());
  const auto ids = parse_ids(command.ids);
  if (!ids) return tl::unexpected<Failure>(ids.error());
  const auto service = open_service(globals);
  if (!service) return tl::unexpected<Failure>(service.error());
  const auto revocation = revoke(**service, command, *ids);
  if (!revocation) return tl::unexpected<Failure>(revocation.error());

  const auto& [done, failures, near_misses] = *revocation;
  if (near_misses && !near_misses->empty()) remark("nearly that, and not revoked: " + in_quotes(*near_misses));
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
