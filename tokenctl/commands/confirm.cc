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
  std::size_t count = 0;
  const auto listed = libtoken::authority::for_each_listed(store, filter, now, {}, [&](IssuedToken&& token) {
    if (++count > kMaxListed) return true;
    const auto status = status_of(token, now);
    remark("this ends " + to_string(token.id) + ", " + describe(ListedToken{std::move(token), status}));
    return true;
  });
  if (!listed) return fail(listed.error());
  if (count > kMaxListed) remark("and " + std::to_string(count - kMaxListed) + " more");
  remark("deleting " + what + " ends " + (count == 0 ? "no live token" : counted(count, "live token")));
  if (const auto confirmed = confirm("This cannot be undone.", yes); !confirmed)
    return tl::unexpected<Failure>(confirmed.error());
  return count;
}

}  // namespace tokenctl
