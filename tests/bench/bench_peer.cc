// libmacaroons, another implementation of macaroons, doing what verify_readonly does: from text to "it verifies".
#include <benchmark/benchmark.h>
#include <macaroons.h>

#include <cstring>
#include <string>

#include "world.h"

namespace bench {
namespace {

const unsigned char* bytes(const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); }

void peer_libmacaroons(benchmark::State& state) {
  const std::string key(32, 'k');
  const std::string id(16, 'i');
  const std::string location = "https://tokens.localhost/v1";
  const std::string caveats[] = {"org = 7, rwcdC", "org = 7, r", "time < 2026-12-31"};
  macaroon_returncode error = MACAROON_SUCCESS;
  macaroon* token =
      macaroon_create(bytes(location), location.size(), bytes(key), key.size(), bytes(id), id.size(), &error);
  macaroon_verifier* verifier = macaroon_verifier_create();
  for (const std::string& caveat : caveats) {
    macaroon* longer = macaroon_add_first_party_caveat(token, bytes(caveat), caveat.size(), &error);
    macaroon_destroy(token);
    token = longer;
    macaroon_verifier_satisfy_exact(verifier, bytes(caveat), caveat.size(), &error);
  }
  std::string text(macaroon_serialize_size_hint(token), '\0');
  macaroon_serialize(token, text.data(), text.size(), &error);
  macaroon_destroy(token);

  for (auto _ : state) {
    macaroon* read = macaroon_deserialize(text.c_str(), &error);
    if (read == nullptr || macaroon_verify(verifier, read, bytes(key), key.size(), nullptr, 0, &error) != 0)
      state.SkipWithError("refused");
    macaroon_destroy(read);
  }
  macaroon_verifier_destroy(verifier);
}

BENCHMARK(peer_libmacaroons)->Apply(with_fastest);

}  // namespace
}  // namespace bench
