// An Authorization header: splits, shows, verifies.
#include <string>

#include "any_key.h"
#include "libtoken/bundle.h"
#include "libtoken/explain.h"
#include "libtoken/third_party.h"
#include "rebuild.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string header(libtoken::text_of({data, size}));
  const auto bundle = libtoken::Bundle::parse(header);

  static const fuzz::AnyKey keys;
  static const libtoken::Verifier verifier("https://tokens.example.com/v1", keys);
  static libtoken::VerifierScratch scratch;
  const libtoken::Verification found = verifier.verify(header, scratch);
  fuzz::must(!found.verified(), "something verifies under a key that nobody has");
  fuzz::must(!found.refusals.empty(), "a refusal without a reason");
  if (!bundle) {
    fuzz::must(found.refusals[0].kind == bundle.error().kind, "two readings of one header");
    return 0;
  }
  for (const auto& part : bundle->parts()) {
    if (!part) continue;
    fuzz::must_rebuild(part->view());
    static_cast<void>(libtoken::explain(part->view(), nullptr));
  }
  const std::string_view location = libtoken::service_location(*bundle);
  static_cast<void>(libtoken::tickets_of(*bundle, location));
  const std::string written = bundle->header(location);
  if (written.empty()) return 0;
  const auto again = libtoken::Bundle::parse(written);
  fuzz::must(again && again->header(location) == written, "a header does not survive being written");
  return 0;
}
