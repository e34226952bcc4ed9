#include <benchmark/benchmark.h>

#include <array>
#include <cstdlib>
#include <vector>

#include "libtoken/bundle.h"
#include "libtoken/clearing.h"
#include "wire/aead.h"
#include "wire/sha.h"
#include "world.h"

namespace bench {
namespace {

using libtoken::Bytes;

/// Only the cryptography that verifying a header asks for, on messages of the same sizes.
class Floor {
 public:
  explicit Floor(const std::string& header) : bundle_(*libtoken::Bundle::parse(header)) {
    for (const auto& part : bundle_.parts()) {
      hmac_sizes_.push_back(part->nonce().encoded.size());
      for (const libtoken::Caveat& caveat : part->unverified_caveats()) {
        hmac_sizes_.push_back(1 + caveat.encoded.size());
        if (caveat.type == libtoken::CaveatType::kThirdParty) {
          sealed_.emplace_back(libtoken::seal(key_, std::array<std::uint8_t, 32>{}));
        }
        if (caveat.type == libtoken::CaveatType::kBindToParentToken) ++bindings_;
      }
      if (part->nonce().proof) hmac_sizes_.push_back(sizeof(libtoken::Digest));
    }
  }

  void run() {
    libtoken::Digest tail = key_;
    for (const std::size_t size : hmac_sizes_)
      tail = libtoken::hmac_sha256(tail, libtoken::ByteView(message_).first(size));
    benchmark::DoNotOptimize(tail);
    std::array<std::uint8_t, 32> plaintext;
    for (const Bytes& blob : sealed_) {
      if (!libtoken::open_sealed(key_, blob, plaintext.data())) std::abort();
      benchmark::DoNotOptimize(plaintext);
    }
    for (std::size_t i = 0; i < bindings_; ++i) benchmark::DoNotOptimize(tail = libtoken::sha256(tail));
  }

 private:
  libtoken::Bundle bundle_;
  libtoken::Digest key_{1};
  Bytes message_ = Bytes(libtoken::kMaxTokenBytes, 0x5a);
  std::vector<std::size_t> hmac_sizes_;
  std::vector<Bytes> sealed_;
  std::size_t bindings_ = 0;
};

void floor_of(benchmark::State& state, const std::string& header) {
  Floor floor(header);
  for (auto _ : state) floor.run();
}

// A header to a decision, as a service that holds the keys itself would.
void verify(benchmark::State& state, const World& world, const std::string& header, const libtoken::Access& access) {
  const libtoken::Verifier verifier(kLocation, world);
  libtoken::VerifierScratch scratch;
  for (auto _ : state) {
    const libtoken::Verification found = verifier.verify(header, scratch);
    bool allowed = !libtoken::find_problem(access);
    allowed = allowed && found.verified() && libtoken::all_clear(found.tokens[0].caveats(), access);
    if (!allowed) state.SkipWithError("refused");
  }
}

void floor_readonly(benchmark::State& state) { floor_of(state, World().readonly_header()); }
void floor_deploy(benchmark::State& state) { floor_of(state, World().deploy_header()); }

void verify_readonly(benchmark::State& state) {
  const World world;
  verify(state, world, world.readonly_header(), world.read_access());
}
void verify_deploy(benchmark::State& state) {
  const World world;
  verify(state, world, world.deploy_header(), world.deploy_access());
}
void verify_by_caveats(benchmark::State& state) {
  const World world;
  const auto caveats = static_cast<std::size_t>(state.range(0));
  verify(state, world, world.header_of(caveats), world.read_access());
  state.counters["per_caveat"] = benchmark::Counter(
      static_cast<double>(caveats), benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

BENCHMARK(floor_readonly)->Apply(with_fastest);
BENCHMARK(verify_readonly)->Apply(with_fastest);
BENCHMARK(floor_deploy)->Apply(with_fastest);
BENCHMARK(verify_deploy)->Apply(with_fastest);
BENCHMARK(verify_by_caveats)->Apply(with_fastest)->RangeMultiplier(2)->Range(1, 128);

}  // namespace
}  // namespace bench
