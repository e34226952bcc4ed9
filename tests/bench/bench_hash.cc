// One HMAC-SHA256 through each library: why the project uses the one it does.
#include <benchmark/benchmark.h>
#include <sodium.h>

#include <array>

#include "wire/sha.h"
#include "world.h"

namespace bench {
namespace {

constexpr std::array<std::uint8_t, 32> kKey{1, 2, 3};
const libtoken::Bytes kMessage(64, 0x5a);

void hmac_sodium(benchmark::State& state) {
  std::array<std::uint8_t, 32> tag;
  for (auto _ : state) {
    crypto_auth_hmacsha256(tag.data(), kMessage.data(), static_cast<unsigned long long>(state.range(0)), kKey.data());
    benchmark::DoNotOptimize(tag);
  }
}

void hmac_libcrypto(benchmark::State& state) {
  const auto message = libtoken::ByteView(kMessage).first(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(libtoken::hmac_sha256(kKey, message));
}

BENCHMARK(hmac_sodium)->Apply(with_fastest)->Arg(12)->Arg(60);
BENCHMARK(hmac_libcrypto)->Apply(with_fastest)->Arg(12)->Arg(60);

}  // namespace
}  // namespace bench
