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

// The registry has one interface, used by tokend's handlers and by tokenctl where it works on a store: the free functions
// of issuer.h (minting), issued.h (listing, looking up, near misses), revocations.h, keyring.h, deletions.h, registry.h and
// audit.h. Each call checks its arguments, does its work and writes the audit in one transaction, so that neither program
// has rules of its own. There is no class around them, because a store, an actor and a time is all that they share. What
// stays with tokend is deciding whether the token that asks may do it; it passes the org, or the maker, that it found.
namespace libtoken::authority {

/// How long a token lasts where whoever asks for it does not say.
inline constexpr std::chrono::hours kDefaultLifetime{24 * 90};

/// A token that makes others: what restricts it restricts them too.
struct Maker {
  TokenId id;
  Bytes kid;              ///< its key's id
  std::uint64_t org = 0;  ///< its key's, and its first caveat's
  CaveatSet caveats;      ///< all of its own, in order
  std::optional<std::int64_t> not_after_unix_s;  ///< the earliest end among them
};

/// The maker that a verified token makes. Errors: kInvalidArgument (it has a third-party caveat or was discharged, or is a
/// proof or bound: what it stands for cannot be handed on; it does not begin with its org).
[[nodiscard]] Result<Maker> maker_of(const VerifiedToken& token);

struct MintRequest {
  Profile profile = Profile::kReadonly;
  std::optional<NameOrId> org;  ///< nothing: the org of `app`
  std::optional<NameOrId> app;  ///< for kDeploy, kSsh and kMachineExec, and no other
  std::vector<CaveatSet::Command> commands;  ///< for kMachineExec: at least one, and none without a word
  Role role = Role::kAdmin;                      ///< for Profile::kOrg
  std::optional<std::int64_t> not_after_unix_s;  ///< nothing: it never ends
  std::string name;    ///< for the registry alone; "" if it has none; at most 200 bytes of UTF-8
  std::string holder;  ///< who holds it (`--for`), likewise
  /// Who asks, over HTTP: the token gets the maker's caveats and then the profile's, so that it can never do more, nor for
  /// longer. Nothing: somebody at the store.
  std::optional<Maker> maker;
};

struct Minted {
  std::string header;  ///< `FlyV1 fm2_…`: the token itself, two copies of it for kSsh. The only copy: the store does not keep it
  TokenId id;
  Org org;
  std::optional<App> app;
  std::optional<std::int64_t> not_after_unix_s;  ///< the end that the token has; nothing: it never ends
};

/// Makes a token of a profile, signed with its org's active key, and records it, in one transaction: what is returned
/// is recorded, and what could not be recorded is not returned. Errors: kNotFound (org, app), kInvalidArgument (an app
/// of another org; an org that is not the maker's; app missing or not wanted; an end that is past; name or holder too long), kUnusableStore (the org's
/// key does not open), kClock (`now_unix_s` is more than kClockTolerance behind the store's newest record), kRevoked (the maker is, or its key is retired).
///
/// Name and holder are trimmed. The end is the earlier of the request's and the maker's.
///
/// A token that ends is valid from kClockTolerance before now on.
[[nodiscard]] Result<Minted> mint(Store& store, const MintRequest& request, const Actor& actor,
                                  std::int64_t now_unix_s);

}  // namespace libtoken::authority
