// A macaroon's bytes: decodes, rebuilds, is narrowed, verifies under nobody's key.
#include "any_key.h"
#include "libtoken/caveat_json.h"
#include "libtoken/explain.h"
#include "libtoken/macaroon.h"
#include "rebuild.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto token = libtoken::Macaroon::decode({data, data + size});
  if (!token) {
    fuzz::must(!token.error().message.empty(), "an error without a sentence");
    return 0;
  }
  fuzz::must_rebuild(token->view());
  static_cast<void>(libtoken::explain(token->view(), nullptr));
  for (const libtoken::Caveat& caveat : token->unverified_caveats())
    static_cast<void>(libtoken::caveat_to_json(caveat));

  static const fuzz::AnyKey keys;
  static libtoken::VerifierScratch scratch;
  const libtoken::Verifier verifier{std::string(token->location()), keys};
  fuzz::must(!verifier.verify(token->text(), scratch).verified(), "something verifies under a key that nobody has");

  const libtoken::TokenId id = token->id();
  libtoken::CaveatSet caveats;
  caveats.action(libtoken::kRead);
  if (token->attenuate(caveats)) {
    fuzz::must_rebuild(token->view());
    fuzz::must(token->id() == id, "a narrowed copy has another id");
  } else {
    fuzz::must(libtoken::equal(token->encoded(), {data, size}), "refused, and changed all the same");
  }
  return 0;
}
