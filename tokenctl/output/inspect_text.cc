#include "output/inspect_text.h"

#include <algorithm>

#include "libtoken/bytes.h"
#include "libtoken/text.h"
#include "output/discharge_text.h"
#include "output/layout.h"
#include "output/outcome.h"
#include "output/times.h"

namespace tokenctl {
namespace {

using libtoken::CaveatExplanation;
using libtoken::Explanation;

constexpr std::size_t kMaxTypeWidth = 18;

std::string until(const Explanation& token, std::int64_t now_unix_s) {
  if (!token.not_after_unix_s) return "no end; it is valid as long as its key";
  const std::int64_t end = *token.not_after_unix_s;
  if (token.not_before_unix_s && *token.not_before_unix_s > end) return "at no time: it begins after it ends";
  const std::string when = describe_time(end, now_unix_s);
  return end < now_unix_s ? when + ": expired" : when;
}

/// The effective end: the token's own, or the earlier one of a discharge that it needs.
std::string effective_end(const InspectedToken& token, std::int64_t now_unix_s) {
  const std::string own = until(token.explanation, now_unix_s);
  if (!token.earlier_end) return own;
  const std::int64_t end = token.earlier_end->unix_s;
  return describe_time(end, now_unix_s) + (end < now_unix_s ? ": expired" : "") + ", when its discharge from " +
         libtoken::escape_untrusted(token.earlier_end->location) + " ends; with a newer one: " + own;
}

std::string times(const InspectedToken& inspected, std::int64_t now_unix_s, const TextWidth& width) {
  const Explanation& token = inspected.explanation;
  std::string text;
  if (token.not_before_unix_s && *token.not_before_unix_s > now_unix_s) {
    text += field("From", describe_time(*token.not_before_unix_s, now_unix_s) + ": not valid yet", width);
  }
  return text + field("Until", effective_end(inspected, now_unix_s), width);
}

std::string needs(const InspectedToken& token, const TextWidth& width) {
  if (token.needs.empty()) return field("Needs", "nothing else", width);
  std::string text;
  for (const Need& need : token.needs) {
    const std::string where =
        need.discharges.empty() ? "not here: without it the token allows nothing" : describe(need.discharges);
    text += field("Needs", "a discharge from " + need.location + ", which is " + where, width);
  }
  return text;
}

std::string caveats(const std::vector<CaveatExplanation>& caveats, const TextWidth& width) {
  if (caveats.empty()) return field("Caveats", "none", width);
  std::size_t type_width = 0;
  for (const auto& caveat : caveats) type_width = std::max(type_width, std::min(columns(caveat.type), kMaxTypeWidth));
  const std::size_t number_width = std::to_string(caveats.size()).size();
  const std::size_t under_type = 2 + number_width + 2;
  const bool narrow = is_narrow(width, under_type + type_width + 2);
  const std::size_t indent = narrow ? under_type : under_type + type_width + 2;
  std::string text = heading("Caveats") + "\n";
  for (std::size_t i = 0; i < caveats.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    text += "  " + std::string(number_width - number.size(), ' ') + number + "  ";
    std::size_t column = indent;
    if (narrow) {
      text += wrap(caveats[i].type, width, under_type, under_type) + "\n" + std::string(indent, ' ');
    } else {
      text += padded(caveats[i].type, type_width) + "  ";
      column += std::max(columns(caveats[i].type), type_width) - type_width;
    }
    text += wrap(caveats[i].adds, width, indent, column) + "\n";
    if (caveats[i].warning.empty()) continue;
    text += std::string(indent, ' ') + wrap("Warning: " + caveats[i].warning, width, indent, indent) + "\n";
  }
  return text;
}

/// In hex and, if it is printable, as text in quotes.
std::string describe_kid(libtoken::ByteView kid) {
  if (kid.empty()) return "empty";
  const bool printable = std::all_of(kid.begin(), kid.end(), [](std::uint8_t c) { return c >= 0x20 && c < 0x7f; });
  constexpr std::size_t kMaxShown = 32;  // the key id of a discharge is a whole ticket
  if (kid.size() > kMaxShown)
    return libtoken::to_hex(kid.first(kMaxShown / 2)) + "…, " + std::to_string(kid.size()) + " bytes";
  const std::string hex = libtoken::to_hex(kid);
  return printable ? hex + " (\"" + libtoken::escape_untrusted(libtoken::text_of(kid)) + "\")" : hex;
}

std::string inspected_token(const InspectedToken& token, std::int64_t now_unix_s, const TextWidth& width) {
  const libtoken::Macaroon& macaroon = *token.macaroon;
  const bool proof = macaroon.nonce().proof;
  return wrap(token.explanation.allows, width) + "\n\n" + times(token, now_unix_s, width) + needs(token, width) + "\n" +
         caveats(token.explanation.caveats, width) + "\n" + field("Id", to_string(macaroon.id()), width) +
         field("Key id", describe_kid(macaroon.nonce().kid), width) +
         field("Location", libtoken::escape_untrusted(macaroon.location()), width) +
         field("Size", counted(macaroon.encoded().size(), "byte") + (proof ? ", a proof: no caveat can be added" : ""),
               width) +
         field("Signature", "not checked: this is what the token says about itself", width);
}

std::string title(const InspectedPart& part, std::size_t number, std::size_t count) {
  std::string text = "Token " + std::to_string(number) + " of " + std::to_string(count);
  const auto* token = std::get_if<InspectedToken>(&part);
  if (token != nullptr && token->is_discharge) text += ", a discharge";
  return heading(text) + "\n";
}

}  // namespace

std::string inspect_text(const std::vector<InspectedPart>& parts, std::int64_t now_unix_s, const TextWidth& width) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) text += "\n";
    if (parts.size() > 1) text += title(parts[i], i + 1, parts.size());
    if (const auto* token = std::get_if<InspectedToken>(&parts[i])) {
      text += inspected_token(*token, now_unix_s, width);
    } else {
      text += wrap("Not a token: " + sentence(std::get<libtoken::Error>(parts[i])), width) + "\n";
    }
  }
  return text;
}

}  // namespace tokenctl
