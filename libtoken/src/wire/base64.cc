#include "wire/base64.h"

#include <endian.h>
#include <openssl/evp.h>

#include <array>
#include <cstring>

#include "libtoken/bytes.h"

namespace libtoken {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// What each character stands for at each of the four places of a group: its six bits where they are in the group's
// three bytes, the first byte lowest. Looking up and deciding whether it is a character of base64 at all are one step.
using GroupTable = std::array<std::uint32_t, 256>;
constexpr std::uint32_t kNoDigit = std::uint32_t{1} << 31;

constexpr std::array<GroupTable, 4> make_group_tables() {
  std::array<GroupTable, 4> tables{};
  for (GroupTable& table : tables) table.fill(kNoDigit);
  for (std::uint32_t value = 0; value < kAlphabet.size(); ++value) {
    const auto c = static_cast<unsigned char>(kAlphabet[value]);
    tables[0][c] = value << 2;
    tables[1][c] = value >> 4 | (value & 15) << 12;
    tables[2][c] = value >> 2 << 8 | (value & 3) << 22;
    tables[3][c] = value << 16;
  }
  return tables;
}
constexpr std::array<GroupTable, 4> kGroups = make_group_tables();

std::uint32_t group_at(const char* digits) noexcept {
  const auto at = [&](std::size_t place) { return kGroups[place][static_cast<unsigned char>(digits[place])]; };
  return at(0) | at(1) | at(2) | at(3);
}

bool all_in_alphabet(std::string_view text) noexcept {
  std::uint32_t any = 0;
  for (const char c : text) any |= kGroups[0][static_cast<unsigned char>(c)];
  return (any & kNoDigit) == 0;
}

std::size_t padding_of(std::string_view base64) noexcept {
  if (base64.ends_with("==")) return 2;
  return base64.ends_with('=') ? 1 : 0;
}

}  // namespace

std::optional<std::size_t> decode_base64(std::string_view base64, std::uint8_t* out) noexcept {
  if (base64.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = padding_of(base64);
  const std::size_t whole_groups = base64.size() / 4 - (padding != 0 ? 1 : 0);
  const char* digits = base64.data();
  std::uint32_t any = 0;
  for (std::size_t i = 0; i < whole_groups; ++i, digits += 4, out += 3) {
    const std::uint32_t group = group_at(digits);
    any |= group;
    const std::uint32_t bytes = htole32(group);
    // Of all groups but the last one four bytes are stored, the fourth of which the next group replaces.
    std::memcpy(out, &bytes, i + 1 < whole_groups ? 4 : 3);
  }
  if (padding != 0) {
    const std::array<char, 4> last{digits[0], digits[1], padding == 2 ? 'A' : digits[2], 'A'};
    const std::uint32_t group = group_at(last.data());
    any |= group;
    // The bits that belong to no byte must be zero, or one token would have several spellings.
    if ((group & 0x00ffffff) >> (24 - 8 * padding) != 0) return std::nullopt;
    out[0] = static_cast<std::uint8_t>(group);
    if (padding == 1) out[1] = static_cast<std::uint8_t>(group >> 8);
  }
  if ((any & kNoDigit) != 0) return std::nullopt;
  return base64.size() / 4 * 3 - padding;
}

ErrorKind classify_bad_base64(std::string_view base64) noexcept {
  if (base64.size() % 4 == 0) return ErrorKind::kMalformed;
  if (base64.ends_with('=')) base64.remove_suffix(1);
  return all_in_alphabet(base64) ? ErrorKind::kTruncated : ErrorKind::kMalformed;
}

std::string to_base64(ByteView bytes) {
  // EVP_EncodeBlock counts in int and ends its output with a NUL.
  std::string base64((bytes.size() + 2) / 3 * 4 + 1, '\0');
  std::size_t written = 0;
  constexpr std::size_t kChunk = 3 * (1U << 20);
  for (std::size_t at = 0; at < bytes.size(); at += kChunk) {
    const ByteView chunk = bytes.subspan(at, std::min(kChunk, bytes.size() - at));
    written += static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()) + written,
                                                        chunk.data(), static_cast<int>(chunk.size())));
  }
  base64.resize(written);
  return base64;
}

Result<Bytes> from_base64(std::string_view base64) {
  Bytes bytes(base64.size() / 4 * 3);
  const std::optional<std::size_t> size = decode_base64(base64, bytes.data());
  if (!size) {
    if (classify_bad_base64(base64) == ErrorKind::kTruncated)
      return fail(ErrorKind::kTruncated, "the base64 ends too early");
    return fail(ErrorKind::kMalformed, "not base64 (RFC 4648 §4, padded, nothing but its alphabet)");
  }
  bytes.resize(*size);
  return bytes;
}

}  // namespace libtoken
