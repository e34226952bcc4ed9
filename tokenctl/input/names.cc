#include "input/names.h"

#include "libtoken/text.h"

namespace tokenctl {

using libtoken::authority::NameOrId;

Outcome<NameOrId> parse_org_or_app(const std::string& text) {
  auto parsed = libtoken::authority::parse_name_or_id(text);
  if (!parsed) return fail(Exit::kUsage, parsed.error().message);
  return std::move(*parsed);
}

Outcome<std::optional<NameOrId>> parse_optional(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  auto parsed = parse_org_or_app(*text);
  if (!parsed) return tl::unexpected<Failure>(parsed.error());
  return std::move(*parsed);
}

Outcome<std::optional<std::uint64_t>> parse_new_id(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const auto parsed = libtoken::authority::parse_name_or_id(*text);
  if (parsed && std::holds_alternative<std::uint64_t>(*parsed)) return std::get<std::uint64_t>(*parsed);
  return fail(Exit::kUsage, "--id: cannot read \"" + libtoken::escape_untrusted(*text, 60) +
                                "\"; write a number from 1 to 9007199254740991");
}

}  // namespace tokenctl
