#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "libtoken/bytes.h"
#include "libtoken/caveat.h"
#include "libtoken/result.h"
#include "wire/sha.h"

namespace libtoken {

/// A macaroon under construction: its encoded parts and the tail so far. Borrows everything.
class Draft {
 public:
  /// A proof takes attestations until it is encoded; any other macaroon takes none (FORMAT.md §4).
  enum class Attestations : std::uint8_t { kRefused, kWelcome };

  Draft(ByteView encoded_nonce, std::string_view location, const Digest& tail, Attestations attestations)
      : nonce_(encoded_nonce), location_(location), tail_(tail), attestations_(attestations) {}

  /// Keeps a caveat that the token has already, signed.
  void keep(const Caveat& caveat) { caveats_.push_back(&caveat); }

  /// Signs one more, by the rules for adding; a repeat is dropped. Returns whether it was added. Errors: as
  /// Macaroon::attenuate(), kFinalized aside.
  [[nodiscard]] Result<bool> add(const Caveat& caveat);
  [[nodiscard]] bool repeats(const Caveat& caveat) const noexcept;

  /// `[nonce, location, caveats, tail]`, with this tail.
  [[nodiscard]] Bytes encode(const Digest& tail) const;
  [[nodiscard]] const Digest& tail() const noexcept { return tail_; }

 private:
  [[nodiscard]] Result<void> judge(const Caveat& added) const;

  ByteView nonce_;
  std::string_view location_;
  Digest tail_;
  Attestations attestations_;
  std::vector<const Caveat*> caveats_;
};

/// A version-1 nonce with 16 random bytes of rnd.
[[nodiscard]] Bytes make_nonce(ByteView kid, bool proof);

}  // namespace libtoken
