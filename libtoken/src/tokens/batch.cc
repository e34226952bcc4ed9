#include "libtoken/batch.h"

#include <algorithm>

#include "libtoken/clearing.h"

namespace libtoken {
namespace {

HeaderAnswer answer(const Verifier& verifier, const HeaderQuestion& question, VerifierScratch& scratch) {
  const Verification found = verifier.verify(question.header, scratch);
  if (!found.verified()) return HeaderAnswer::kNotVerified;
  if (find_problem(question.access)) return HeaderAnswer::kInvalidAccess;
  const bool allowed = std::any_of(found.tokens.begin(), found.tokens.end(), [&](const VerifiedToken& token) {
    return all_clear(token.caveats(), question.access);
  });
  return allowed ? HeaderAnswer::kAllowed : HeaderAnswer::kRefused;
}

}  // namespace

void verify_all(const Verifier& verifier, std::span<const HeaderQuestion> questions, std::span<HeaderAnswer> answers,
                VerifierScratch& scratch) {
  std::transform(questions.begin(), questions.end(), answers.begin(),
                 [&](const HeaderQuestion& question) { return answer(verifier, question, scratch); });
}

}  // namespace libtoken
