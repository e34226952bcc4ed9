#include "input/name_options.h"

#include "service/open_store.h"

namespace tokenctl {

using libtoken::authority::NameOrId;

Outcome<std::optional<NameOrId>> parse_optional(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  auto parsed = parse_org_or_app(*text);
  if (!parsed) return tl::unexpected<Failure>(parsed.error());
  return std::move(*parsed);
}

}  // namespace tokenctl
