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

/// An access as the command line describes it. Org and app may be names, so their ids are not in `access` yet. Holds
/// views into the options it was made from.
struct AccessQuestion {
  std::optional<libtoken::authority::NameOrId> org;
  std::optional<libtoken::authority::NameOrId> app;
  std::vector<std::string_view> command;  ///< what access.command points to
  libtoken::Access access;                ///< its time is `--at`, else the clock's

  AccessQuestion() = default;
  AccessQuestion(AccessQuestion&&) = default;
  AccessQuestion& operator=(AccessQuestion&&) = default;
  AccessQuestion(const AccessQuestion&) = delete;
  AccessQuestion& operator=(const AccessQuestion&) = delete;
};

/// What follows in a message after the letters that an action may be written with.
inline constexpr const char* kActionWords = "; or read, write, create, delete, control, with commas, or all";

/// Every failure is kUsage.
[[nodiscard]] Outcome<AccessQuestion> parse_access(const AccessOptions& options, std::int64_t now_unix_s);

/// A command line split at spaces. The arguments are views into it.
[[nodiscard]] std::vector<std::string_view> split_command(std::string_view command);

}  // namespace tokenctl
