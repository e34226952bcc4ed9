#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "libtoken/bytes.h"
#include "libtoken/caveat.h"
#include "libtoken/caveat_set.h"
#include "libtoken/keys.h"
#include "libtoken/result.h"
#include "libtoken/token_id.h"

namespace libtoken {

// Limits of FORMAT.md §3.
inline constexpr std::size_t kMaxTokenBytes = 32 * 1024;
inline constexpr std::size_t kMaxCaveats = 128;
inline constexpr std::size_t kMaxParts = 64;
inline constexpr std::size_t kMaxNesting = 32;
inline constexpr std::size_t kTailBytes = 32;

/// Who signed a macaroon and what makes it unique (FORMAT.md §3). Views into the macaroon's buffer.
struct Nonce {
  ByteView kid;
  ByteView rnd;
  bool proof = false;
  std::uint8_t version = 1;  ///< 0: two fields, as old tokens have it; 1: three
  ByteView encoded;          ///< what the first HMAC signs
};

inline constexpr std::array<std::uint8_t, kTailBytes> kNoTail{};

/// A macaroon's parts, in place in the bytes it was decoded from. Unverified.
struct MacaroonView {
  ByteView encoded;
  Nonce nonce;
  std::string_view location;
  std::span<const Caveat> unverified_caveats;
  std::span<const std::uint8_t, kTailBytes> tail{kNoTail};

  [[nodiscard]] TokenId id() const noexcept { return token_id(nonce.kid, nonce.rnd); }
};

/// One token, decoded and unverified: its content is only a claim of whoever sent it. Owns its bytes; everything it
/// hands out is a view, valid until the next caveat is added or the macaroon is destroyed. Movable; clone() copies.
class Macaroon {
 public:
  Macaroon(Macaroon&&) noexcept;
  Macaroon& operator=(Macaroon&&) noexcept;
  Macaroon(const Macaroon&) = delete;
  Macaroon& operator=(const Macaroon&) = delete;
  ~Macaroon();

  /// Decodes a token's bytes, strictly (FORMAT.md §3). Errors: kMalformed, kTruncated (with missing_bytes), kTooLarge.
  [[nodiscard]] static Result<Macaroon> decode(Bytes encoded);

  /// A new token: version 1, 16 random bytes of rnd. Errors: kInvalidArgument (location not UTF-8), kTooLarge, and
  /// those of attenuate().
  [[nodiscard]] static Result<Macaroon> mint(ByteView kid, std::string_view location, const SigningKey& key,
                                             const CaveatSet& caveats);

  /// Appends caveats: all of them or, on an error, none (FORMAT.md §4). One that is byte-identical to one already
  /// there is dropped, before anything is refused. Errors: kFinalized, kRepeatedThirdParty, kMisplacedAttestation,
  /// kUnreachableElse, kTooLarge, and what CaveatSet::check() has.
  [[nodiscard]] Result<void> attenuate(const CaveatSet& caveats);

  [[nodiscard]] Macaroon clone() const;

  [[nodiscard]] const MacaroonView& view() const noexcept { return view_; }
  [[nodiscard]] const Nonce& nonce() const noexcept { return view_.nonce; }
  [[nodiscard]] std::string_view location() const noexcept { return view_.location; }
  [[nodiscard]] std::span<const Caveat> unverified_caveats() const noexcept { return view_.unverified_caveats; }
  [[nodiscard]] std::span<const std::uint8_t, kTailBytes> tail() const noexcept { return view_.tail; }
  [[nodiscard]] ByteView encoded() const noexcept { return view_.encoded; }
  [[nodiscard]] TokenId id() const noexcept { return view_.id(); }
  /// `fm2_…`
  [[nodiscard]] std::string text() const;

 private:
  Macaroon(Bytes bytes, std::unique_ptr<CaveatArena> caveats, const MacaroonView& view) noexcept;
  Bytes bytes_;
  std::unique_ptr<CaveatArena> caveats_;
  MacaroonView view_;
};

/// The earliest end of any ValidityWindow, those inside IfPresent too; nothing if there is none.
[[nodiscard]] std::optional<std::int64_t> not_after_unix_s(std::span<const Caveat> caveats);
[[nodiscard]] std::optional<std::int64_t> not_after_unix_s(std::span<const Caveat* const> caveats);
/// The latest beginning, likewise.
[[nodiscard]] std::optional<std::int64_t> not_before_unix_s(std::span<const Caveat> caveats);

}  // namespace libtoken
