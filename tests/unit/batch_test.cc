#include "libtoken/batch.h"

#include <thread>

#include "core_support.h"

using namespace core_test;

namespace {

Access reading() {
  Access access;
  access.action = kRead;
  access.org = 7;
  return access;
}

Access writing() {
  Access access = reading();
  access.action = kWrite;
  return access;
}

}  // namespace

TEST_CASE("a batch answers each question in its place, and a bad header spoils only its own answer") {
  const Keys keys("kid-1", 1);
  const Verifier verifier(kHere, keys);
  const std::string token = "FlyV1 " + minted(CaveatSet().organization(7, kRead)).text();
  const std::string forged = token.substr(0, token.size() - 6) + "AAAAA=";
  Access no_org;
  no_org.action = kRead;
  const std::vector<HeaderQuestion> questions = {{token, reading()},  {"", reading()},   {token, writing()},
                                                 {forged, reading()}, {token, no_org},   {"FlyV1 fm2_", reading()},
                                                 {forged, no_org},    {token, reading()}};
  std::vector<HeaderAnswer> answers(questions.size());
  VerifierScratch scratch;
  verify_all(verifier, questions, answers, scratch);
  CHECK(answers == std::vector<HeaderAnswer>{HeaderAnswer::kAllowed, HeaderAnswer::kNotVerified, HeaderAnswer::kRefused,
                                             HeaderAnswer::kNotVerified, HeaderAnswer::kInvalidAccess,
                                             HeaderAnswer::kNotVerified, HeaderAnswer::kNotVerified,
                                             HeaderAnswer::kAllowed});
  verify_all(verifier, {}, {}, scratch);  // none is fine
}

TEST_CASE("threads with a scratch each share one verifier and split one batch") {
  const Keys keys("kid-1", 1);
  const Verifier verifier(kHere, keys);
  std::vector<std::string> tokens;
  for (int i = 0; i < 50; ++i)
    tokens.push_back(minted(CaveatSet().organization(7, i % 3 == 0 ? kRead : kAllActions)).text());
  std::vector<HeaderQuestion> questions;
  for (int i = 0; i < 2000; ++i)
    questions.push_back({tokens[static_cast<std::size_t>(i % 50)], i % 2 == 0 ? reading() : writing()});
  std::vector<HeaderAnswer> together(questions.size());
  std::vector<HeaderAnswer> split(questions.size());
  VerifierScratch scratch;
  verify_all(verifier, questions, together, scratch);

  std::vector<std::thread> threads;
  constexpr std::size_t kThreads = 4;
  const std::size_t share = questions.size() / kThreads;
  for (std::size_t i = 0; i < kThreads; ++i)
    threads.emplace_back([&, i] {
      VerifierScratch own;
      verify_all(verifier, std::span(questions).subspan(i * share, share), std::span(split).subspan(i * share, share),
                 own);
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(split == together);
  CHECK(std::count(together.begin(), together.end(), HeaderAnswer::kRefused) > 100);
  CHECK(std::count(together.begin(), together.end(), HeaderAnswer::kAllowed) > 1000);
}
