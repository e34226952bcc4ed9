#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authority/registry/registry.h"
#include "command_line/commands.h"
#include "libtoken/access.h"
#include "output/outcome.h"

namespace tokenctl {

/// An access as the command line asks about it: all of it but the ids of org and app, which may be names. Borrows from
/// the options it was made of.
struct AccessQuestion {
  std::optional<libtoken::authority::NameOrId> org;
  std::optional<libtoken::authority::NameOrId> app;
  std::vector<std::string_view> command;  ///< what access.command points to
  libtoken::Access access;                ///< `now` is `--at`, else the clock

  AccessQuestion() = default;
  AccessQuestion(AccessQuestion&&) = default;
  AccessQuestion& operator=(AccessQuestion&&) = default;
  AccessQuestion(const AccessQuestion&) = delete;
  AccessQuestion& operator=(const AccessQuestion&) = delete;
};

/// Every failure is one of usage.
[[nodiscard]] Outcome<AccessQuestion> parse_access(const AccessOptions& options, std::int64_t now_unix_s);

/// The arguments of a command line as people write it, split at spaces; views into it.
[[nodiscard]] std::vector<std::string_view> split_command(std::string_view command);

}  // namespace tokenctl
