#include "commands/confirm.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "input/times.h"
#include "output/layout.h"
#include "output/listing.h"
#include "output/output.h"

namespace tokenctl {
namespace {

using libtoken::authority::IssuedToken;
using libtoken::authority::Store;
using libtoken::authority::TokenFilter;

constexpr std::size_t kMostNamed = 100;

}  // namespace

Outcome<void> ask_consent(std::string_view question, bool yes) {
  if (yes) return {};
  if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDERR_FILENO) != 1)
    return fail(Exit::kUsage, "there is nobody here to ask: say --yes to go on");
  std::fprintf(stderr, "tokenctl: %.*s Write yes to go on: ", static_cast<int>(question.size()), question.data());
  std::string line;
  std::getline(std::cin, line);
  if (line == "yes") return {};
  return fail(Exit::kRefused, "nothing was done");
}

Outcome<std::size_t> agree_to_deaths(Store& store, const TokenFilter& filter, const std::string& what, bool yes) {
  const std::int64_t now = now_unix_s();
  const auto tokens = libtoken::authority::list_tokens(store, filter, now);
  if (!tokens) return fail(tokens.error());
  std::size_t named = 0;
  for (const IssuedToken& token : *tokens) {
    if (++named > kMostNamed) break;
    remark(to_string(token.id) + " dies, " + describe(ListedToken{token, status_of(token, now)}));
  }
  if (tokens->size() > kMostNamed) remark("and " + std::to_string(tokens->size() - kMostNamed) + " more");
  remark(tokens->empty()
             ? "no live token dies with " + what
             : counted(tokens->size(), "live token") + (tokens->size() == 1 ? " dies" : " die") + " with " + what);
  if (const auto consent = ask_consent("This cannot be taken back.", yes); !consent)
    return tl::unexpected<Failure>(consent.error());
  return tokens->size();
}

}  // namespace tokenctl
