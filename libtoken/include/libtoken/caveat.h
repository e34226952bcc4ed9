#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "libtoken/access.h"
#include "libtoken/bytes.h"
#include "libtoken/encoded_range.h"

namespace libtoken {

/// Wire numbers (FORMAT.md §7). A value that is not listed is an unknown type.
enum class CaveatType : std::uint64_t {
  kOrganization = 0,
  kVolumes = 2,
  kApps = 3,
  kValidityWindow = 4,
  kFeatureSet = 5,
  kMutations = 6,
  kMachines = 7,
  kConfineUser = 8,
  kConfineOrganization = 9,
  kIsUser = 10,
  kThirdParty = 11,
  kBindToParentToken = 12,
  kIfPresent = 13,
  kMachineFeatureSet = 14,
  kFromMachineSource = 15,
  kClusters = 16,
  kConfineGoogleHD = 19,
  kConfineGitHubOrg = 20,
  kMaxValidity = 21,
  kIsMember = 22,
  kFlyioUserID = 23,
  kGitHubUserID = 24,
  kGoogleUserID = 25,
  kAction = 26,
  kCommands = 27,
  kAppFeatureSet = 28,
  kStorageObjects = 29,
  kAllowedRoles = 30,
  kFlySrc = 31,
};

/// From here on a type is a user's own (FORMAT.md §7).
inline constexpr std::uint64_t kFirstUserCaveatType = std::uint64_t{1} << 48;

/// One entry of a resource set: an id and what may be done with it. 0 or "" stands for every id.
struct IdEntry {
  std::uint64_t id = 0;
  ActionMask mask;
};
struct NameEntry {
  std::string_view name;
  ActionMask mask;
};
void read_item(const std::uint8_t*& at, IdEntry& entry);
void read_item(const std::uint8_t*& at, NameEntry& entry);

using IdSet = EncodedRange<IdEntry>;
using NameSet = EncodedRange<NameEntry>;

/// A list of texts.
struct TextItem {
  std::string_view text;
};
void read_item(const std::uint8_t*& at, TextItem& item);
using TextList = EncodedRange<TextItem>;

/// One entry of Commands: these arguments exactly, or any command that begins with them.
struct CommandEntry {
  TextList args;
  bool exact = false;
};
void read_item(const std::uint8_t*& at, CommandEntry& entry);

struct Caveat;

/// The caveats inside an IfPresent, decoded along with it and owned by whoever owns it.
class CaveatList {
 public:
  CaveatList() = default;
  CaveatList(const Caveat* first, std::uint32_t count) noexcept : first_(first), count_(count) {}
  [[nodiscard]] const Caveat* begin() const noexcept { return first_; }
  [[nodiscard]] const Caveat* end() const noexcept;
  [[nodiscard]] std::uint32_t size() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

 private:
  const Caveat* first_ = nullptr;
  std::uint32_t count_ = 0;
};

// One struct per caveat. Everything with a length is a view into the token's buffer (FORMAT.md §7 says what each
// means).
// clang-format off
struct Organization { std::uint64_t id = 0; ActionMask mask; };
struct Volumes { NameSet volumes; };
struct Apps { IdSet apps; };
struct ValidityWindow { std::int64_t not_before_unix_s = 0; std::int64_t not_after_unix_s = 0; };
struct FeatureSet { NameSet features; };
struct Mutations { TextList mutations; };
struct Machines { NameSet machines; };
struct ConfineUser { std::uint64_t id = 0; };
struct ConfineOrganization { std::uint64_t id = 0; };
struct IsUser { std::uint64_t id = 0; };
struct ThirdParty { std::string_view location; ByteView verifier_key; ByteView ticket; };
struct BindToParentToken { ByteView prefix; };
struct IfPresent { CaveatList ifs; ActionMask otherwise; };
struct MachineFeatureSet { NameSet features; };
struct FromMachineSource { std::string_view id; };
struct Clusters { NameSet clusters; };
struct ConfineGoogleHD { std::string_view hosted_domain; };
struct ConfineGitHubOrg { std::uint64_t id = 0; };
struct MaxValidity { std::uint64_t seconds = 0; };
struct IsMember {};
struct FlyioUserID { std::uint64_t id = 0; };
struct GitHubUserID { std::uint64_t id = 0; };
struct GoogleUserID { ByteView big_endian; };
struct ActionCaveat { ActionMask mask; };
struct Commands { EncodedRange<CommandEntry> commands; };
struct AppFeatureSet { NameSet features; };
struct StorageObjects { NameSet prefixes; };
struct AllowedRoles { std::uint32_t roles = 0; };
struct FlySrc { std::string_view organization; std::string_view app; std::string_view instance; };
// clang-format on
/// A caveat of an unknown type: its body as received, of which only the form (well-formed MessagePack) was checked.
struct UnknownCaveat {
  ByteView body;
};

using CaveatBody = std::variant<UnknownCaveat, Organization, Volumes, Apps, ValidityWindow, FeatureSet, Mutations,
                                Machines, ConfineUser, ConfineOrganization, IsUser, ThirdParty, BindToParentToken,
                                IfPresent, MachineFeatureSet, FromMachineSource, Clusters, ConfineGoogleHD,
                                ConfineGitHubOrg, MaxValidity, IsMember, FlyioUserID, GitHubUserID, GoogleUserID,
                                ActionCaveat, Commands, AppFeatureSet, StorageObjects, AllowedRoles, FlySrc>;

/// One caveat of a token. `encoded` is `type ‖ body` as it stands in the token: what the chain signs after the byte 92.
struct Caveat {
  CaveatType type{};
  ByteView encoded;
  CaveatBody body;
};

inline const Caveat* CaveatList::end() const noexcept { return first_ + count_; }

/// "Organization", "3P" …; "" for an unknown type (FORMAT.md §9).
[[nodiscard]] std::string_view name_of(CaveatType type) noexcept;

/// A caveat that states a fact and restricts nothing (FORMAT.md §1).
[[nodiscard]] bool is_attestation(CaveatType type) noexcept;

/// An IfPresent whose else mask can never apply in a valid access, because something inside it, at any depth, can never
/// be `unspecified` (FORMAT.md §7). False for every other caveat.
[[nodiscard]] bool has_unreachable_else(const Caveat& caveat) noexcept;

}  // namespace libtoken
