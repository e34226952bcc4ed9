#include "conformance.h"
#include "libtoken/caveat_json.h"
#include "libtoken/clearing.h"

namespace conformance {
namespace {

std::string run_access(const libtoken::VerifiedToken& token, const json& one) {
  const OwnedAccess owned(one.at("access"));
  const libtoken::Access& access = owned.access;
  const auto problem = libtoken::find_problem(access);
  if (problem.has_value() == one.at("access_valid").get<bool>())
    return problem ? std::string("the access is invalid: ") + problem->message : "the access is valid";
  if (problem) {
    if (one.at("allowed").get<bool>()) return "an invalid access cannot be allowed";
    return one.at("access_error") == to_string(problem->fault)
               ? ""
               : std::string("the access is ") + to_string(problem->fault);
  }
  json verdicts = json::array();
  for (const libtoken::Caveat* caveat : token.caveats())
    verdicts.push_back(libtoken::is_attestation(caveat->type) ? "attestation" : to_string(clear(*caveat, access)));
  if (verdicts != one.at("verdicts")) return "the verdicts are " + verdicts.dump();
  const bool allowed = libtoken::all_clear(token.caveats(), access);
  return allowed == one.at("allowed").get<bool>() ? "" : allowed ? "allowed" : "refused";
}

}  // namespace

std::string run_verify(const json& one) {
  const CaseKeys keys(one.at("keys"));
  const libtoken::Verifier verifier(one.at("location").get<std::string>(), keys, trusted_third_parties(one));
  libtoken::VerifierScratch scratch;
  const std::string header = one.at("header").get<std::string>();
  const libtoken::Verification found = verifier.verify(header, scratch);
  if (found.verified() != one.at("verified").get<bool>())
    return found.verified() ? "verified" : std::string("refused: ") + found.refusals[0].what;
  if (!found.verified()) return "";

  const libtoken::VerifiedToken& token = found.tokens[0];
  json caveats = json::array();
  for (const libtoken::Caveat* caveat : token.caveats()) caveats.push_back(libtoken::caveat_to_json(*caveat));
  if (caveats != one.at("caveats")) return "its caveats are " + caveats.dump();
  if (one.at("accesses").empty()) return "no access is asked about";
  for (std::size_t i = 0; i < one["accesses"].size(); ++i)
    if (const std::string problem = run_access(token, one["accesses"][i]); !problem.empty())
      return "access " + std::to_string(i) + ": " + problem;
  return "";
}

}  // namespace conformance
