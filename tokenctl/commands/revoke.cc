#include <algorithm>
#include <set>
#include <utility>

#include "authority/tokens/issued_json.h"
#include "client/daemon_client.h"
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
Outcome<std::vector<TokenId>> ids_of(const Bundle& bundle, const std::string& service_location) {
  const std::string location =
      service_location.empty() ? std::string(libtoken::service_location(bundle)) : service_location;
  std::vector<TokenId> ids;
  for (const Bundle::Part& part : bundle.parts()) {
    if (part && part->location() == location && std::find(ids.begin(), ids.end(), part->id()) == ids.end())
      ids.push_back(part->id());
  }
  if (!ids.empty()) return ids;
  const std::string of_token = libtoken::escape_untrusted(libtoken::service_location(bundle), 200);
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
  const int ways = (command.ids.empty() ? 0 : 1) + (command.self || command.token.file || command.token.text ? 1 : 0) +
                   (labels ? 1 : 0);
  if (ways > 1)
    return fail(Exit::kUsage, "say what to revoke in one way only: by ids, by a token, or with --name and --for");
  if (command.org && !labels) return fail(Exit::kUsage, "--org needs --name or --for");
  if (command.even_unknown && command.ids.empty()) return fail(Exit::kUsage, "--even-unknown needs ids");
  return {};
}

/// `12 000 of 30 000` on a terminal while it goes on.
class ShownProgress {
 public:
  [[nodiscard]] RevocationProgress& counts() noexcept { return counts_; }

 private:
  RevocationProgress counts_;
  Progress shown_{"revoking", [this]() -> std::string {
                    const std::size_t of = counts_.of;
                    return of == 0 ? "" : std::to_string(counts_.done) + " of " + std::to_string(of);
                  }};
};

/// Revokes the ids that can be found; of each of the others the result says why not.
Outcome<Revocation> revoke_ids(Service& service, const Revoke& command) {
  std::vector<TokenId> ids;
  std::vector<Failure> unknown;
  for (const std::string& text : command.ids) {
    const auto id = find_id(service, text);
    if (id) {
      ids.push_back(*id);
    } else if (id.error().exit == Exit::kRefused) {
      unknown.push_back(id.error());
    } else {
      return tl::unexpected<Failure>(id.error());
    }
  }
  if (ids.empty()) return Revocation{{}, std::move(unknown), std::nullopt};
  ShownProgress progress;
  auto revocation =
      service.revoke(ids, {.token = "", .even_unknown = command.even_unknown, .progress = &progress.counts()});
  if (!revocation) return revocation;
  revocation->failures.insert(revocation->failures.begin(), unknown.begin(), unknown.end());
  revocation->asked_for = std::move(ids);
  return revocation;
}

Outcome<Revocation> revoke(Service& service, const Revoke& command) {
  if (command.name || command.holder) {
    const auto filter = parse_filter(command);
    if (!filter) return tl::unexpected<Failure>(filter.error());
    ShownProgress progress;
    return service.revoke_matching(*filter, progress.counts());
  }
  if (!command.ids.empty()) return revoke_ids(service, command);
  const auto token = read_given_token(command.token, service.stdin_holds());
  if (!token) return tl::unexpected<Failure>(token.error());
  if (!*token)
    return fail(Exit::kUsage,
                "there is nothing to revoke: give ids, --token-file FILE, --name or --for, or pipe a token in");
  const auto bundle = parse_bundle(**token);
  if (!bundle)
    return fail(bundle.error().exit, bundle.error().message + "; find its id with tokenctl list and revoke that");
  const auto ids_of_token = ids_of(*bundle, service.location());
  if (!ids_of_token) return tl::unexpected<Failure>(ids_of_token.error());
  ShownProgress progress;
  auto revocation = service.revoke(*ids_of_token, {.token = bundle->header(libtoken::service_location(*bundle)),
                                                   .even_unknown = false,
                                                   .progress = &progress.counts()});
  if (revocation) revocation->asked_for = *ids_of_token;
  return revocation;
}

/// The part of a list of ids that is shown: those that were asked for, and the first of the others.
struct ShownIds {
  std::vector<TokenId> ids;
  std::size_t left_out = 0;
};

ShownIds shown_of(const std::vector<TokenId>& all, const std::set<TokenId>& asked_for) {
  constexpr std::size_t kMostOthers = 100;
  ShownIds shown;
  std::size_t others = 0;
  for (const TokenId& id : all) {
    if (asked_for.contains(id) || ++others <= kMostOthers) shown.ids.push_back(id);
  }
  shown.left_out = all.size() - shown.ids.size();
  return shown;
}

void remark_on_left_out(std::size_t count, const char* state) {
  if (count != 0) remark("and " + grouped(count) + " more " + state + "; --json names all");
}

