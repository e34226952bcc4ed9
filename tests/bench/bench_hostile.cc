// Headers that are made to cost as much as they can: none may take more than 5 ms to judge.
#include <benchmark/benchmark.h>

#include "libtoken/bundle.h"
#include "libtoken/third_party.h"
#include "tokens/chain.h"
#include "wire/msgpack.h"
#include "world.h"

namespace bench {
namespace {

using namespace libtoken;

void verify_hostile(benchmark::State& state, const World& world, const std::string& header) {
  const Verifier verifier(kLocation, world);
  VerifierScratch scratch;
  for (auto _ : state) benchmark::DoNotOptimize(verifier.verify(header, scratch).verified());
  state.counters["header_bytes"] = static_cast<double>(header.size());
}

Macaroon token_of(const World& world, const CaveatSet& caveats) {
  return *Macaroon::mint(world.kid(), kLocation, world.key(), caveats);
}

// A caveat of a type nobody knows, its body an array of one-byte elements.
CaveatSet one_byte_elements(std::size_t count) {
  Bytes body;
  msgpack::write_uint(body, 200);
  msgpack::write_array(body, count);
  body.insert(body.end(), count, 0x00);
  CaveatSet set;
  set.encoded(body);
  return set;
}

/// A token with third-party caveats whose shared keys its holder knows, and as many of their discharges as a header
/// takes.
struct SelfDischarged {
  explicit SelfDischarged(const World& world, std::size_t third_parties, const CaveatSet& in_discharges)
      : token(token_of(world, {})) {
    for (std::size_t i = 0; i < third_parties; ++i) {
      const std::string location = "https://" + std::to_string(i) + ".localhost";
      static_cast<void>(add_third_party(token, location, key, {}));
      const auto& caveat = std::get<ThirdParty>(token.unverified_caveats().back().body);
      if (i < kMaxParts - 1)
        discharges += "," + OpenedTicket::open(caveat.ticket, key)->discharge(location, in_discharges)->text();
    }
  }
  EncryptionKey key = EncryptionKey::generate();
  Macaroon token;
  std::string discharges;
};

void hostile_64_discharges_of_one_ticket(benchmark::State& state) {
  const World world;
  SelfDischarged made(world, 1, {});
  const auto ticket = std::get<ThirdParty>(made.token.unverified_caveats()[0].body).ticket;
  std::string header = made.token.text();
  // Their chains are right up to the tail, and r is theirs; only the location's last byte is not signed and not ours.
  for (int i = 0; i < 63; ++i) {
    CaveatSet caveats;
    for (int j = 0; j < 127; ++j) caveats.number(CaveatType::kIsUser, static_cast<std::uint64_t>(j));
    caveats.number(CaveatType::kIsUser, static_cast<std::uint64_t>(1000 + i));
    Macaroon discharge = *OpenedTicket::open(ticket, made.key)->discharge("https://0.localhost", caveats);
    Bytes bytes(discharge.encoded().begin(), discharge.encoded().end());
    bytes.back() ^= 1;
    header += ",fm2_" + to_base64(bytes);
  }
  verify_hostile(state, world, header);
}

void hostile_128_third_parties(benchmark::State& state) {
  const World world;
  const SelfDischarged made(world, 128, {});
  verify_hostile(state, world, made.token.text() + made.discharges);
}

void hostile_copies_with_own_third_parties(benchmark::State& state) {
  const World world;
  CaveatSet long_discharge;
  for (std::uint64_t i = 0; i < 60; ++i) long_discharge.number(CaveatType::kIsUser, i);
  const SelfDischarged made(world, 51, long_discharge);
  std::string header = made.token.text();
  for (int i = 0; i < 12; ++i) header += "," + made.token.text();
  verify_hostile(state, world, header + made.discharges);
}

void hostile_32_kib_copies_with_32_kib_discharges(benchmark::State& state) {
  const World world;
  const SelfDischarged made(world, 31, one_byte_elements(32000));
  std::string header = made.token.text();
  for (int i = 0; i < 31; ++i) header += "," + made.token.text();
  verify_hostile(state, world, header + made.discharges);
}

void hostile_32_kib_of_one_byte_elements(benchmark::State& state) {
  const World world;
  verify_hostile(state, world, token_of(world, one_byte_elements(32600)).text());
}

void hostile_64_tokens_of_32_kib(benchmark::State& state) {
  const World world;
  const std::string token = token_of(world, one_byte_elements(32600)).text();
  std::string header = token;
  for (int i = 1; i < 64; ++i) header += "," + token;
  verify_hostile(state, world, header);
}

void hostile_bindings(benchmark::State& state) {
  const World world;
  CaveatSet stages;
  for (std::uint64_t i = 0; i < 126; ++i) stages.number(CaveatType::kIsUser, i);
  Macaroon token = token_of(world, stages);
  const EncryptionKey key = EncryptionKey::generate();
  static_cast<void>(add_third_party(token, kThirdParty, key, {}));
  const auto ticket = std::get<ThirdParty>(token.unverified_caveats().back().body).ticket;
  // Bound to the first stage, which is looked at last, in as many lengths as count.
  const Digest first = sha256(chain_start(world.key(), token.nonce().encoded));
  CaveatSet bindings;
  for (std::size_t size = 16; size <= 32; ++size) bindings.bind_to_parent(ByteView(first).first(size));
  const std::string discharge = OpenedTicket::open(ticket, key)->discharge(kThirdParty, bindings)->text();
  std::string header = token.text();
  for (int i = 0; i < 30; ++i) header += "," + token.text();
  verify_hostile(state, world, header + "," + discharge);
}

BENCHMARK(hostile_64_discharges_of_one_ticket)->Apply(with_fastest)->Unit(benchmark::kMillisecond);
BENCHMARK(hostile_128_third_parties)->Apply(with_fastest)->Unit(benchmark::kMillisecond);
BENCHMARK(hostile_copies_with_own_third_parties)->Apply(with_fastest)->Unit(benchmark::kMillisecond);
BENCHMARK(hostile_32_kib_copies_with_32_kib_discharges)->Apply(with_fastest)->Unit(benchmark::kMillisecond);
BENCHMARK(hostile_32_kib_of_one_byte_elements)->Apply(with_fastest)->Unit(benchmark::kMillisecond);
BENCHMARK(hostile_64_tokens_of_32_kib)->Apply(with_fastest)->Unit(benchmark::kMillisecond);
BENCHMARK(hostile_bindings)->Apply(with_fastest)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bench
