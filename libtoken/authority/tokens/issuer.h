#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "authority/audit/actor.h"
#include "authority/registry/registry.h"
#include "authority/store/store.h"
#include "libtoken/profile.h"
#include "libtoken/token_id.h"
#include "libtoken/verifier.h"

// The registry has one interface, used by tokend's handlers and by tokenctl where it works on a store: the free
// functions of issuer.h (minting), issued.h (listing, looking up, near misses), revocations.h, keyring.h, deletions.h,
// registry.h and audit.h. Each call checks its arguments, does its work and writes the audit in one transaction, so
// that neither program has rules of its own. There is no class around them, because a store, an actor and a time is all
// that they share. What stays with tokend is deciding whether the token that asks may do it; it passes the org, or the
// maker, that it found.
namespace libtoken::authority {

/// How long a token lasts if the request does not say.
inline constexpr std::chrono::hours kDefaultLifetime{24 * 90};

/// Whether a token of this profile is for one app; every other one is for a whole org.
[[nodiscard]] bool is_for_one_app(Profile profile) noexcept;

/// A token that is presented to make another one, which gets all of its caveats.
struct Maker {
  TokenId id;
  Bytes kid;                                     ///< the id of the key that signed it
  std::uint64_t org = 0;                         ///< the org of its key and of its first caveat
  CaveatSet caveats;                             ///< all of its own caveats, in order
  std::optional<std::int64_t> not_after_unix_s;  ///< the earliest end among them; nothing: it never ends
  Profile profile = Profile::kOrg;               ///< what its caveats say that it was made as
};

/// The maker for a verified token. Error: kInvalidArgument (the token has a third-party caveat, was discharged, is a
/// proof or is bound to another token, none of which can be handed on; or its first caveat is not the Organization of
/// its key's org).
[[nodiscard]] Result<Maker> maker_of(const VerifiedToken& token);

/// How many tokens there may be; 0: as many as one likes. A token that no other made has the limits of a token for
/// itself, and all that descends from it has them together once more (check_limits()).
struct MintLimits {
  std::size_t live_of_org = 0;
  std::size_t live_of_token = 0;
  std::size_t made_of_org = 0;  ///< made in a day (UTC), also if they have ended or were revoked
  std::size_t made_of_token = 0;
};

struct MintRequest {
  Profile profile = Profile::kReadonly;
  std::optional<NameOrId> org;  ///< nothing: the org of `app`
  std::optional<NameOrId> app;  ///< required for kDeploy, kSsh and kMachineExec, and refused for the other profiles
  std::vector<CaveatSet::Command> commands;  ///< for kMachineExec only: at least one, and each with at least one word
  Role role = Role::kAdmin;                  ///< for kOrg
  std::optional<std::int64_t> not_after_unix_s;  ///< the end that is asked for; nothing: it never ends
  std::string name;                              ///< kept in the registry only; "" for none; at most 200 bytes of UTF-8
  std::string holder;                            ///< who gets the token (`--for`); kept like `name`
  /// The token that asks for this one over HTTP. The new token gets the maker's caveats before the profile's, so that
  /// it can do no more, and for no longer. Nothing: a person at the store asks.
  std::optional<Maker> maker;
  MintLimits limits;  ///< with the new token
};

struct Minted {
  /// `FlyV1 fm2_…`: the token itself, for kSsh in two copies. The store does not keep it.
  std::string header;
  TokenId id;
  Org org;
  std::optional<App> app;
  std::optional<std::int64_t> not_after_unix_s;  ///< the end that the token has; nothing: it never ends
};

/// Makes a token of a profile, signed with its org's active key, and records it in the registry and the audit, in one
/// transaction: a token that could not be recorded is not returned. The token ends at the earlier of the request's end
/// and the maker's. If it ends, its window begins kClockTolerance before `now_unix_s`. Name and holder are trimmed.
///
/// Errors: kNotFound (org, app), kInvalidArgument (org and app both missing; the app of another org; an org that is not
/// the maker's; an app or commands missing or not wanted; an end that is past or after 2^55; a name or holder that is
/// too long, is not UTF-8, or contains control characters or a token), kUnusableStore or kUnusableKeyFile (the org's
/// key does not open), kClock (`now_unix_s` is more than kClockTolerance behind the store's newest record), kRevoked
/// (the maker was revoked, or its key retired), kLimit (one more would be more than `limits`), kStoreFull (also
/// while the space for revocations is in use, keep_space()).
[[nodiscard]] Result<Minted> mint(Store& store, const MintRequest& request, const Actor& actor,
                                  std::int64_t now_unix_s);

}  // namespace libtoken::authority
