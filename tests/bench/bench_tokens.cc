// What is done to tokens beside verifying them.
#include <benchmark/benchmark.h>

#include "libtoken/bundle.h"
#include "libtoken/explain.h"
#include "libtoken/profile.h"
#include "world.h"

namespace bench {
namespace {

void decode(benchmark::State& state) {
  const std::string header = World().readonly_header();
  for (auto _ : state) benchmark::DoNotOptimize(libtoken::Bundle::parse(header));
}

void attenuate(benchmark::State& state) {
  const auto bundle = libtoken::Bundle::parse(World().readonly_header());
  libtoken::CaveatSet caveats;
  caveats.validity_window(0, kNow);
  for (auto _ : state) {
    libtoken::Macaroon copy = bundle->parts()[0]->clone();
    benchmark::DoNotOptimize(copy.attenuate(caveats));
    benchmark::DoNotOptimize(copy.text());
  }
}

void mint(benchmark::State& state) {
  const World world;
  for (auto _ : state)
    benchmark::DoNotOptimize(
        libtoken::Macaroon::mint(world.kid(), kLocation, world.key(), libtoken::readonly_profile(kOrg))->text());
}

void inspect(benchmark::State& state) {
  const std::string header = World().deploy_header();
  for (auto _ : state) {
    const auto bundle = libtoken::Bundle::parse(header);
    for (const auto& part : bundle->parts()) benchmark::DoNotOptimize(libtoken::explain(part->view(), nullptr));
  }
}

BENCHMARK(decode)->Apply(with_fastest);
BENCHMARK(attenuate)->Apply(with_fastest);
BENCHMARK(mint)->Apply(with_fastest);
BENCHMARK(inspect)->Apply(with_fastest);

}  // namespace
}  // namespace bench
