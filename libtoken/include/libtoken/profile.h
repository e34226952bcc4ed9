#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "libtoken/caveat_set.h"
#include "libtoken/result.h"

namespace libtoken {

/// The kinds of token that the authority makes. Each begins with Organization(org, *), on which isolation relies.
enum class Profile : std::uint8_t { kOrg, kReadonly, kDeploy, kSsh, kMachineExec, kWireguard };

/// "org", "readonly", "deploy", "ssh", "machine-exec", "wireguard".
[[nodiscard]] const char* to_string(Profile profile) noexcept;
/// Error: kInvalidArgument, listing the profiles there are.
[[nodiscard]] Result<Profile> parse_profile(std::string_view name);

enum class Role : std::uint8_t { kMember, kAdmin };
/// "member", "admin".
[[nodiscard]] const char* to_string(Role role) noexcept;
/// Error: kInvalidArgument.
[[nodiscard]] Result<Role> parse_role(std::string_view name);

/// Everything in the org; as a member, all that members may do there and no billing at all.
[[nodiscard]] CaveatSet org_profile(std::uint64_t org, Role role);
/// Reading, anywhere in the org.
[[nodiscard]] CaveatSet readonly_profile(std::uint64_t org);
/// Everything on one app and with the features `builder` and `wg`; of the org it may read what is neither app nor
/// feature. Other apps and other features are closed.
[[nodiscard]] CaveatSet deploy_profile(std::uint64_t org, std::uint64_t app);

/// Shell access to one app's machines, as flyctl has it: the deploy token twice, one copy for reading, the other for
/// the two mutations that it takes. A bundle allows what either copy allows; both have one nonce, and so one id.
[[nodiscard]] std::vector<CaveatSet> ssh_profile(std::uint64_t org, std::uint64_t app);
/// The deploy profile for these commands on the app's machines, and for nothing that names no command of theirs.
[[nodiscard]] CaveatSet machine_exec_profile(std::uint64_t org, std::uint64_t app,
                                             const std::vector<CaveatSet::Command>& commands);
/// Everything with the org's WireGuard peers; of the org it may read what is neither app nor feature.
[[nodiscard]] CaveatSet wireguard_profile(std::uint64_t org);

/// The profile that a token of these caveats was made as, whatever its holder added since; nothing if it begins with
/// none. If it was made with another token, whose caveats stand before its own, the recipe that came last counts: it
/// ends with the window that its mint gave it. An `org` token that its holder narrowed to reading is a `readonly` one.
[[nodiscard]] std::optional<Profile> recognise_profile(std::span<const Caveat> caveats);
[[nodiscard]] std::optional<Profile> recognise_profile(std::span<const Caveat* const> caveats);

}  // namespace libtoken
