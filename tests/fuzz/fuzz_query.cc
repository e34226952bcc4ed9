// The query of a management request: parameters that are plain text, or a refusal with a sentence that can be shown.
#include <algorithm>
#include <array>

#include "libtoken/text.h"
#include "rebuild.h"
#include "requests/query.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr std::array<std::string_view, 6> kNames{"org", "app", "for", "name", "limit", "after"};
  const auto query = tokend::Query::parse(libtoken::text_of({data, size}), kNames);
  const auto has_controls = [](std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < ' '; });
  };
  if (!query) {
    std::string_view body = query.error().body;
    if (body.ends_with('\n')) body.remove_suffix(1);
    fuzz::must(query.error().status == 400 && !body.empty() && !has_controls(body), "a refusal that cannot be shown");
    return 0;
  }
  for (const std::string_view name : kNames) {
    const std::string* value = query->find(name);
    if (value == nullptr) continue;
    fuzz::must(!value->empty() && !has_controls(*value), "a value that is empty or has control characters");
    fuzz::must(libtoken::is_utf8(libtoken::bytes_of(*value)), "a value that is not UTF-8");
  }
  return 0;
}
