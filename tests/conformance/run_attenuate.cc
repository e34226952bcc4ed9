#include "conformance.h"
#include "libtoken/caveat_json.h"

namespace conformance {
namespace {

bool verifies(const libtoken::Macaroon& token, const std::string& key_hex) {
  CaseKeys keys(json::object());
  keys.add(std::string(libtoken::text_of(token.nonce().kid)), key_hex);
  const libtoken::Verifier verifier{std::string(token.location()), keys};
  libtoken::VerifierScratch scratch;
  const libtoken::Verification found = verifier.verify(token.text(), scratch);
  // Nothing here has its discharges, which are asked for only once the chain has been found right.
  return found.verified() ||
         (found.refusals.size() == 1 && found.refusals[0].kind == libtoken::ErrorKind::kMissingDischarge);
}

}  // namespace

std::string run_attenuate(const json& one) {
  libtoken::Macaroon token = macaroon(one.at("token"));
  const libtoken::Macaroon expected = macaroon(one.at("result"));
  const std::string key = one.at("key").get<std::string>();
  if (!verifies(token, key)) return "the token does not verify";
  if (!verifies(expected, key)) return "the result does not verify";
  if (to_string(token.id()) != one.at("uuid").get<std::string>()) return "its id is " + to_string(token.id());

  const std::optional<std::int64_t> end = libtoken::not_after_unix_s(expected.unverified_caveats());
  const json shown_end = end ? json(*end) : json(nullptr);
  if (shown_end != one.at("not_after")) return "its end is " + shown_end.dump();

  const libtoken::CaveatSet add = value(libtoken::caveats_from_json(one.at("add")));
  const std::string before = token.text();
  const auto added = token.attenuate(add);
  if (one.at("stricter").get<bool>()) {
    if (added) return "added, and should be refused";
    return token.text() == before ? "" : "refused, and changed all the same";
  }
  if (!added) return "refused: " + added.error().message;
  if (to_string(token.id()) != one.at("uuid").get<std::string>()) return "the id changed";
  return token.text() == one.at("result").get<std::string>() ? "" : "the result is " + token.text();
}

}  // namespace conformance
