#include <charconv>

#include "libtoken/json.h"

#include "commands/run.h"
#include "input/caveats_file.h"
#include "input/shared_secret.h"
#include "input/times.h"
#include "input/token_source.h"
#include "libtoken/bundle.h"
#include "libtoken/caveat_json.h"
#include "libtoken/explain.h"
#include "libtoken/text.h"
#include "libtoken/third_party.h"
#include "output/output.h"
#include "output/times.h"

namespace tokenctl {
namespace {

using libtoken::Bundle;
using libtoken::Caveat;
using libtoken::CaveatSet;
using libtoken::DischargeRequest;
using libtoken::Macaroon;
using libtoken::OpenedTicket;
using json = libtoken::Json;

Outcome<std::uint64_t> parse_id(const char* flag, const std::string& text) {
  std::uint64_t id = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, id);
  if (read.ec == std::errc{} && read.ptr == end) return id;
  return fail(Exit::kUsage,
              std::string(flag) + ": cannot read \"" + libtoken::escape_untrusted(text, 60) + "\"; write a number");
}

Outcome<std::vector<std::uint64_t>> parse_ids(const char* flag, const std::vector<std::string>& texts) {
  std::vector<std::uint64_t> ids;
  for (const std::string& text : texts) {
    const auto id = parse_id(flag, text);
    if (!id) return tl::unexpected<Failure>(id.error());
    ids.push_back(*id);
  }
  return ids;
}

/// What the flags say about the holder.
struct Holder {
  DischargeRequest request;
  bool has_user = false;
};

Outcome<Holder> parse_holder(const ThirdPartyDischarge& command) {
  Holder holder;
  DischargeRequest::Account account;
  if (command.user) {
    const auto user = parse_id("--user", *command.user);
    if (!user) return tl::unexpected<Failure>(user.error());
    account.user = *user;
    holder.has_user = true;
  }
  auto organizations = parse_ids("--organization", command.organizations);
  if (!organizations) return tl::unexpected<Failure>(organizations.error());
  account.organizations = std::move(*organizations);
  if (holder.has_user || !account.organizations.empty()) holder.request.accounts.push_back(std::move(account));
  for (const std::string& domain : command.google_domains) holder.request.google.push_back({domain});
  auto github = parse_ids("--github-org", command.github_organizations);
  if (!github) return tl::unexpected<Failure>(github.error());
  if (!github->empty()) holder.request.github.push_back({std::move(*github)});
  return holder;
}

bool is_satisfied(const Caveat& caveat, const Holder& holder) {
  // Without --user the account has no id, but the request cannot express that.
  if (std::holds_alternative<libtoken::ConfineUser>(caveat.body) && !holder.has_user) return false;
  return allows_discharge(caveat, holder.request);
}

/// The caveats of the discharge, without its binding.
Outcome<CaveatSet> collect(const ThirdPartyDischarge& command, std::int64_t now_unix_s) {
  CaveatSet caveats;
  if (command.caveats_file) {
    if (auto added = append_caveats_file(caveats, *command.caveats_file); !added)
      return tl::unexpected<Failure>(added.error());
  }
  if (command.expiry) {
    const auto expiry = parse_expiry(*command.expiry, now_unix_s);
    if (!expiry) return fail(Exit::kUsage, "--expiry: " + expiry.error().message);
    if (*expiry) caveats.validity_window(0, **expiry);
  }
  return caveats;
}

/// The earliest end of the top-level validity windows. A window inside an IfPresent may not apply.
Outcome<std::optional<std::int64_t>> end_of(const CaveatSet& caveats) {
  const auto decoded = caveats.check();
  if (!decoded) return fail(Exit::kUsage, decoded.error().message);
  std::optional<std::int64_t> end;
  for (const Caveat& caveat : decoded->caveats()) {
    if (const auto* window = std::get_if<libtoken::ValidityWindow>(&caveat.body))
      end = std::min(end.value_or(window->not_after_unix_s), window->not_after_unix_s);
  }
  return end;
}

/// A ticket to answer, and the token that it is from, if there is one.
struct Target {
  std::optional<Bundle> bundle;
  const Macaroon* token = nullptr;
  libtoken::Bytes ticket;
};

Outcome<Target> find_target(const ThirdPartyDischarge& command) {
  Target target;
  if (command.ticket) {
    auto ticket = libtoken::from_base64(*command.ticket);
    if (!ticket) return fail(Exit::kUsage, "--ticket: " + ticket.error().message);
    target.ticket = std::move(*ticket);
    if (!command.bind) return target;
  }
  auto bundle = read_bundle(command.token, command.caveats_file == "-" ? "the caveats" : nullptr);
  if (!bundle) return tl::unexpected<Failure>(bundle.error());
  target.bundle = std::move(*bundle);
  const std::string who = libtoken::escape_untrusted(command.location);
  for (const auto& ticket : tickets_of(*target.bundle, service_location(*target.bundle))) {
    if (ticket.location != command.location) continue;
    if (command.ticket && !libtoken::equal(ticket.ticket, target.ticket)) continue;
    if (target.token != nullptr && !libtoken::equal(ticket.ticket, target.ticket)) {
      return fail(Exit::kUsage, "there are several tickets for " + who +
                                    ": choose one with --ticket (tokenctl third-party tickets --json lists them)");
    }
    target.ticket.assign(ticket.ticket.begin(), ticket.ticket.end());
    target.token = &*target.bundle->parts()[ticket.part];
  }
  if (target.token == nullptr)
    return fail(Exit::kRefused, "the token has no" + std::string(command.ticket ? " such" : "") + " ticket for " + who);
  return target;
}

/// Says on stderr what the ticket asks. Returns the types of the caveats that are not satisfied.
std::vector<std::string> check(const OpenedTicket& ticket, const Holder& holder) {
  std::vector<std::string> unsatisfied;
  if (ticket.caveats().empty()) remark("the ticket asks for nothing to be checked");
  for (const Caveat& caveat : ticket.caveats()) {
    const auto words = explain(caveat, nullptr);
    const bool satisfied = is_satisfied(caveat, holder);
    remark("the ticket asks: " + words.type + ", " + words.adds + (satisfied ? " (satisfied)" : " (NOT satisfied)"));
    if (!satisfied) unsatisfied.push_back(words.type);
  }
  return unsatisfied;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

json to_json(const Macaroon& discharge, const OpenedTicket& ticket, const Holder& holder) {
  json asked = json::array();
  for (const Caveat& caveat : ticket.caveats()) {
    json one = caveat_to_json(caveat);
    one["satisfied"] = is_satisfied(caveat, holder);
    asked.push_back(std::move(one));
  }
  const auto end = libtoken::not_after_unix_s(discharge.unverified_caveats());
  return {{"discharge", discharge.text()},
          {"location", discharge.location()},
          {"expires", end ? json(to_rfc3339(*end)) : json(nullptr)},
          {"asked", std::move(asked)}};
}

}  // namespace

Outcome<Exit> run(const Globals& globals, const ThirdPartyDischarge& command) {
  const std::int64_t now = now_unix_s();
  auto holder = parse_holder(command);
  if (!holder) return tl::unexpected<Failure>(holder.error());
  const auto target = find_target(command);
  if (!target) return tl::unexpected<Failure>(target.error());
  auto caveats = collect(command, now);
  if (!caveats) return tl::unexpected<Failure>(caveats.error());
  const auto end = end_of(*caveats);
  if (!end) return tl::unexpected<Failure>(end.error());
  holder->request.now_unix_s = now;
  holder->request.expires_unix_s = *end;
  const auto key = read_shared_secret(command.secret_file);
  if (!key) return tl::unexpected<Failure>(key.error());

  const auto ticket = OpenedTicket::open(target->ticket, *key);
  if (!ticket) return fail(Exit::kRefused, ticket.error().message);
  const auto unsatisfied = check(*ticket, *holder);
  if (!unsatisfied.empty()) {
    if (!command.unchecked) {
      return fail(Exit::kRefused, "no discharge was made: the flags do not satisfy what the ticket asks (" +
                                      joined(unsatisfied) + "); --unchecked makes it anyway");
    }
    remark("--unchecked: the discharge is made although this was not checked: " + joined(unsatisfied));
  }

  if (command.bind) {
    const auto binding = libtoken::binding_to(*target->token);
    if (!binding) return fail(Exit::kRefused, binding.error().message);
    caveats->append(*binding);
  }
  const auto discharge = ticket->discharge(command.location, *caveats);
  if (!discharge) return fail(discharge.error());
  if (globals.json) {
    answer_json(to_json(*discharge, *ticket, *holder));
  } else {
    answer(discharge->text() + "\n");
  }
  remark(*end ? "the discharge is valid until " + describe_time(**end, now) : std::string("the discharge never ends"));
  return Exit::kDone;
}

}  // namespace tokenctl
