#include <algorithm>

#include "conformance.h"

namespace conformance {
namespace {

// FORMAT.md §4: the ground of a bundle that does not verify is that of the first part set aside, else `refused`.
std::string ground_of(const libtoken::Verification& found) {
  if (found.verified()) return "verified";
  for (const libtoken::Refusal& refusal : found.refusals) {
    const bool set_aside = refusal.kind == libtoken::ErrorKind::kMalformed ||
                           refusal.kind == libtoken::ErrorKind::kTruncated ||
                           refusal.kind == libtoken::ErrorKind::kTooLarge;
    if (set_aside) return to_string(refusal.kind);
  }
  return "refused";
}

}  // namespace

std::string run_edges(const json& one) {
  const CaseKeys keys(one.at("keys"));
  const libtoken::Verifier verifier(one.at("location").get<std::string>(), keys, trusted_third_parties(one));
  libtoken::VerifierScratch scratch;
  const std::string header = one.at("header").get<std::string>();
  const libtoken::Verification found = verifier.verify(header, scratch);
  const std::string ground = ground_of(found);
  const std::string expected = one.at("expect").get<std::string>();
  const bool holds = expected == "refused" ? !found.verified() : ground == expected;
  if (!holds) return "the outcome is " + ground;
  if (!one.contains("attestations")) return "";
  const auto caveats = found.tokens[0].caveats();
  const auto attestations = std::count_if(caveats.begin(), caveats.end(), [](const libtoken::Caveat* caveat) {
    return libtoken::is_attestation(caveat->type);
  });
  if (attestations != one["attestations"].get<std::ptrdiff_t>())
    return std::to_string(attestations) + " attestations count";
  return "";
}

}  // namespace conformance
