#include "plain_json.h"

namespace tokend {

void PlainJson::skip_space() noexcept {
  while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n' || rest_.front() == '\r' || rest_.front() == '\t')) {
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
  std::size_t size = 0;
  for (; size < rest_.size() && rest_[size] != '"'; ++size) {
    const auto byte = static_cast<unsigned char>(rest_[size]);
    if (byte < 0x20 || byte > 0x7e || byte == '\\') return std::nullopt;
  }
  if (size == rest_.size()) return std::nullopt;
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

}  // namespace tokend
