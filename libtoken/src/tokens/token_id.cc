#include "libtoken/token_id.h"

#include <algorithm>

#include "wire/sha.h"

namespace libtoken {
namespace {

// RFC 4122 §4.3.
std::array<std::uint8_t, 16> uuid_v5(ByteView name_space, ByteView name) noexcept {
  const std::array<std::uint8_t, 20> digest = sha1(name_space, name);
  std::array<std::uint8_t, 16> uuid;
  std::copy_n(digest.begin(), uuid.size(), uuid.begin());
  uuid[6] = static_cast<std::uint8_t>((uuid[6] & 0x0f) | 0x50);
  uuid[8] = static_cast<std::uint8_t>((uuid[8] & 0x3f) | 0x80);
  return uuid;
}

// 968fc2c6-a94f-4988-a544-2ad72b02f222 (FORMAT.md §4)
constexpr std::array<std::uint8_t, 16> kNamespace = {0x96, 0x8f, 0xc2, 0xc6, 0xa9, 0x4f, 0x49, 0x88,
                                                     0xa5, 0x44, 0x2a, 0xd7, 0x2b, 0x02, 0xf2, 0x22};

constexpr bool has_hyphen_before(std::size_t byte) noexcept {
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

// The value of a hex digit of either case; -1 for none.
constexpr int digit_of(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

TokenIdSpace::TokenIdSpace(ByteView kid) noexcept : uuid_(uuid_v5(kNamespace, kid)) {}

TokenId TokenIdSpace::id(ByteView rnd) const noexcept { return {uuid_v5(uuid_, rnd)}; }

TokenId token_id(ByteView kid, ByteView rnd) noexcept { return TokenIdSpace(kid).id(rnd); }

std::string to_string(const TokenId& id) {
  std::string text = to_hex(id.bytes);
  for (std::size_t byte = id.bytes.size(); byte-- > 0;)
    if (has_hyphen_before(byte)) text.insert(2 * byte, 1, '-');
  return text;
}

Result<TokenId> parse_token_id(std::string_view text) {
  const auto bad = [] {
    return fail(ErrorKind::kInvalidArgument, "a token's id looks like 67a18dba-761b-5281-be62-275744f1eb41");
  };
  if (text.size() != 36) return bad();
  // A store's revocations are a million of these: nothing is allocated.
  TokenId id;
  std::size_t at = 0;
  for (std::size_t byte = 0; byte < id.bytes.size(); ++byte) {
    if (has_hyphen_before(byte) && text[at++] != '-') return bad();
    const int high = digit_of(text[at++]);
    const int low = digit_of(text[at++]);
    if (high < 0 || low < 0) return bad();
    id.bytes[byte] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return id;
}

bool is_token_id_prefix(std::string_view text) noexcept {
  constexpr std::string_view kForm = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";
  constexpr std::size_t kLeast = 8;
  if (text.size() < kLeast || text.size() > kForm.size()) return false;
  return std::equal(text.begin(), text.end(), kForm.begin(), [](char c, char form) {
    if (form == '-') return c == '-';
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

}  // namespace libtoken
