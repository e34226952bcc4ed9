#include "wire/decimal.h"

#include <algorithm>
#include <charconv>

namespace libtoken {
namespace {

bool is_plain(std::string_view text) noexcept {
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<std::uint64_t> parse_decimal(std::string_view text) noexcept {
  if (!is_plain(text)) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string big_endian_to_decimal(ByteView big_endian) {
  // Schoolbook: digits, least significant first, times 256 plus the next byte.
  std::string digits = "0";
  for (const std::uint8_t byte : big_endian) {
    unsigned carry = byte;
    for (char& digit : digits) {
      carry += static_cast<unsigned>(digit - '0') * 256U;
      digit = static_cast<char>('0' + carry % 10);
      carry /= 10;
    }
    for (; carry != 0; carry /= 10) digits += static_cast<char>('0' + carry % 10);
  }
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::optional<Bytes> decimal_to_big_endian(std::string_view text, std::size_t max_bytes) {
  if (!is_plain(text)) return std::nullopt;
  Bytes bytes;  // least significant first while it grows
  for (const char c : text) {
    unsigned carry = static_cast<unsigned>(c - '0');
    for (std::uint8_t& byte : bytes) {
      carry += byte * 10U;
      byte = static_cast<std::uint8_t>(carry);
      carry >>= 8;
    }
    if (carry != 0) bytes.push_back(static_cast<std::uint8_t>(carry));
    if (bytes.size() > max_bytes) return std::nullopt;
  }
  std::reverse(bytes.begin(), bytes.end());
  return bytes;
}

}  // namespace libtoken
