#include "authority/judge/plain_json.h"

#include <algorithm>
#include <cstring>

namespace libtoken::authority {
namespace {

/// Printable ASCII without a backslash. Tokens are long: eight bytes at a time, each with its own top bit as the flag.
bool is_plain(std::string_view text) noexcept {
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
  constexpr std::uint64_t kTops = 0x80 * kOnes;
  std::uint64_t bad = 0;
  const auto add = [&](std::uint64_t eight) {
    const std::uint64_t low = eight & ~kTops;  // so that no sum runs over into the next byte
    const std::uint64_t is_control = ~(low + 0x60 * kOnes);
    const std::uint64_t is_delete = low + kOnes;
    const std::uint64_t is_backslash = ~((low ^ (0x5c * kOnes)) + 0x7f * kOnes);
    bad |= eight | is_control | is_delete | is_backslash;
  };
  std::uint64_t eight = 0;
  for (; text.size() >= sizeof eight; text.remove_prefix(sizeof eight)) {
    std::memcpy(&eight, text.data(), sizeof eight);
    add(eight);
  }
  eight = 0x20 * kOnes;
  std::memcpy(&eight, text.data(), text.size());
  add(eight);
  return (bad & kTops) == 0;
}

}  // namespace

void PlainJson::skip_space() noexcept {
  while (!rest_.empty() &&
         (rest_.front() == ' ' || rest_.front() == '\n' || rest_.front() == '\r' || rest_.front() == '\t')) {
    rest_.remove_prefix(1);
  }
}

bool PlainJson::sees(char c) noexcept {
  skip_space();
  return !rest_.empty() && rest_.front() == c;
}

bool PlainJson::take(char c) noexcept {
  if (!sees(c)) return false;
  rest_.remove_prefix(1);
  return true;
}

bool PlainJson::at_end() noexcept {
  skip_space();
  return rest_.empty();
}

std::optional<std::string_view> PlainJson::take_string() noexcept {
  if (!take('"')) return std::nullopt;
  const std::size_t size = rest_.find('"');
  if (size == std::string_view::npos || !is_plain(rest_.substr(0, size))) return std::nullopt;
  const std::string_view text = rest_.substr(0, size);
  rest_.remove_prefix(size + 1);
  return text;
}

std::optional<std::uint64_t> PlainJson::take_number() noexcept {
  skip_space();
  std::uint64_t number = 0;
  std::size_t size = 0;
  for (; size < rest_.size() && rest_[size] >= '0' && rest_[size] <= '9'; ++size) {
    number = number * 10 + static_cast<std::uint64_t>(rest_[size] - '0');
    if (size == 15) return std::nullopt;
  }
  if (size == 0 || rest_[0] == '0') return std::nullopt;
  rest_.remove_prefix(size);
  // What may follow a number in an object; a fraction or an exponent is not among it.
  if (!sees(',') && !sees('}')) return std::nullopt;
  return number;
}

}  // namespace libtoken::authority
