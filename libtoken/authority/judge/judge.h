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

/// An org or an app in a question: nothing, a name, or an id.
using ResourceRef = std::variant<std::monostate, std::string_view, std::uint64_t>;

/// Whether the tokens of a header allow an access. `rest` has all of the access except its time, org and app, which the
/// judge fills in. Everything in it is borrowed from the caller.
struct Question {
  std::string_view authorization;  ///< the value of an Authorization header (FORMAT.md §2)
  ResourceRef org;
  ResourceRef app;
  Access rest;
};

/// Why an access is denied. Callers act on the code; tokend/README.md lists them.
enum class ReasonCode : std::uint8_t {
  kMalformed,
  kTruncated,
  kTooLarge,
  kBadSignature,
  kUnknownKey,
  kKeyRetired,
  kWrongLocation,
  kWrongOrg,
  kMissingDischarge,
  kRevoked,
  kExpired,
  kNotYetValid,
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
  std::string message;              ///< one sentence with a final stop, for people; escaped and safe to send to them
  std::string log_note;             ///< for the log only; "" for most
  std::optional<std::size_t> part;  ///< the part of the header, counted from 0; nothing: the whole header
  /// For kExpired the last second at which the token was good, for kNotYetValid the first at which it will be.
  std::optional<std::int64_t> time_unix_s;
  // For kCaveat, kExpired and kNotYetValid.
  std::size_t caveat_index = 0;  ///< in the token or discharge, counted from 0; the message counts from 1
  std::string caveat_type;       ///< "Organization"; "200" for an unknown type; "": it is not about a caveat
  Verdict verdict = Verdict::kOk;
};

/// The answer to a question. If the access is allowed, nothing was allocated for it.
struct Decision {
  bool allowed = false;
  std::optional<TokenId> token;  ///< the token that allowed it, or the only one that verified, in however many copies
  std::uint64_t org = 0;         ///< the org of `token`; 0 without one
  std::optional<Profile> profile;
  std::optional<std::int64_t> expires_unix_s;  ///< the earliest end of the token and its discharges
  /// The copy that allowed it, which lives in the scratch until that is used again; null if the access is denied.
  const VerifiedToken* allowed_by = nullptr;
  /// Empty if the access is allowed, otherwise from 1 to 32.
  std::vector<Reason> reasons;
};

/// The apps that some question is allowed for.
struct AllowedApps {
  TokenId token;                    ///< one that allowed it, if there are any
  std::vector<std::uint64_t> apps;  ///< in order
};

/// Decides questions by one snapshot. Besides verifying tokens and clearing caveats it enforces what no caveat can: a
/// token's first caveat is the Organization of the org whose key signed it, and the app in question belongs to that
/// org. Reasons that reveal something of the registry are given only if some token has verified. Immutable, and shared
/// by any number of threads; each thread passes a scratch of its own.
class Judge {
 public:
  /// `latest`: the latest time that the service has decided at, shared by all its judges; null if
  /// nothing is remembered from one decision to the next.
  explicit Judge(std::shared_ptr<const Snapshot> snapshot, std::shared_ptr<LatestTime> latest = nullptr);

  /// `now_unix_s` is the service's own clock, and never comes from whoever asks; Question::rest.now_unix_s is ignored.
  /// Error: kClock, as judging_time().
  [[nodiscard]] Result<Decision> decide(const Question& question, std::int64_t now_unix_s,
                                        VerifierScratch& scratch) const;

  /// For which apps of an org the tokens of a header allow something: an access without org and app, asked about each
  /// app. The app of `question` is ignored. What it costs where nothing is allowed depends on the header alone, and not
  /// on how many apps there are. Errors as decide().
  [[nodiscard]] Result<AllowedApps> allowed_apps(const Question& question, std::uint64_t org, std::int64_t now_unix_s,
                                                 VerifierScratch& scratch) const;

  /// Which of the header's tokens verify, including revoked ones. For callers that need more than decide() tells.
  [[nodiscard]] Verification verify(std::string_view authorization, VerifierScratch& scratch) const {
    return verifier_.verify(authorization, scratch);
  }

  /// The time to decide at: `now_unix_s`, or if this judge shares a latest time, the latest of `now_unix_s`, that and
  /// the store's newest record. Error: kClock (`now_unix_s` is more than kClockTolerance behind the shared latest time
  /// or the store's newest record).
  [[nodiscard]] Result<std::int64_t> judging_time(std::int64_t now_unix_s) const;

  [[nodiscard]] const Snapshot& snapshot() const noexcept { return *snapshot_; }

 private:
  std::shared_ptr<const Snapshot> snapshot_;
  std::shared_ptr<LatestTime> latest_;
  Verifier verifier_;
};

}  // namespace libtoken::authority
