#include "tokens/header.h"

#include <algorithm>

#include "caveats/caveat_arena.h"
#include "caveats/decoder.h"
#include "wire/base64.h"

namespace libtoken {
namespace {

constexpr const char* kNoToken = "a token begins with fm2_, or FlyV1 fm2_, and here is something that does not";
constexpr const char* kTooManyParts = "more than 64 tokens in one header";
constexpr std::string_view kWhiteSpace = " \t\r\n";

std::string_view without_leading_white_space(std::string_view text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of(kWhiteSpace), text.size()));
  return text;
}

std::string_view trimmed(std::string_view text) noexcept {
  text = without_leading_white_space(text);
  return text.substr(0, text.find_last_not_of(kWhiteSpace) + 1);
}

bool consume_scheme(std::string_view& text, std::string_view scheme_and_space) noexcept {
  if (text.size() < scheme_and_space.size()) return false;
  for (std::size_t i = 0; i < scheme_and_space.size(); ++i) {
    const char c = text[i];
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower != scheme_and_space[i]) return false;
  }
  text = without_leading_white_space(text.substr(scheme_and_space.size()));
  return true;
}

// Of the bytes that are there, what a decoder misses: half a token, cut in the middle of its base64.
std::uint64_t missing_bytes_of_cut(std::string_view base64) {
  if (base64.ends_with('=')) base64.remove_suffix(1);
  const std::size_t odd = base64.size() % 4;
  const std::string_view whole = base64.substr(0, base64.size() - odd);
  if (whole.size() / 4 * 3 > kMaxTokenBytes) return 0;
  const Result<Bytes> bytes = from_base64(whole);
  CaveatArena arena;
  Decoder decoder(*bytes, arena);
  MacaroonView macaroon;
  if (decoder.macaroon(macaroon) || decoder.fault().kind != ErrorKind::kTruncated) return 0;
  const std::uint64_t in_odd_digits = odd * 6 / 8;
  return std::max<std::uint64_t>(decoder.fault().missing_bytes, in_odd_digits + 1) - in_odd_digits;
}

}  // namespace

bool HeaderParts::refuse(ErrorKind kind, const char* what) noexcept {
  fault_ = {kind, what, 0, 0};
  count_ = 0;
  return false;
}

bool HeaderParts::add(std::string_view part) {
  const std::size_t underscore = part.find('_');
  if (underscore == std::string_view::npos) return refuse(ErrorKind::kMalformed, kNoToken);
  const std::string_view label = part.substr(0, underscore);
  const std::string_view base64 = part.substr(underscore + 1);
  if (label == "fo1") return true;
  if (label != "fm2" && label != "fm1r" && label != "fm1a") return refuse(ErrorKind::kMalformed, kNoToken);
  if (base64.empty()) return refuse(ErrorKind::kMalformed, "there is nothing after fm2_");
  std::uint8_t* out = bytes_.data() + used_;
  const std::optional<std::size_t> size = decode_base64(base64, out);
  if (!size) {
    const ErrorKind kind = classify_bad_base64(base64);
    if (base64.find_first_of(kWhiteSpace) != std::string_view::npos)
      return refuse(ErrorKind::kMalformed, "there is white space or a line break inside a token");
    if (kind != ErrorKind::kTruncated) return refuse(kind, "what follows fm2_ is not base64");
    fault_ = {kind, kOnlyFirstPart, 0, missing_bytes_of_cut(base64)};
    count_ = 0;
    return false;
  }
  parts_[count_++] = {out, *size};
  used_ += *size;
  return true;
}

bool HeaderParts::split(std::string_view header) {
  count_ = 0;
  used_ = 0;
  if (bytes_.size() < header.size() / 4 * 3) bytes_.resize(header.size() / 4 * 3);
  std::string_view rest = trimmed(header);
  while (consume_scheme(rest, "flyv1 ") || consume_scheme(rest, "bearer ")) {
  }
  if (rest.empty()) return refuse(ErrorKind::kMalformed, "there is no token in it");
  const std::string_view list = rest;
  for (std::size_t seen = 1;; ++seen) {
    const std::size_t comma = rest.find(',');
    if (seen > kMaxParts) return refuse(ErrorKind::kTooLarge, kTooManyParts);
    if (!add(rest.substr(0, comma))) {
      // That there are too many of them says more than what is wrong with one.
      const auto commas = static_cast<std::size_t>(std::count(list.begin(), list.end(), ','));
      return commas < kMaxParts ? false : refuse(ErrorKind::kTooLarge, kTooManyParts);
    }
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  return count_ != 0 || refuse(ErrorKind::kMalformed, "there is no macaroon in it");
}

Error header_error(const Fault& fault) {
  if (fault.kind != ErrorKind::kTruncated) return {fault.kind, fault.what, 0};
  if (fault.missing_bytes != 0) return fault.to_error();
  return {fault.kind, std::string(kOnlyFirstPart) + ": its base64 ends in the middle of a group", 0};
}

}  // namespace libtoken
