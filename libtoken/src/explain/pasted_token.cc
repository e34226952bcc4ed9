#include "explain/pasted_token.h"

#include <algorithm>
#include <array>

#include "libtoken/bundle.h"
#include "libtoken/macaroon.h"
#include "wire/msgpack.h"

namespace libtoken {
namespace {

constexpr std::array<std::string_view, 4> kLabels{"fm2_", "fm1r_", "fm1a_", "fo1_"};
constexpr std::string_view kWhiteSpace = " \t\r\n\v\f";
constexpr std::size_t kMaxDigits = kMaxTokenBytes / 3 * 4 + 8;

bool is_digit_of_base64(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
         c == '-' || c == '_';
}

std::string_view label_at(std::string_view text, std::size_t at) noexcept {
  if (at >= text.size() || text[at] != 'f') return {};
  for (const std::string_view label : kLabels)
    if (text.substr(at, label.size()) == label) return label;
  return {};
}

/// The digits behind a label, as they stand in words with white space between them.
struct Digits {
  struct Word {
    std::size_t digits;       ///< of this and of all words before it
    std::size_t end;          ///< in the text, the padding included
    std::size_t white_space;  ///< characters before it, in all
    std::size_t padding;      ///< characters of it so far
  };
  std::string all;  ///< of all words
  std::vector<Word> words;
  bool only_spaces = true;  ///< the white space between them is spaces alone
};

bool is_scheme(std::string_view word) noexcept {
  constexpr auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  const auto is = [&](std::string_view name) {
    return std::equal(word.begin(), word.end(), name.begin(), name.end(),
                      [&](char a, char b) { return lower(a) == b; });
  };
  return is("flyv1") || is("bearer");
}

/// Ends at what cannot go on a token: another character, a scheme, another label, or what follows the padding.
Digits read_digits(std::string_view text, std::size_t at) {
  Digits digits;
  std::size_t white_space = 0;
  std::size_t padding = 0;
  while (true) {
    const std::size_t first = at;
    while (at < text.size() && is_digit_of_base64(text[at]) && digits.all.size() + (at - first) < kMaxDigits &&
           label_at(text, at).empty())
      ++at;
    const bool no_digits_after_padding = padding != 0 && at != first;
    if (no_digits_after_padding || (!digits.words.empty() && is_scheme(text.substr(first, at - first)))) break;
    digits.all += text.substr(first, at - first);
    const std::size_t end_of_digits = at;
    while (at < text.size() && text[at] == '=' && padding < 2) ++at, ++padding;
    if (at == first) break;
    digits.words.push_back({digits.all.size(), at, white_space, padding});
    if (end_of_digits < text.size() && !label_at(text, end_of_digits).empty()) break;
    const std::size_t gap = at;
    while (at < text.size() && kWhiteSpace.find(text[at]) != kWhiteSpace.npos) ++at;
    if (at == gap || digits.all.size() >= kMaxDigits) break;
    white_space += at - gap;
    digits.only_spaces = digits.only_spaces && text.substr(gap, at - gap).find_first_not_of(' ') == text.npos;
  }
  return digits;
}

/// The bytes of base64 digits in either alphabet; those of an unfinished group at the end are left out.
struct Decoded {
  Bytes bytes;
  bool url = false;
  bool in_groups = false;  ///< no bit is left over
};
Decoded decode(std::string_view digits) {
  Decoded decoded;
  std::string standard(digits);
  for (char& c : standard) {
    decoded.url = decoded.url || c == '-' || c == '_';
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  const std::size_t odd = standard.size() % 4;
  std::string padded = standard;
  if (odd > 1) padded.append(4 - odd, '=');
  auto bytes = odd == 1 ? from_base64("!") : from_base64(padded);
  decoded.in_groups = bytes.has_value();
  if (!bytes) {
    standard.resize(standard.size() - odd);
    bytes = from_base64(standard);
  }
  if (bytes) decoded.bytes = std::move(*bytes);
  return decoded;
}

std::string standard_base64(std::string_view digits) {
  std::string text(digits);
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  return text;
}

/// Judges digits as one token's. The places in the text are the caller's.
FoundToken judge(std::string_view label, std::string_view digits, std::size_t padding) {
  FoundToken found;
  found.part = std::string(label) + standard_base64(digits) + std::string(padding, '=');
  if (digits.empty() || digits.size() >= kMaxDigits) return found;
  Decoded decoded = decode(digits);
  found.base64_url = decoded.url;
  const std::size_t padding_needed = (4 - digits.size() % 4) % 4;
  const Result<Macaroon> macaroon = Macaroon::decode(std::move(decoded.bytes));
  if (macaroon && decoded.in_groups) {
    found.state = FoundToken::State::kWhole;
    found.lost_padding = padding < padding_needed;
    found.part.resize(label.size() + digits.size());
    found.part.append(padding_needed, '=');
  } else if (!macaroon && macaroon.error().kind == ErrorKind::kTruncated) {
    found.state = FoundToken::State::kCut;
    const auto error = Bundle::parse(found.part);  // counts what the last digits hold, too
    found.missing_bytes = error ? macaroon.error().missing_bytes : error.error().missing_bytes;
  }
  return found;
}

/// How many digits the macaroon takes up that begins here; nothing if it does not end within them.
std::optional<std::size_t> digits_of_macaroon(std::string_view digits) {
  const Decoded decoded = decode(digits);
  msgpack::Reader reader(decoded.bytes);
  if (!reader.skip(1)) return std::nullopt;
  const auto bytes = static_cast<std::size_t>(reader.position() - decoded.bytes.data());
  return (bytes * 8 + 5) / 6;
}

FoundToken judge_words(std::string_view label, const Digits& digits) {
  const std::string_view all = digits.all;
  const Digits::Word& first = digits.words.front();
  const auto words_up_to = [&](const Digits::Word& last) {
    FoundToken found = judge(label, all.substr(0, last.digits), last.padding);
    found.end = last.end;
    found.white_space = last.white_space;
    return found;
  };
  FoundToken one = words_up_to(first);
  if (one.state == FoundToken::State::kWhole || digits.words.size() == 1) return one;

  if (const auto needed = digits_of_macaroon(all)) {
    // The last such word, because its padding may stand on a line of its own.
    const auto last = std::find_if(digits.words.rbegin(), digits.words.rend(),
                                   [&](const Digits::Word& word) { return word.digits == *needed; });
    if (last != digits.words.rend()) {
      FoundToken found = words_up_to(*last);
      if (found.state == FoundToken::State::kWhole) return found;
    }
  }
  if (digits.only_spaces) {
    std::string with_plus;
    std::size_t from = 0;
    std::size_t spaces = 0;
    for (const Digits::Word& word : digits.words) {
      with_plus.append(word.white_space - spaces, '+').append(all.substr(from, word.digits - from));
      from = word.digits;
      spaces = word.white_space;
    }
    FoundToken found = judge(label, with_plus, digits.words.back().padding);
    found.end = digits.words.back().end;
    found.space_for_plus = true;
    if (found.state == FoundToken::State::kWhole) return found;
  }
  FoundToken found = words_up_to(digits.words.back());
  return found.state == FoundToken::State::kCut ? found : one;
}

}  // namespace

std::size_t find_label(std::string_view text, std::size_t from) noexcept {
  for (std::size_t at = text.find('_', from); at != text.npos; at = text.find('_', at + 1)) {
    for (const std::string_view label : kLabels) {
      const std::size_t before = label.size() - 1;
      if (at >= from + before && text.substr(at - before, label.size()) == label) return at - before;
    }
  }
  return text.npos;
}

std::size_t scheme_at_end(std::string_view text) noexcept {
  std::size_t end = text.size();
  while (end > 0 && (kWhiteSpace.find(text[end - 1]) != kWhiteSpace.npos || text[end - 1] == '+')) --end;
  if (end == text.size()) return 0;
  for (const std::size_t length : {std::size_t{5}, std::size_t{6}}) {
    if (end < length || !is_scheme(text.substr(end - length, length))) continue;
    const bool whole_word = end == length || !is_digit_of_base64(text[end - length - 1]);
    if (whole_word) return text.size() - (end - length);
  }
  return 0;
}

FoundToken read_token_at(std::string_view text, std::size_t begin) {
  const std::string_view label = label_at(text, begin);
  const Digits digits = read_digits(text, begin + label.size());
  FoundToken found;
  if (digits.words.empty()) {
    found.part = label;
    found.end = begin + label.size();
  } else if (label == "fo1_") {
    found.state = FoundToken::State::kOld;
    found.end = digits.words.front().end;
  } else {
    found = judge_words(label, digits);
  }
  found.begin = begin;
  return found;
}

}  // namespace libtoken
