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

#ifdef __x86_64__
constexpr std::size_t kBlockDigits = 32;
constexpr std::size_t kBlockBytes = 24;
/// What is stored of a block: its bytes in two halves of 12, each with 4 that what follows replaces.
constexpr std::size_t kStoredBytes = 28;

/// Decodes blocks of 32 digits, as long as what is decoded after them takes up what is stored beyond their bytes.
/// Returns how many digits it decoded; `good` becomes false if one of them is none.
__attribute__((target("avx2"))) std::size_t decode_blocks(std::string_view digits, std::uint8_t* out,
                                                          bool& good) noexcept {
  using Block = signed char __attribute__((vector_size(kBlockDigits), aligned(1)));
  using Pairs = std::uint16_t __attribute__((vector_size(kBlockDigits)));
  using Fours = std::uint32_t __attribute__((vector_size(kBlockDigits)));
  Block all_digits = Block{} - 1;
  std::size_t done = 0;
  for (; digits.size() - done >= kBlockDigits + kBlockDigits / 2; done += kBlockDigits, out += kBlockBytes) {
    Block c;
    std::memcpy(&c, digits.data() + done, sizeof c);
    // Each comparison is all ones or all zeros; a byte of 0x80 or more is negative, and within none of them.
    const Block upper = (c >= 'A') & (c <= 'Z');
    const Block lower = (c >= 'a') & (c <= 'z');
    const Block number = (c >= '0') & (c <= '9');
    const Block plus = c == '+';
    const Block slash = c == '/';
    all_digits &= upper | lower | number | plus | slash;
    const Block sextets = c + ((upper & -'A') | (lower & (26 - 'a')) | (number & (52 - '0')) | (plus & (62 - '+')) |
                               (slash & (63 - '/')));
    const Pairs twelves = (reinterpret_cast<Pairs>(sextets) << 6 & 0x0fc0) | reinterpret_cast<Pairs>(sextets) >> 8;
    const Fours groups = (reinterpret_cast<Fours>(twelves) << 12 & 0x00fff000) | reinterpret_cast<Fours>(twelves) >> 16;
    const auto reversed = reinterpret_cast<Block>(groups);
    const Block bytes =
        __builtin_shufflevector(reversed, reversed, 2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 3, 3, 3, 3,  //
                                18, 17, 16, 22, 21, 20, 26, 25, 24, 30, 29, 28, 19, 19, 19, 19);
    std::memcpy(out, &bytes, 16);
    std::memcpy(out + kBlockBytes / 2, reinterpret_cast<const char*>(&bytes) + 16, 16);
  }
  static_assert(kBlockBytes / 2 >= kStoredBytes - kBlockBytes);
  std::array<std::uint64_t, 4> words;
  std::memcpy(words.data(), &all_digits, sizeof words);
  good = (words[0] & words[1] & words[2] & words[3]) == ~std::uint64_t{0};
  return done;
}
#endif

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
  std::size_t whole_groups = base64.size() / 4 - (padding != 0 ? 1 : 0);
  const char* digits = base64.data();
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2")) {
    bool good = true;
    const std::size_t done = decode_blocks(base64.substr(0, 4 * whole_groups), out, good);
    if (!good) return std::nullopt;
    digits += done;
    out += done / 4 * 3;
    whole_groups -= done / 4;
  }
#endif
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
