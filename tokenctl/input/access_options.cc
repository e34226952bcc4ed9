#include "input/access_options.h"

#include <algorithm>

#include "input/names.h"
#include "input/times.h"

namespace tokenctl {

Outcome<AccessQuestion> parse_access(const AccessOptions& options, std::int64_t now_unix_s) {
  AccessQuestion question;
  libtoken::Access& access = question.access;

  const auto action = libtoken::parse_action(libtoken::letters_of_actions(options.action));
  if (!action) return fail(Exit::kUsage, "--action: " + action.error().message + kActionWords);
  access.action = *action;

  access.now_unix_s = now_unix_s;
  if (options.at) {
    const auto at = parse_moment(*options.at, now_unix_s);
    if (!at) return fail(Exit::kUsage, "--at: " + at.error().message);
    access.now_unix_s = *at;
  }

  auto org = parse_optional(options.org);
  if (!org) return tl::unexpected<Failure>(org.error());
  question.org = std::move(*org);
  auto app = parse_optional(options.app);
  if (!app) return tl::unexpected<Failure>(app.error());
  question.app = std::move(*app);
  if (!question.org && !question.app) return fail(Exit::kUsage, "--org is required, or --app");

  access.feature = options.feature;
  access.storage_object = options.storage_object;
  access.app_feature = options.app_feature;
  access.machine = options.machine;
  access.volume = options.volume;
  access.machine_feature = options.machine_feature;
  access.cluster = options.cluster;
  access.mutation = options.mutation;
  access.source_machine = options.source_machine;
  access.source_app = options.source_app;
  access.source_organization = options.source_organization;

  if (options.command) {
    question.command = split_command(*options.command);
    if (question.command.empty()) return fail(Exit::kUsage, "--command: there is no word in it");
  }
  for (const std::string& arg : options.command_args) question.command.push_back(arg);
  if (!question.command.empty()) access.command = std::span<const std::string_view>(question.command);
  return question;
}

std::vector<std::string_view> split_command(std::string_view command) {
  std::vector<std::string_view> args;
  while (true) {
    const std::size_t first = command.find_first_not_of(' ');
    if (first == std::string_view::npos) return args;
    command.remove_prefix(first);
    const std::size_t end = std::min(command.find(' '), command.size());
    args.push_back(command.substr(0, end));
    command.remove_prefix(end);
  }
}

}  // namespace tokenctl
