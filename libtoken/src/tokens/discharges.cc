#include "libtoken/discharges.h"

#include <algorithm>
#include <limits>

#include "libtoken/third_party.h"
#include "libtoken/times.h"

namespace libtoken {
namespace {

// What a binding to the token as it stands begins with. Nothing for a proof, whose chain is hidden behind its tail.
std::optional<CaveatSet> binding_as_it_stands(const Macaroon& token) {
  auto binding = binding_to(token);
  if (!binding) return std::nullopt;
  return std::move(*binding);
}

bool begins_with(ByteView longer, ByteView prefix) {
  return longer.size() >= prefix.size() && equal(longer.first(prefix.size()), prefix);
}

Binding binding_of(const Macaroon& discharge, const Macaroon& token) {
  Binding binding = Binding::kNone;
  const CaveatSet expected = binding_as_it_stands(token).value_or(CaveatSet());
  const auto decoded = expected.check();
  for (const Caveat& caveat : discharge.unverified_caveats()) {
    const auto* bound = std::get_if<BindToParentToken>(&caveat.body);
    if (bound == nullptr) continue;
    if (!decoded || decoded->caveats().empty()) return Binding::kOther;
    const auto& prefix = std::get<BindToParentToken>(decoded->caveats().front().body).prefix;
    if (!begins_with(bound->prefix, prefix)) return Binding::kOther;
    binding = Binding::kAsItStands;
  }
  return binding;
}

}  // namespace

const char* to_string(Binding binding) noexcept {
  switch (binding) {
    case Binding::kNone: return "none";
    case Binding::kAsItStands: return "as_it_stands";
    case Binding::kOther: return "other";
  }
  return "";
}

std::vector<DischargeView> discharges_for(const ThirdParty& caveat, const Macaroon& token, const Bundle& bundle) {
  std::vector<DischargeView> discharges;
  const auto& parts = bundle.parts();
  for (std::size_t part = 0; part < parts.size(); ++part) {
    // A macaroon for the token's own service is another permission token, whatever its key id says.
    if (!parts[part] || &*parts[part] == &token || parts[part]->location() == token.location()) continue;
    const Macaroon& other = *parts[part];
    if (other.location() != caveat.location || !equal(other.nonce().kid, caveat.ticket)) continue;
    discharges.push_back({part, &other, binding_of(other, token)});
  }
  return discharges;
}

std::optional<EarlierEnd> earlier_end(const Macaroon& token, const Bundle& bundle) {
  constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
  EarlierEnd earliest{not_after_unix_s(token.unverified_caveats()).value_or(kNever), ""};
  for (const Caveat& caveat : token.unverified_caveats()) {
    const auto* third_party = std::get_if<ThirdParty>(&caveat.body);
    if (third_party == nullptr) continue;
    const auto discharges = discharges_for(*third_party, token, bundle);
    if (discharges.empty()) continue;
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
    for (const DischargeView& discharge : discharges) {
      last = std::max(last, not_after_unix_s(discharge.macaroon->unverified_caveats()).value_or(kNever));
    }
    if (last < earliest.unix_s) earliest = {last, std::string(third_party->location)};
  }
  if (earliest.location.empty()) return std::nullopt;
  return earliest;
}

Json discharges_json(const std::vector<DischargeView>& discharges) {
  Json list = Json::array();
  for (const DischargeView& discharge : discharges) {
    const auto end = not_after_unix_s(discharge.macaroon->unverified_caveats());
    list.push_back({{"part", discharge.part},
                    {"binding", to_string(discharge.binding)},
                    {"not_after", end ? Json(to_rfc3339(*end)) : Json(nullptr)}});
  }
  return list;
}

}  // namespace libtoken
