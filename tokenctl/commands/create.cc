#include <chrono>

#include "authority/tokens/issued_json.h"
#include "commands/run.h"
#include "input/access_options.h"
#include "input/names.h"
#include "input/times.h"
#include "libtoken/bundle.h"
#include "libtoken/explain.h"
#include "libtoken/json.h"
#include "output/output.h"
#include "output/times.h"
#include "output/what_is_allowed.h"
#include "service/service.h"

namespace tokenctl {
namespace {

using libtoken::CaveatSet;
using libtoken::authority::Minted;
using libtoken::authority::MintRequest;

/// The names of the org and app that a token was made for.
class MintedNames final : public libtoken::NameSource {
 public:
  explicit MintedNames(const Minted& minted) : minted_(minted) {}
  [[nodiscard]] std::optional<std::string> org_name(std::uint64_t id) const override {
    if (id != minted_.org.id || minted_.org.name.empty()) return std::nullopt;
    return minted_.org.name;
  }
  [[nodiscard]] std::optional<std::string> app_name(std::uint64_t id) const override {
    if (!minted_.app || id != minted_.app->id || minted_.app->name.empty()) return std::nullopt;
    return minted_.app->name;
  }

 private:
  const Minted& minted_;
};

/// The commands that `create machine-exec` allows; empty for other profiles.
Outcome<std::vector<CaveatSet::Command>> parse_commands(const Create& command) {
  std::vector<CaveatSet::Command> commands;
  const auto add = [&](const char* flag, const std::vector<std::string>& lines, bool exact) -> Outcome<void> {
    for (const std::string& line : lines) {
      const auto words = split_command(line);
      if (words.empty()) return fail(Exit::kUsage, std::string(flag) + ": there is no word in it");
      commands.push_back({{words.begin(), words.end()}, exact});
    }
    return {};
  };
  auto added = add("--command", command.commands, true);
  if (added) added = add("--command-prefix", command.command_prefixes, false);
  if (!added) return tl::unexpected<Failure>(added.error());
  if (!command.command_words.empty()) commands.push_back({command.command_words, true});
  if (commands.empty() && command.profile == libtoken::Profile::kMachineExec) {
    return fail(Exit::kUsage,
                "no command was given: give --command, --command-prefix, or the command's words at the end");
  }
  return commands;
}

Outcome<MintRequest> parse_request(const Create& command, std::int64_t now_unix_s) {
  MintRequest request;
  request.profile = command.profile;
  if (command.role) {
    const auto role = libtoken::parse_role(*command.role);
    if (!role) return fail(Exit::kUsage, "--role: " + role.error().message);
    request.role = *role;
  }
  request.not_after_unix_s = now_unix_s + std::chrono::seconds(libtoken::authority::kDefaultLifetime).count();
  if (command.expiry) {
    const auto expiry = parse_expiry(*command.expiry, now_unix_s);
    if (!expiry) return fail(Exit::kUsage, "--expiry: " + expiry.error().message);
    request.not_after_unix_s = *expiry;
  }
  if (command.app) {
    auto app = parse_org_or_app(*command.app);
    if (!app) return tl::unexpected<Failure>(app.error());
    request.app = std::move(*app);
  }
  auto commands = parse_commands(command);
  if (!commands) return tl::unexpected<Failure>(commands.error());
  request.commands = std::move(*commands);
  request.name = command.name.value_or("");
  request.holder = command.holder.value_or("");
  return request;
}

/// Describes the new token on stderr.
void remark_on(const CreatedToken& created, std::int64_t now_unix_s) {
  const Minted& minted = created.minted;
  const MintedNames names(minted);
  const auto bundle = libtoken::Bundle::parse(minted.header);
  if (bundle) {
    if (const std::size_t copies = bundle->parts().size(); copies > 1) {
      remark("one token in " + std::to_string(copies) +
             " copies: keep them together; it may do what any of them may do");
    }
    remark_on_each(allowed_by(*bundle, libtoken::service_location(*bundle), &names), "copy");
  }
  remark(minted.not_after_unix_s ? "until " + describe_time(*minted.not_after_unix_s, now_unix_s)
                                 : std::string("it never ends"));
  remark("its id is " + to_string(minted.id) + "; the token is shown only this once and is not stored");
}

}  // namespace

Outcome<Exit> run(const Globals& globals, const Create& command) {
  const std::int64_t now = now_unix_s();
  auto request = parse_request(command, now);
  if (!request) return tl::unexpected<Failure>(request.error());
  const auto org = parse_optional(command.org);
  if (!org) return tl::unexpected<Failure>(org.error());
  const auto service = open_service(globals);
  if (!service) return tl::unexpected<Failure>(service.error());
  const auto created = (*service)->create(std::move(*request), *org);
  if (!created) return tl::unexpected<Failure>(created.error());
  if (globals.json) {
    answer_json(to_json(*created));
  } else {
    answer(created->minted.header + "\n");
  }
  remark_on(*created, now);
  return Exit::kDone;
}

}  // namespace tokenctl