void remark_on_already(const std::vector<TokenId>& already, const std::set<TokenId>& asked_for) {
  const ShownIds shown = shown_of(already, asked_for);
  for (const TokenId& id : shown.ids) remark(to_string(id) + " was already revoked");
  remark_on_left_out(shown.left_out, "already revoked");
}

/// Describes what was revoked on stderr. `by_id`: the ids were typed, and may be those of no token.
void remark_on(Service& service, const Revocation& revocation, bool by_id) {
  const std::set<TokenId> asked_for(revocation.asked_for.begin(), revocation.asked_for.end());
  const ShownIds shown = shown_of(revocation.done.newly, asked_for);
  bool can_read = true;  // a token that may revoke may not be allowed to read the registry
  for (const TokenId& id : shown.ids) {
    std::string line = "revoked " + to_string(id);
    if (can_read) {
      const auto token = service.token(id);
      can_read = token.has_value();
      if (can_read && *token) line += ", " + describe(**token);
      if (can_read && !*token)
        line += by_id ? ": no record has this id, and it is revoked all the same" : ", which is not recorded here";
    }
    remark(line);
  }
  remark_on_left_out(shown.left_out, "revoked");
  remark_on_already(revocation.done.already, asked_for);
  if (!revocation.done.newly.empty())
    remark("revoked " + counted(revocation.done.newly.size(), "token") + " with all copies");
}

void answer_revoked(const libtoken::authority::RevocationReply& reply, const std::vector<TokenId>& asked_for,
                    bool as_json) {
  if (as_json) return answer_json(to_json(reply));
  const ShownIds shown = shown_of(reply.done.newly, {asked_for.begin(), asked_for.end()});
  for (const TokenId& id : shown.ids) answer(to_string(id) + "\n");
}

/// Has a daemon end the token that it is asked with.
Outcome<Exit> revoke_self(const Globals& globals, const Revoke& command) {
  const auto server = server_url(globals);
  if (!server || globals.store || globals.kek_file)
    return fail(Exit::kUsage, "--self asks a server: give --server URL, or with a store leave --self out");
  if (globals.as_file && (command.token.file || command.token.text))
    return fail(Exit::kUsage, "--self: give the token once, with --token-file, -t or --as-file");
  std::optional<std::string> token;
  if (!globals.as_file) {
    auto given = read_given_token(command.token);
    if (!given) return tl::unexpected<Failure>(given.error());
    token = std::move(*given);
  }
  const auto daemon = token ? DaemonClient::open_with(*token, *server) : DaemonClient::open(globals, *server);
  if (!daemon) return tl::unexpected<Failure>(daemon.error());
  const auto answered = with_advice(daemon->remove("/v1/tokens/self"), kRevokeAgain);
  if (!answered) return tl::unexpected<Failure>(answered.error());
  const auto reply = libtoken::authority::revocation_from_json(*answered);
  if (!reply) return with_advice(Outcome<Exit>(unexpected_reply(*daemon)), kRevokeAgain);
  answer_revoked(*reply, {}, globals.json);
  const ShownIds shown = shown_of(reply->done.newly, {});
  for (const TokenId& id : shown.ids) remark("revoked " + to_string(id));
  remark_on_left_out(shown.left_out, "revoked");
  remark_on_already(reply->done.already, {});
  return Exit::kDone;
}

}  // namespace

Outcome<Exit> run(const Globals& globals, const Revoke& command) {
  if (const auto checked = check_selection(command); !checked) return tl::unexpected<Failure>(checked.error());
  if (command.self) return revoke_self(globals, command);
  if (const auto checked = check_ids(command.ids); !checked) return tl::unexpected<Failure>(checked.error());
  const auto service = open_service(globals);
  if (!service) {
    Failure failure = service.error();
    const bool gave_token = command.token.file || command.token.text;
    if (failure.exit == Exit::kUsage && gave_token && server_url(globals))
      failure.message += "; or add --self, and the token ends itself";
    return tl::unexpected<Failure>(std::move(failure));
  }
  const auto revocation = revoke(**service, command);
  if (!revocation) return tl::unexpected<Failure>(revocation.error());

  const auto& [done, failures, near_misses, asked_for] = *revocation;
  if (near_misses && !near_misses->empty()) remark("similar, but not revoked: " + in_quotes(*near_misses));
  if (failures.empty() && done.newly.empty() && done.already.empty())
    return fail(Exit::kRefused, "nothing was revoked: there is no such token that has not ended");
  answer_revoked({done, near_misses}, asked_for, globals.json);
  remark_on(**service, *revocation, !command.ids.empty());
  Exit exit = Exit::kDone;
  for (const Failure& failure : failures) {
    remark(failure.message);
    exit = std::max(exit, failure.exit);
  }
  return exit;
}

}  // namespace tokenctl
