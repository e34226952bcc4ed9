#include "inspect.h"
#include "libtoken/bytes.h"
#include "libtoken/caveat_json.h"
#include "times.h"

namespace tokenctl {
namespace {

using nlohmann::json;

json time_or_null(const std::optional<std::int64_t>& unix_s) {
  return unix_s ? json(to_rfc3339(*unix_s)) : json(nullptr);
}

json to_json(const InspectedToken& token) {
  const libtoken::Macaroon& macaroon = *token.macaroon;
  const libtoken::Explanation& explanation = token.explanation;
  json needs = json::array();
  for (const Need& need : token.needs) {
    needs.push_back({{"location", need.location},
                     {"ticket", libtoken::to_base64(need.ticket)},
                     {"present", !need.discharges.empty()},
                     {"discharges", to_json(need.discharges)}});
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
          {"kid", libtoken::to_hex(macaroon.nonce().kid)},
          {"location", macaroon.location()},
          {"bytes", macaroon.encoded().size()},
          {"proof", macaroon.nonce().proof}};
}

json to_json(const libtoken::Error& error) {
  json shown{{"code", to_string(error.kind)}, {"message", error.message}};
  if (error.missing_bytes != 0) shown["missing_bytes"] = error.missing_bytes;
  return {{"error", std::move(shown)}};
}

}  // namespace

json inspect_json(const std::vector<InspectedPart>& parts) {
  json tokens = json::array();
  for (const InspectedPart& part : parts) {
    tokens.push_back(std::visit([](const auto& shown) { return to_json(shown); }, part));
  }
  return {{"tokens", std::move(tokens)}, {"signature_checked", false}};
}

}  // namespace tokenctl
