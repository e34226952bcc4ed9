#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libtoken/caveat.h"
#include "libtoken/result.h"

namespace libtoken {

class CaveatArena;

/// Caveats decoded from bytes that somebody else owns and keeps alive. Moving it leaves its caveats where they are.
class DecodedCaveats {
 public:
  DecodedCaveats(DecodedCaveats&&) noexcept;
  DecodedCaveats& operator=(DecodedCaveats&&) noexcept;
  ~DecodedCaveats();

  [[nodiscard]] std::span<const Caveat> caveats() const noexcept { return caveats_; }

 private:
  friend class CaveatSet;
  DecodedCaveats();
  std::unique_ptr<CaveatArena> arena_;
  std::span<const Caveat> caveats_;
};

/// Caveats to mint or attenuate with, in their encoded form. Owns its bytes; check() hands out views that are valid as
/// long as it is. Its content passes the same decoder as a token's caveats.
///
///     CaveatSet caveats;
///     caveats.organization(7, kRead).validity_window(0, now + 3600);
///
/// check() reports what no token can hold (a repeated id, a text that is not UTF-8). Everything that takes a CaveatSet
/// calls it.
class CaveatSet {
 public:
  using Ids = std::vector<std::pair<std::uint64_t, ActionMask>>;
  using Names = std::vector<std::pair<std::string, ActionMask>>;
  struct Command {
    std::vector<std::string> args;
    bool exact = false;
  };

  CaveatSet& organization(std::uint64_t id, ActionMask mask);
  CaveatSet& apps(Ids ids);
  CaveatSet& validity_window(std::int64_t not_before_unix_s, std::int64_t not_after_unix_s);
  /// A set of names: kVolumes, kFeatureSet, kMachines, kMachineFeatureSet, kClusters, kAppFeatureSet, kStorageObjects.
  CaveatSet& names(CaveatType type, Names names);
  CaveatSet& mutations(const std::vector<std::string>& mutations);
  CaveatSet& commands(const std::vector<Command>& commands);
  CaveatSet& if_present(const CaveatSet& ifs, ActionMask otherwise);
  CaveatSet& action(ActionMask mask);
  CaveatSet& is_member();
  CaveatSet& flysrc(std::string_view organization, std::string_view app, std::string_view instance);
  /// One unsigned number for a body or a body's only field: kConfineUser, kConfineOrganization, kIsUser,
  /// kConfineGitHubOrg, kMaxValidity, kFlyioUserID, kGitHubUserID, kAllowedRoles.
  CaveatSet& number(CaveatType type, std::uint64_t value);
  /// One text: kConfineGoogleHD, kFromMachineSource.
  CaveatSet& text(CaveatType type, std::string_view value);
  /// A big-endian number without leading zeros.
  CaveatSet& google_user_id(ByteView big_endian);
  CaveatSet& bind_to_parent(ByteView prefix);
  CaveatSet& third_party(std::string_view location, ByteView verifier_key, ByteView ticket);
  /// A caveat in its encoded form, `type ‖ body`, from here or from a token.
  CaveatSet& encoded(ByteView type_and_body);
  CaveatSet& append(const CaveatSet& more);

  /// The caveats, in order, as views into this set. Errors of the decoder: kMalformed (a repeated id, a text that
  /// is not UTF-8 …), kTooLarge. Whether all of them fit into one token is checked when they are added to it.
  [[nodiscard]] Result<DecodedCaveats> check() const;

  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  /// `type ‖ body` one after the other, without a list header.
  [[nodiscard]] ByteView bytes() const noexcept { return bytes_; }
  /// `[type, body, …]`: with its header, as a token or a ticket holds it.
  [[nodiscard]] Bytes encoded_list() const;

 private:
  Bytes& begin(CaveatType type);

  Bytes bytes_;
  std::size_t count_ = 0;
};

}  // namespace libtoken
