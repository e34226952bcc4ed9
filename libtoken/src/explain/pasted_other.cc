#include "explain/pasted_other.h"

#include <algorithm>
#include <string>

#include "libtoken/bytes.h"
#include "libtoken/token_id.h"

namespace libtoken {
namespace {

// Longer words are compared with prefixes alone.
constexpr std::size_t kMostDecoded = 16 * 1024;
// So many words are looked at.
constexpr int kMostWords = 64;

struct Prefix {
  std::string_view text;
  PastedOther what;
};
constexpr Prefix kPrefixes[] = {
    {"fo1_", PastedOther::kOldFly},      {"fm1r_", PastedOther::kOldFly},  {"fm1a_", PastedOther::kOldFly},
    {"hvs.", PastedOther::kVault},       {"hvb.", PastedOther::kVault},    {"hvr.", PastedOther::kVault},
    {"ghp_", PastedOther::kGitHub},      {"gho_", PastedOther::kGitHub},   {"ghu_", PastedOther::kGitHub},
    {"ghs_", PastedOther::kGitHub},      {"ghr_", PastedOther::kGitHub},   {"github_pat_", PastedOther::kGitHub},
    {"glpat-", PastedOther::kGitLab},    {"gldt-", PastedOther::kGitLab},  {"glrt-", PastedOther::kGitLab},
    {"glptt-", PastedOther::kGitLab},    {"glcbt-", PastedOther::kGitLab}, {"pypi-AgE", PastedOther::kLibmacaroonsV2},
    {"biscuit:", PastedOther::kBiscuit},
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with_any_case(std::string_view text, std::string_view with) {
  return text.size() >= with.size() &&
         std::equal(with.begin(), with.end(), text.begin(), [](char a, char b) { return a == lower(b); });
}

/// Base64 in either alphabet, with or without padding; nothing if it is not.
std::optional<Bytes> from_any_base64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  if (text.empty() || text.size() > kMostDecoded || text.size() % 4 == 1) return std::nullopt;
  std::string standard(text);
  std::replace(standard.begin(), standard.end(), '-', '+');
  std::replace(standard.begin(), standard.end(), '_', '/');
  standard.append((4 - standard.size() % 4) % 4, '=');
  auto bytes = from_base64(standard);
  if (!bytes) return std::nullopt;
  return std::move(*bytes);
}

/// Three parts with dots between them, of which the first is a JSON object in base64url.
bool is_jwt(std::string_view word) {
  if (!word.starts_with("eyJ") || std::count(word.begin(), word.end(), '.') < 2) return false;
  const auto header = from_any_base64(word.substr(0, word.find('.')));
  return header && text_of(*header).starts_with("{\"") && text_of(*header).ends_with('}');
}

/// A packet of format 1 begins with its length in four hex digits; the first one is the location.
bool is_libmacaroons_v1(std::string_view bytes) {
  constexpr std::string_view kField = "location ";
  if (bytes.size() < 4 + kField.size()) return false;
  const bool length = std::all_of(bytes.begin(), bytes.begin() + 4, [](char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'f');
  });
  return length && bytes.substr(4, kField.size()) == kField;
}

/// A number as libmacaroons and Protocol Buffers write it.
std::optional<std::uint64_t> take_varint(ByteView& from) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 35 && !from.empty(); shift += 7) {
    const std::uint8_t byte = from.front();
    from = from.subspan(1);
    value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

/// Format 2: its version; the location (1), which may be missing; the identifier (2); the end of the section (0). Each
/// field has its length before it.
bool is_libmacaroons_v2(ByteView bytes) {
  if (bytes.empty() || bytes.front() != 2) return false;
  bytes = bytes.subspan(1);
  for (bool identifier = false; !identifier;) {
    const auto type = take_varint(bytes);
    const auto length = take_varint(bytes);
    if (!type || !length || *length == 0 || *length >= bytes.size() || (*type != 1 && *type != 2)) return false;
    identifier = *type == 2;
    bytes = bytes.subspan(static_cast<std::size_t>(*length));
  }
  return bytes.front() == 0;
}

/// Protocol Buffers: one field of a message.
struct Field {
  std::uint64_t number = 0;
  ByteView bytes;  ///< of a field with a length, else empty
};

std::optional<Field> take_field(ByteView& from) {
  const auto key = take_varint(from);
  if (!key) return std::nullopt;
  Field field{*key >> 3, {}};
  const auto value = take_varint(from);
  if (!value) return std::nullopt;
  if ((*key & 7U) == 0) return field;
  if ((*key & 7U) != 2 || *value > from.size()) return std::nullopt;
  field.bytes = from.first(static_cast<std::size_t>(*value));
  from = from.subspan(static_cast<std::size_t>(*value));
  return field;
}

/// A signed block, of a biscuit: the block (1), the next public key (2), the signature of 64 or more bytes (3).
bool is_signed_block(ByteView bytes) {
  bool block = false;
  bool key = false;
  bool signature = false;
  while (!bytes.empty()) {
    const auto field = take_field(bytes);
    if (!field) return false;
    block = block || field->number == 1;
    key = key || (field->number == 2 && field->bytes.size() >= 32);
    signature = signature || (field->number == 3 && field->bytes.size() >= 64);
  }
  return block && key && signature;
}

/// The authority block (2) and the proof (4), perhaps a root key's id (1) and more blocks (3).
bool is_biscuit(ByteView bytes) {
  bool authority = false;
  bool proof = false;
  while (!bytes.empty()) {
    const auto field = take_field(bytes);
    if (!field || field->number == 0 || field->number > 4) return false;
    if (field->number == 2) {
      if (authority || !is_signed_block(field->bytes)) return false;
      authority = true;
    }
    proof = proof || field->number == 4;
  }
  return authority && proof;
}

std::optional<PastedOther> other_in_word(std::string_view word) {
  constexpr std::size_t kLeastBehindPrefix = 8;
  for (const Prefix& prefix : kPrefixes)
    if (word.starts_with(prefix.text) && word.size() >= prefix.text.size() + kLeastBehindPrefix) return prefix.what;
  if (is_jwt(word)) return PastedOther::kJwt;
  const auto bytes = from_any_base64(word);
  if (!bytes) return std::nullopt;
  if (is_libmacaroons_v1(text_of(*bytes))) return PastedOther::kLibmacaroonsV1;
  if (is_libmacaroons_v2(*bytes)) return PastedOther::kLibmacaroonsV2;
  if (is_biscuit(*bytes)) return PastedOther::kBiscuit;
  return std::nullopt;
}

bool is_html(std::string_view text) {
  text = text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return starts_with_any_case(text, "<!doctype html") || starts_with_any_case(text, "<html");
}

/// `{"v":2, "i": …, "s64": …}`
bool is_libmacaroons_json(std::string_view text) {
  const auto has = [&](std::string_view name) { return text.find(name) != text.npos; };
  return text.starts_with('{') && has("\"v\"") && (has("\"i\"") || has("\"i64\"")) && (has("\"s\"") || has("\"s64\""));
}

}  // namespace

std::optional<PastedOther> find_other(std::string_view text, std::string_view plain) {
  if (is_html(plain)) return PastedOther::kHtml;
  if (plain.find("-----BEGIN ") != plain.npos) return PastedOther::kPem;
  if (is_libmacaroons_v1(text)) return PastedOther::kLibmacaroonsV1;
  if (is_libmacaroons_v2(bytes_of(text))) return PastedOther::kLibmacaroonsV2;
  if (is_libmacaroons_json(plain)) return PastedOther::kLibmacaroonsV2;

  constexpr std::string_view kBetweenWords = " \t\r\n\v\f\"'`=:,;<>()[]{}";
  std::size_t at = 0;
  std::string_view only;
  int words = 0;
  for (; words < kMostWords; ++words) {
    at = plain.find_first_not_of(kBetweenWords, at);
    if (at == plain.npos) break;
    const std::size_t end = std::min(plain.find_first_of(kBetweenWords, at), plain.size());
    only = plain.substr(at, end - at);
    if (const auto other = other_in_word(only)) return other;
    at = end;
  }
  if (words == 1 && parse_token_id(only)) return PastedOther::kTokenId;
  return std::nullopt;
}

}  // namespace libtoken
