#include "output/what_is_allowed.h"

#include <algorithm>
#include <optional>

#include "libtoken/text.h"
#include "output/output.h"
#include "output/times.h"

namespace tokenctl {
namespace {

using libtoken::InspectedToken;

std::string nth(std::string_view noun, std::size_t index) {
  return std::string(noun) + " " + std::to_string(index + 1) + ": ";
}

std::optional<std::int64_t> end_of(const InspectedToken& token) {
  return token.earlier_end ? token.earlier_end->unix_s : token.explanation.not_after_unix_s;
}

std::string until(const InspectedToken& token, std::int64_t now_unix_s) {
  const auto end = end_of(token);
  if (!end) return "it never ends";
  return "until " + describe_time(*end, now_unix_s) +
         (token.earlier_end
              ? ", when its discharge from " + libtoken::escape_untrusted(token.earlier_end->location) + " ends"
              : "");
}

}  // namespace

std::vector<InspectedToken> allowed_by(const libtoken::Bundle& bundle, std::string_view location,
                                       const libtoken::NameSource* names) {
  std::vector<InspectedToken> tokens;
  for (const auto& part : bundle.parts())
    if (part && part->location() == location) tokens.push_back(inspect(*part, bundle, names));
  return tokens;
}

void remark_on_each(const std::vector<InspectedToken>& tokens, std::string_view noun) {
  for (std::size_t i = 0; i < tokens.size(); ++i)
    remark((tokens.size() > 1 ? nth(noun, i) : "") + tokens[i].explanation.allows);
}

void remark_on_ends(const std::vector<InspectedToken>& tokens, std::int64_t now_unix_s) {
  const bool same = std::all_of(tokens.begin(), tokens.end(), [&](const InspectedToken& token) {
    return until(token, now_unix_s) == until(tokens.front(), now_unix_s);
  });
  for (std::size_t i = 0; i < (same ? std::min<std::size_t>(1, tokens.size()) : tokens.size()); ++i)
    remark((same ? "" : nth("token", i)) + until(tokens[i], now_unix_s));
  const bool nothing = std::all_of(tokens.begin(), tokens.end(), [&](const InspectedToken& token) {
    return token.explanation.allows_nothing || end_of(token).value_or(now_unix_s) < now_unix_s;
  });
  if (nothing) remark("warning: nothing is left that this token may do");
}

}  // namespace tokenctl
