#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "libtoken/bytes.h"
#include "libtoken/result.h"

namespace libtoken {

/// What identifies a token and every attenuated copy of it: a version-5 UUID over its nonce (FORMAT.md §4).
struct TokenId {
  std::array<std::uint8_t, 16> bytes{};
  friend auto operator<=>(const TokenId&, const TokenId&) = default;
};

/// For hash tables. All of the id is mixed: that of a token is a hash already, but ids that a person wrote into a store
/// may count upwards.
struct TokenIdHash {
  [[nodiscard]] std::size_t operator()(const TokenId& id) const noexcept {
    // Odd numbers whose bits look random.
    constexpr std::uint64_t kFirst = 0x9e37'79b9'7f4a'7c15;
    constexpr std::uint64_t kSecond = 0xd6e8'feb8'6659'fd93;
    const auto halves = std::bit_cast<std::array<std::uint64_t, 2>>(id.bytes);
    const std::uint64_t mixed = (halves[0] ^ halves[1] * kSecond) * kFirst;
    return static_cast<std::size_t>(mixed ^ mixed >> 32);
  }
};

/// Computes the ids of tokens that share a key id, at half the cost of token_id().
class TokenIdSpace {
 public:
  explicit TokenIdSpace(ByteView kid) noexcept;
  [[nodiscard]] TokenId id(ByteView rnd) const noexcept;

 private:
  std::array<std::uint8_t, 16> uuid_;
};

/// The id of every token with this key id and this random part.
[[nodiscard]] TokenId token_id(ByteView kid, ByteView rnd) noexcept;

/// `67a18dba-761b-5281-be62-275744f1eb41`
[[nodiscard]] std::string to_string(const TokenId& id);

/// The form that to_string() writes, in either case. Error: kInvalidArgument.
[[nodiscard]] Result<TokenId> parse_token_id(std::string_view text);

/// Whether a text is the beginning of an id, of at least eight hex digits: `67a18dba`, `67a18dba-761b`.
[[nodiscard]] bool is_token_id_prefix(std::string_view text) noexcept;

}  // namespace libtoken
