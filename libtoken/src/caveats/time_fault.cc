#include <algorithm>
#include <limits>

#include "libtoken/clearing.h"

namespace libtoken {
namespace {

// The time in which all of some windows are open.
struct Span {
  std::int64_t starts = std::numeric_limits<std::int64_t>::min();
  std::int64_t ends = std::numeric_limits<std::int64_t>::max();
  bool any = false;
};

// A window inside an IfPresent is always judged, whatever the access names, so that it holds for the whole token.
void narrow(Span& span, const Caveat& caveat) {
  if (const auto* window = std::get_if<ValidityWindow>(&caveat.body)) {
    span.starts = std::max(span.starts, window->not_before_unix_s);
    span.ends = std::min(span.ends, window->not_after_unix_s);
    span.any = true;
  } else if (const auto* if_present = std::get_if<IfPresent>(&caveat.body)) {
    for (const Caveat& inner : if_present->ifs) narrow(span, inner);
  }
}

// Whether the caveat would clear this access if only the time were another.
bool clears_at_some_time(const Caveat& caveat, const Access& access) {
  Span span;
  narrow(span, caveat);
  if (!span.any) return clear(caveat, access) == Verdict::kOk;
  Access then = access;
  then.now_unix_s = span.starts;
  return span.starts <= span.ends && clear(caveat, then) == Verdict::kOk;
}

}  // namespace

std::optional<TimeFault> find_time_fault(std::span<const Caveat* const> caveats, std::int64_t now_unix_s) {
  Span all;
  std::size_t ends_by = 0;
  std::size_t starts_by = 0;
  for (std::size_t i = 0; i < caveats.size(); ++i) {
    const Span before = all;
    narrow(all, *caveats[i]);
    if (all.ends < before.ends) ends_by = i;
    if (all.starts > before.starts) starts_by = i;
  }
  if (now_unix_s > all.ends) return TimeFault{TimeFault::Kind::kEnded, all.ends, ends_by};
  // A token that ends before it begins will never be good, so that nobody should wait for it.
  if (now_unix_s < all.starts && all.starts <= all.ends) {
    return TimeFault{TimeFault::Kind::kNotBegun, all.starts, starts_by};
  }
  return std::nullopt;
}

std::optional<TimeFault> find_time_fault(std::span<const Caveat* const> caveats, const Access& access) {
  const auto fault = find_time_fault(caveats, access.now_unix_s);
  if (!fault) return std::nullopt;
  const bool only_that = std::all_of(caveats.begin(), caveats.end(),
                                     [&](const Caveat* caveat) { return clears_at_some_time(*caveat, access); });
  return only_that ? fault : std::nullopt;
}

}  // namespace libtoken
