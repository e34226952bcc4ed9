#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libtoken/result.h"

namespace libtoken {

/// A set of actions: `r` 1 read, `w` 2 write, `c` 4 create, `d` 8 delete, `C` 16 control (FORMAT.md §6). In a caveat it
/// is what is allowed, in an access what is being done. A caveat's mask may have bits that no letter names.
struct ActionMask {
  std::uint16_t bits = 0;

  /// Every action in `other` is in this one. The empty mask is within every mask.
  [[nodiscard]] constexpr bool contains(ActionMask other) const noexcept { return (other.bits & ~bits) == 0; }
  friend constexpr bool operator==(ActionMask, ActionMask) = default;
  friend constexpr ActionMask operator&(ActionMask a, ActionMask b) noexcept {
    return {static_cast<std::uint16_t>(a.bits & b.bits)};
  }
};

inline constexpr ActionMask kNoAction{0};
inline constexpr ActionMask kRead{1};
inline constexpr ActionMask kWrite{2};
inline constexpr ActionMask kCreate{4};
inline constexpr ActionMask kDelete{8};
inline constexpr ActionMask kControl{16};
inline constexpr ActionMask kAllActions{31};

/// Letters in the order `rwcdC`; bits without a letter are not shown.
[[nodiscard]] std::string to_string(ActionMask mask);

/// The words that letters_of_actions() reads: `read`, `write`, …, and `all`.
[[nodiscard]] std::vector<std::string> action_words();

/// Actions as people write them, as letters: words out of `read`, `write`, `create`, `delete`, `control` and letters,
/// with commas between them, or `all` alone, which is `*`. Words may be in capitals, letters not. Any other text comes
/// back as it is.
[[nodiscard]] std::string letters_of_actions(std::string_view words);

/// Letters in any order, each at most once; "" is no action; `*` alone is every one of the 16 bits, as the reference
/// reads it in a caveat (FORMAT.md §6). Error: kInvalidArgument.
[[nodiscard]] Result<ActionMask> parse_caveat_mask(std::string_view letters);

/// The same for the action of an access, where `*` means the five actions above. Error: kInvalidArgument.
[[nodiscard]] Result<ActionMask> parse_action(std::string_view letters);

/// Role masks (FORMAT.md §7).
inline constexpr std::uint32_t kRoleMember = 1;
inline constexpr std::uint32_t kRoleBillingManager = 2;
inline constexpr std::uint32_t kRoleAdmin = 0xffffffff;

/// What a caller asks about (FORMAT.md §6). A field is present when it has a value; 0, "" and an empty list are values.
/// Texts and lists are borrowed.
struct Access {
  ActionMask action;
  std::int64_t now_unix_s = 0;
  std::optional<std::uint64_t> org;
  std::optional<std::uint64_t> app;
  std::optional<std::string_view> feature;
  std::optional<std::string_view> storage_object;
  std::optional<std::string_view> app_feature;
  std::optional<std::string_view> machine;
  std::optional<std::string_view> volume;
  std::optional<std::string_view> machine_feature;
  std::optional<std::span<const std::string_view>> command;
  std::optional<std::string_view> cluster;
  std::optional<std::string_view> mutation;
  std::optional<std::string_view> source_machine;
  std::optional<std::string_view> source_app;
  std::optional<std::string_view> source_organization;
};

/// Which rule of FORMAT.md §6 an access breaks, in the order in which the rules are checked.
enum class AccessFault : std::uint8_t { kUnspecified, kExclusive, kInvalidAccess };

/// "unspecified", "exclusive", "invalid_access".
[[nodiscard]] const char* to_string(AccessFault fault) noexcept;

/// The first rule of FORMAT.md §6 that the access breaks, with a sentence about it; nothing if it is valid.
struct AccessProblem {
  AccessFault fault{};
  const char* message = "";
};
[[nodiscard]] std::optional<AccessProblem> find_problem(const Access& access) noexcept;

}  // namespace libtoken
