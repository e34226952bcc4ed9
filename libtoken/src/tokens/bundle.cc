#include "libtoken/bundle.h"

#include <algorithm>

#include "tokens/header.h"

namespace libtoken {
namespace {

// Nobody can pass a token off as a discharge by adding a part with a ticket that names it: a token that its service
// signed begins with Organization, which a discharge has no use for.
bool looks_like_permission_token(const Macaroon& macaroon) {
  const auto caveats = macaroon.unverified_caveats();
  return !macaroon.nonce().proof && !caveats.empty() && caveats.front().type == CaveatType::kOrganization;
}

bool answers(const Macaroon& discharge, const Macaroon& token) {
  if (looks_like_permission_token(discharge)) return false;
  const auto caveats = token.unverified_caveats();
  return std::any_of(caveats.begin(), caveats.end(), [&](const Caveat& caveat) {
    const auto* third_party = std::get_if<ThirdParty>(&caveat.body);
    return third_party != nullptr && third_party->location == discharge.location() &&
           equal(third_party->ticket, discharge.nonce().kid);
  });
}

}  // namespace

Result<Bundle> Bundle::parse(std::string_view header) {
  HeaderParts split;
  if (!split.split(header)) return tl::unexpected(header_error(split.fault()));
  std::vector<Part> parts;
  parts.reserve(split.parts().size());
  for (const ByteView part : split.parts()) parts.push_back(Macaroon::decode(Bytes(part.begin(), part.end())));
  return Bundle(std::move(parts));
}

std::string Bundle::header(std::string_view location) const {
  std::string header;
  const auto append_group = [&](bool permission_tokens) {
    for (const Part& part : parts_) {
      if (!part || (part->location() == location) != permission_tokens) continue;
      header += header.empty() ? "FlyV1 " : ",";
      header += part->text();
    }
  };
  append_group(true);
  append_group(false);
  return header;
}

bool is_discharge_in(const Bundle& bundle, std::size_t part, std::string_view location) {
  const auto& parts = bundle.parts();
  if (!parts[part] || parts[part]->location() == location) return false;
  return std::any_of(parts.begin(), parts.end(), [&](const Bundle::Part& other) {
    return other && other->location() == location && answers(*parts[part], *other);
  });
}

std::string_view service_location(const Bundle& bundle) {
  const auto& parts = bundle.parts();
  for (const Bundle::Part& part : parts) {
    if (!part) continue;
    const bool is_discharge = std::any_of(parts.begin(), parts.end(), [&](const Bundle::Part& other) {
      return other && &other != &part && answers(*part, *other);
    });
    if (!is_discharge) return part->location();
  }
  return "";
}

}  // namespace libtoken
