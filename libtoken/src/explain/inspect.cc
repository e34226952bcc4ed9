#include "libtoken/inspect.h"

#include <algorithm>

#include "libtoken/bytes.h"
#include "libtoken/caveat_json.h"
#include "libtoken/times.h"

namespace libtoken {
namespace {

using json = Json;

bool is_discharge(const Macaroon& macaroon, const Bundle& bundle) {
  return std::any_of(bundle.parts().begin(), bundle.parts().end(), [&](const Bundle::Part& other) {
    if (!other || &*other == &macaroon) return false;
    const auto caveats = other->unverified_caveats();
    return std::any_of(caveats.begin(), caveats.end(), [&](const Caveat& caveat) {
      const auto* third_party = std::get_if<ThirdParty>(&caveat.body);
      if (third_party == nullptr) return false;
      const auto discharges = discharges_for(*third_party, *other, bundle);
      return std::any_of(discharges.begin(), discharges.end(),
                         [&](const DischargeView& discharge) { return discharge.macaroon == &macaroon; });
    });
  });
}

json time_or_null(const std::optional<std::int64_t>& unix_s) {
  return unix_s ? json(to_rfc3339(*unix_s)) : json(nullptr);
}

json to_json(const InspectedToken& token) {
  const Macaroon& macaroon = *token.macaroon;
  const Explanation& explanation = token.explanation;
  json needs = json::array();
  for (const Need& need : token.needs) {
    needs.push_back({{"location", need.location},
                     {"ticket", to_base64(need.ticket)},
                     {"present", !need.discharges.empty()},
                     {"discharges", discharges_json(need.discharges)}});
  }
  json caveats = json::array();
  const auto unverified = macaroon.unverified_caveats();
  for (std::size_t i = 0; i < unverified.size(); ++i) {
    json caveat = caveat_to_json(unverified[i]);
    caveat["adds"] = explanation.caveats[i].adds;
    if (!explanation.caveats[i].warning.empty()) caveat["warning"] = explanation.caveats[i].warning;
    caveats.push_back(std::move(caveat));
  }
  return {{"allows", explanation.allows},
          {"not_before", time_or_null(explanation.not_before_unix_s)},
          {"not_after", time_or_null(explanation.not_after_unix_s)},
          {"effective_not_after", token.earlier_end ? json(to_rfc3339(token.earlier_end->unix_s))
                                                    : time_or_null(explanation.not_after_unix_s)},
          {"needs", std::move(needs)},
          {"caveats", std::move(caveats)},
          {"id", to_string(macaroon.id())},
          {"kid", to_hex(macaroon.nonce().kid)},
          {"location", macaroon.location()},
          {"bytes", macaroon.encoded().size()},
          {"proof", macaroon.nonce().proof}};
}

json to_json(const Error& error) {
  json shown{{"code", to_string(error.kind)}, {"message", error.message}};
  if (error.missing_bytes != 0) shown["missing_bytes"] = error.missing_bytes;
  return {{"error", std::move(shown)}};
}

}  // namespace

InspectedToken inspect(const Macaroon& macaroon, const Bundle& bundle, const NameSource* names) {
  InspectedToken token;
  token.macaroon = &macaroon;
  token.is_discharge = is_discharge(macaroon, bundle);
  token.explanation = explain(macaroon.view(), names, token.is_discharge);
  for (const Caveat& caveat : macaroon.unverified_caveats()) {
    const auto* third_party = std::get_if<ThirdParty>(&caveat.body);
    if (third_party == nullptr) continue;
    token.needs.push_back({token.explanation.needs_discharge_from[token.needs.size()], third_party->ticket,
                           discharges_for(*third_party, macaroon, bundle)});
  }
  token.earlier_end = earlier_end(macaroon, bundle);
  return token;
}

json inspect_json(const InspectedPart& part) {
  return std::visit([](const auto& shown) { return to_json(shown); }, part);
}

json inspect_json(const std::vector<InspectedPart>& parts) {
  json tokens = json::array();
  for (const InspectedPart& part : parts) tokens.push_back(inspect_json(part));
  return {{"tokens", std::move(tokens)}, {"signature_checked", false}};
}

}  // namespace libtoken
