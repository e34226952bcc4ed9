#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libtoken/caveat.h"
#include "libtoken/keys.h"
#include "libtoken/macaroon.h"
#include "libtoken/result.h"

namespace libtoken {

/// A root key and its owner, a number that whoever keeps the keys chooses (here an organization's id).
struct RootKey {
  SigningKey key;
  std::uint64_t owner = 0;
};

/// Finds root keys by their key id. Called from many threads at once. The key stays where it is while a verifier that
/// has this source is at work.
class KeySource {
 public:
  virtual ~KeySource() = default;
  /// Nothing if there is no such key.
  [[nodiscard]] virtual const RootKey* find(ByteView kid) const noexcept = 0;
  /// Called for each permission token before its chain is computed, so that an implementation can prefetch what will be
  /// looked up about the token. `root` is what find() returned. Returns the token's id if it was computed for that, so
  /// that VerifiedToken::id() need not compute it again. Does nothing unless overridden.
  [[nodiscard]] virtual std::optional<TokenId> expect(const RootKey& root, ByteView rnd) const noexcept;
};

/// A third party whose attestations are accepted: its location and the keys shared with it, any of which may open a
/// ticket.
struct TrustedThirdParty {
  std::string location;
  std::vector<EncryptionKey> keys;
};

/// A discharge that verified along with a permission token.
struct UsedDischarge {
  std::size_t part = 0;  ///< of the header, `fo1` parts not counted
  const MacaroonView* macaroon = nullptr;
};

/// A permission token whose chain ends in its tail under one of our root keys, with every third-party caveat
/// discharged. Only a Verifier makes one. A view into the scratch it was verified in, valid until that is used again.
class VerifiedToken {
 public:
  [[nodiscard]] TokenId id() const noexcept { return id_ ? *id_ : macaroon_->id(); }
  [[nodiscard]] const Nonce& nonce() const noexcept { return macaroon_->nonce; }
  [[nodiscard]] std::string_view location() const noexcept { return macaroon_->location; }
  /// RootKey::owner of the key that signed it.
  [[nodiscard]] std::uint64_t key_owner() const noexcept { return key_owner_; }
  /// Which part of the header it was, `fo1` parts not counted.
  [[nodiscard]] std::size_t part() const noexcept { return part_; }
  /// The token's own caveats as they were signed, third-party caveats and all.
  [[nodiscard]] std::span<const Caveat> own_caveats() const noexcept { return macaroon_->unverified_caveats; }
  /// The token's caveats in order, then those of each discharge used, in the order of the third-party caveats. Without
  /// third-party caveats and bindings, which verifying has consumed, and without attestations that do not count.
  [[nodiscard]] std::span<const Caveat* const> caveats() const noexcept { return caveats_; }
  /// The discharges used, in the order of the third-party caveats.
  [[nodiscard]] std::span<const UsedDischarge> discharges() const noexcept { return discharges_; }

 private:
  friend class Verifier;
  VerifiedToken() = default;
  const MacaroonView* macaroon_ = nullptr;
  std::optional<TokenId> id_;
  std::uint64_t key_owner_ = 0;
  std::size_t part_ = 0;
  std::span<const Caveat* const> caveats_;
  std::span<const UsedDischarge> discharges_;
};

/// Why a part of a header, or the header as a whole, did not verify.
struct Refusal {
  static constexpr std::size_t kWholeHeader = static_cast<std::size_t>(-1);

  std::size_t part = kWholeHeader;
  /// kMalformed, kTruncated, kTooLarge; kWrongLocation, kUnknownKey, kBadSignature; kMissingDischarge: the token's own
  /// signature is good.
  ErrorKind kind{};
  const char* what = "";            ///< a sentence without its stop; static
  std::uint64_t missing_bytes = 0;  ///< for kTruncated: at least so many
  std::string_view third_party;     ///< for kMissingDischarge: its location; a view into the scratch, unescaped
  ByteView kid;                     ///< for kUnknownKey: the key id that the token names; a view into the scratch
};

/// The working memory of verification. Keep one per thread and reuse it: once it has grown to what the tokens need,
/// verifying allocates nothing. Not to be shared between threads.
class VerifierScratch {
 public:
  VerifierScratch();
  VerifierScratch(VerifierScratch&&) noexcept;
  VerifierScratch& operator=(VerifierScratch&&) noexcept;
  ~VerifierScratch();

 private:
  friend class Verifier;
  struct State;
  std::unique_ptr<State> state_;
};

/// The result of verifying a header. Views into the scratch, valid until that is used again.
struct Verification {
  std::span<const VerifiedToken> tokens;  ///< the permission tokens that verified, in the header's order
  std::span<const Refusal> refusals;      ///< of the header, or of its other parts that are not discharges

  [[nodiscard]] bool verified() const noexcept { return !tokens.empty(); }
};

/// Checks the signatures of whole headers (FORMAT.md §4, §5). Immutable; any number of threads may share one.
class Verifier {
 public:
  /// `location`: our own, which a permission token must carry. `keys` is borrowed and outlives the verifier.
  Verifier(std::string location, const KeySource& keys, std::vector<TrustedThirdParty> trusted = {});

  /// Verifies `FlyV1 fm2_…,fm2_…`. The header must outlive the result.
  [[nodiscard]] Verification verify(std::string_view header, VerifierScratch& scratch) const;

  [[nodiscard]] const std::string& location() const noexcept { return location_; }

 private:
  struct Run;
  std::string location_;
  const KeySource* keys_;
  std::vector<TrustedThirdParty> trusted_;
};

}  // namespace libtoken
