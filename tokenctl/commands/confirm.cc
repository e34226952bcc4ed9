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

constexpr std::size_t kMaxListed = 100;

}  // namespace

Outcome<void> confirm(std::string_view question, bool yes) {
  if (yes) return {};
  if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDERR_FILENO) != 1)
    return fail(Exit::kUsage, "there is no terminal to ask on: give --yes to go on");
  std::fprintf(stderr, "tokenctl: %.*s Type yes to go on: ", static_cast<int>(question.size()), question.data());
  std::string line;
  std::getline(std::cin, line);
  if (line == "yes") return {};
  return fail(Exit::kRefused, "nothing was done");
}

Outcome<std::size_t> confirm_deletion(Store& store, const TokenFilter& filter, const std::string& what, bool yes) {
  const std::int64_t now = now_unix_s();
  const auto tokens = libtoken::authority::list_tokens(store, filter, now);
  if (!tokens) return fail(tokens.error());
  std::size_t listed = 0;
  for (const IssuedToken& token : *tokens) {
    if (++listed > kMaxListed) break;
    remark("this ends " + to_string(token.id) + ", " + describe(ListedToken{token, status_of(token, now)}));
  }
  if (tokens->size() > kMaxListed) remark("and " + std::to_string(tokens->size() - kMaxListed) + " more");
  remark("deleting " + what + " ends " + (tokens->empty() ? "no live token" : counted(tokens->size(), "live token")));
  if (const auto confirmed = confirm("This cannot be undone.", yes); !confirmed)
    return tl::unexpected<Failure>(confirmed.error());
  return tokens->size();
}

}  // namespace tokenctl
