#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace libtoken::authority {

/// Reads a small part of JSON from the front of a text without allocating: objects, strings of printable ASCII without
/// a backslash, and whole numbers. It gives up on anything else, which is left to parse_json(); what it does read,
/// parse_json() reads alike.
class PlainJson {
 public:
  explicit PlainJson(std::string_view text) noexcept : rest_(text) {}

  /// Takes this byte, and the white space before it.
  [[nodiscard]] bool take(char c) noexcept;
  /// Whether this byte is next, after white space.
  [[nodiscard]] bool sees(char c) noexcept;
  [[nodiscard]] bool at_end() noexcept;
  /// The text between the quotes.
  [[nodiscard]] std::optional<std::string_view> take_string() noexcept;
  /// Up to 15 digits, without a sign, a leading zero, a fraction or an exponent.
  [[nodiscard]] std::optional<std::uint64_t> take_number() noexcept;

 private:
  void skip_space() noexcept;
  std::string_view rest_;
};

}  // namespace libtoken::authority
