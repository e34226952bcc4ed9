#include "base64.h"

#include <array>

#include <openssl/evp.h>

#include "libtoken/bytes.h"

namespace libtoken {
namespace {

// Written so that the compiler turns a loop over it into vector compares.
constexpr bool in_alphabet(char c) noexcept {
  const auto u = static_cast<unsigned char>(c);
  return static_cast<unsigned char>((u | 0x20) - 'a') < 26 || static_cast<unsigned char>(u - '0') < 10 || u == '+' ||
         u == '/';
}

bool all_in_alphabet(std::string_view text) noexcept {
  unsigned char bad = 0;
  for (const char c : text) bad |= static_cast<unsigned char>(!in_alphabet(c));
  return bad == 0;
}

// The value of a character of the alphabet.
unsigned value_of(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return static_cast<unsigned>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<unsigned>(c - 'a' + 26);
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0' + 52);
  return c == '+' ? 62 : 63;
}

std::size_t padding_of(std::string_view base64) noexcept {
  if (base64.ends_with("==")) return 2;
  return base64.ends_with('=') ? 1 : 0;
}

}  // namespace

std::optional<std::size_t> base64_decoded_size(std::string_view base64) noexcept {
  if (base64.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = padding_of(base64);
  const std::string_view digits = base64.substr(0, base64.size() - padding);
  if (!all_in_alphabet(digits)) return std::nullopt;
  // One pad character leaves two unused bits in the last digit, two leave four. They must be zero, or one token would
  // have several spellings.
  if (padding != 0 && (value_of(digits.back()) & (padding == 1 ? 3U : 15U)) != 0) return std::nullopt;
  return base64.size() / 4 * 3 - padding;
}

void decode_checked_base64(std::string_view base64, std::uint8_t* out) noexcept {
  EVP_DecodeBlock(out, reinterpret_cast<const unsigned char*>(base64.data()), static_cast<int>(base64.size()));
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
  constexpr std::size_t kMostCharacters = std::size_t{1} << 30;  // EVP_DecodeBlock counts in int
  if (base64.size() > kMostCharacters) return fail(ErrorKind::kTooLarge, "more than 1 GiB of base64");
  const std::optional<std::size_t> size = base64_decoded_size(base64);
  if (!size) {
    if (classify_bad_base64(base64) == ErrorKind::kTruncated)
      return fail(ErrorKind::kTruncated, "the base64 ends too early");
    return fail(ErrorKind::kMalformed, "not base64 (RFC 4648 §4, padded, nothing but its alphabet)");
  }
  Bytes bytes(base64.size() / 4 * 3);
  if (!base64.empty()) decode_checked_base64(base64, bytes.data());
  bytes.resize(*size);
  return bytes;
}

}  // namespace libtoken
