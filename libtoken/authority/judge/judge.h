#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "authority/judge/latest_time.h"
#include "authority/judge/snapshot.h"
#include "libtoken/access.h"
#include "libtoken/clearing.h"
#include "libtoken/profile.h"
#include "libtoken/verifier.h"

namespace libtoken::authority {

/// An org or app in a question: not named, a name, or an id.
using ResourceRef = std::variant<std::monostate, std::string_view, std::uint64_t>;

/// What is asked about: `rest` has the action and everything but now, org and app, which the judge fills in.
struct Question {
  std::string_view authorization;
  ResourceRef org;
  ResourceRef app;
  Access rest;
};

/// Why not. Callers act on the code (README of tokend lists them).
enum class ReasonCode : std::uint8_t {
  kMalformed,
  kTruncated,
  kTooLarge,
  kBadSignature,
  kWrongLocation,
  kWrongOrg,
  kMissingDischarge,
  kRevoked,
  kUnknownOrg,
  kUnknownApp,
  kAppNotInOrg,
  kInvalidAccess,
  kCaveat,
};
/// "malformed", "bad_signature", … as in FORMAT and the HTTP interface.
[[nodiscard]] const char* to_string(ReasonCode code) noexcept;

struct Reason {
  ReasonCode code{};
  std::string message;              ///< one sentence for people, with its stop; escaped; safe to send to the caller
  std::string log_note;             ///< for the log alone (an unknown key is told apart there); "" for most
  std::optional<std::size_t> part;  ///< which part of the header; nothing if it is about all of it
  // For kCaveat.
  std::size_t caveat_index = 0;  ///< in the token or discharge that `part` is, from 0, from 0; the sentence counts from 1
  std::string caveat_type;       ///< "Organization"; "200" for a type we do not know
  Verdict verdict = Verdict::kOk;
};

/// The answer. On an allowed decision nothing has been allocated for it.
struct Decision {
  bool allowed = false;
  std::optional<TokenId> token;  ///< the token that allowed it, or the only one that verified (in one copy or several)
  std::uint64_t org = 0;         ///< that token's org; 0 without a token
  std::optional<Profile> profile;
  std::optional<std::int64_t> expires_unix_s;  ///< earliest end over the token and its discharges
  /// The copy of it that allowed it; null unless allowed. A view into the scratch, like it.
  const VerifiedToken* allowed_by = nullptr;
  /// Empty if allowed, else at least one; the first 32 of them.
  std::vector<Reason> reasons;
};

/// Decides. Enforces what no caveat can: that a token's first caveat is Organization of the org whose key signed it,
/// and that the app asked about is that org's (promises 1 and 2). Reasons that tell of the registry are given only once
/// some token's chain has verified. Immutable and shared; the scratch is the caller's, one a thread.
class Judge {
 public:
  /// `latest`: what a service that judges for long remembers over all its judges; null if nothing is remembered.
  explicit Judge(std::shared_ptr<const Snapshot> snapshot, std::shared_ptr<LatestTime> latest = nullptr);

  /// `now_unix_s` is the judging service's clock, never the caller's word; Question::rest.now_unix_s is not looked at.
  /// Error: as judging_time().
  [[nodiscard]] Result<Decision> decide(const Question& question, std::int64_t now_unix_s,
                                        VerifierScratch& scratch) const;

  /// Which of the header's tokens verify, revoked ones and all: for who has to know more of one than decide() says.
  [[nodiscard]] Verification verify(std::string_view authorization, VerifierScratch& scratch) const {
    return verifier_.verify(authorization, scratch);
  }

  /// The time to judge at, where the clock says `now_unix_s`: that, or what is remembered if that is later. Error: kClock
  /// (the clock is more than kClockTolerance behind what is remembered, or behind the store's newest record).
  [[nodiscard]] Result<std::int64_t> judging_time(std::int64_t now_unix_s) const;

  [[nodiscard]] const Snapshot& snapshot() const noexcept { return *snapshot_; }

 private:
  std::shared_ptr<const Snapshot> snapshot_;
  std::shared_ptr<LatestTime> latest_;
  Verifier verifier_;
};

}  // namespace libtoken::authority
