// The same as verifying, through the authority's judge over a real store: names resolved, isolation and revocation
// checked.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>

#include "authority/judge/judge.h"
#include "authority/revocation/revocation_set.h"
#include "authority/tokens/issuer.h"
#include "authority/tokens/keyring.h"
#include "authority/tokens/revocations.h"
#include "libtoken/bundle.h"
#include "libtoken/third_party.h"
#include "world.h"

namespace bench {
namespace {

using namespace libtoken::authority;

template <class T>
T must(libtoken::Result<T> result) {
  if (!result) std::abort();
  return std::move(*result);
}

/// A store in a folder that goes with it.
class Authority {
 public:
  Authority() {
    std::string name = (std::filesystem::temp_directory_path() / "bench-XXXXXX").native();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    folder_ = name;
    store_ = std::make_unique<Store>(must(Store::init({"sqlite:" + name + "/tokens.db", std::nullopt}, kLocation)));
    must(create_org(*store_, "arcadia-prod", kOrg, local_actor(), kNow));
    must(create_app(*store_, std::string("arcadia-prod"), "arcadia-prod-api", kApp, local_actor(), kNow));
  }
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;
  ~Authority() {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  Store& store() { return *store_; }

  std::string mint(libtoken::Profile profile) {
    MintRequest request;
    request.profile = profile;
    request.org = std::string("arcadia-prod");
    if (profile == libtoken::Profile::kDeploy) request.app = std::string("arcadia-prod-api");
    request.not_after_unix_s = kNow + 86400;
    return must(libtoken::authority::mint(*store_, request, local_actor(), kNow)).header;
  }

  /// A deploy token with a third-party caveat, and its bound discharge with a window.
  std::string deploy_bundle() {
    const auto shared_key = libtoken::EncryptionKey::generate();
    libtoken::Bundle bundle = must(libtoken::Bundle::parse(mint(libtoken::Profile::kDeploy)));
    libtoken::Macaroon& token = *bundle.parts()[0];
    if (!libtoken::add_third_party(token, kThirdParty, shared_key, {})) std::abort();
    libtoken::CaveatSet own = must(libtoken::binding_to(token));
    own.validity_window(kNow - 300, kNow + 3600);
    const auto& caveat = std::get<libtoken::ThirdParty>(token.unverified_caveats().back().body);
    const auto opened = must(libtoken::OpenedTicket::open(caveat.ticket, shared_key));
    return "FlyV1 " + token.text() + "," + must(opened.discharge(kThirdParty, own)).text();
  }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<Store> store_;
};

Question question(const std::string& header, bool about_app) {
  Question asked;
  asked.authorization = header;
  if (about_app) {
    asked.app = std::string_view("arcadia-prod-api");
    asked.rest.action = libtoken::kWrite;
  } else {
    asked.org = std::string_view("arcadia-prod");
    asked.rest.action = libtoken::kRead;
  }
  return asked;
}

void judge_one(benchmark::State& state, const std::string& header, bool about_app, Store& store) {
  const Judge judge(must(Snapshot::load(store)));
  libtoken::VerifierScratch scratch;
  const Question asked = question(header, about_app);
  for (auto _ : state) {
    const auto decision = judge.decide(asked, kNow, scratch);
    if (!decision || !decision->allowed) state.SkipWithError("refused");
  }
}

void judge_readonly(benchmark::State& state) {
  Authority authority;
  judge_one(state, authority.mint(libtoken::Profile::kReadonly), false, authority.store());
}

void judge_deploy(benchmark::State& state) {
  Authority authority;
  judge_one(state, authority.deploy_bundle(), true, authority.store());
}

// Threads that share one judge, each with its own scratch.
void judge_threads(benchmark::State& state) {
  static const std::unique_ptr<Authority> authority = std::make_unique<Authority>();
  static const Judge judge(must(Snapshot::load(authority->store())));
  static const std::string header = authority->mint(libtoken::Profile::kReadonly);
  libtoken::VerifierScratch scratch;
  const Question asked = question(header, false);
  for (auto _ : state) {
    const auto decision = judge.decide(asked, kNow, scratch);
    if (!decision || !decision->allowed) state.SkipWithError("refused");
  }
  state.SetItemsProcessed(state.iterations());
}

/// Tokens, and a judge who knows of so many revocations of others.
struct Revoked {
  static constexpr std::size_t kTokens = 100'000;
  explicit Revoked(std::int64_t count) {
    const OrgKey key = must(active_key(authority.store(), kOrg));
    for (std::size_t i = 0; i < kTokens; ++i) {
      libtoken::CaveatSet caveats = libtoken::readonly_profile(kOrg);
      caveats.validity_window(kNow - 300, kNow + 86400);
      headers.push_back("FlyV1 " + must(libtoken::Macaroon::mint(key.kid, kLocation, key.root.key, caveats)).text());
    }
    std::vector<libtoken::TokenId> ids;
    for (std::int64_t i = 0; i < count; ++i) {
      const auto number = libtoken::bytes_of({reinterpret_cast<const char*>(&i), sizeof i});
      ids.push_back(libtoken::token_id(libtoken::bytes_of("revoked"), number));
    }
    if (!ids.empty()) {
      (void)must(revoke(authority.store(), ids, local_actor(), kNow));
      bytes_each = static_cast<double>(RevocationSet(ids).memory_bytes()) / static_cast<double>(ids.size());
    }
    judge = std::make_unique<Judge>(must(Snapshot::load(authority.store())));
  }
  Authority authority;
  std::vector<std::string> headers;
  double bytes_each = 0;
  std::unique_ptr<Judge> judge;
};

void judge_with_revocations(benchmark::State& state) {
  // Made once, and not each time that the benchmark is tried with another number of rounds.
  static std::map<std::int64_t, Revoked> made;
  const Revoked& revoked = made.try_emplace(state.range(0), state.range(0)).first->second;
  if (revoked.bytes_each != 0) state.counters["bytes_each"] = revoked.bytes_each;
  libtoken::VerifierScratch scratch;
  std::size_t next = 0;
  for (auto _ : state) {
    const auto decision = revoked.judge->decide(question(revoked.headers[next], false), kNow, scratch);
    if (!decision || !decision->allowed) state.SkipWithError("refused");
    next = next + 1 == Revoked::kTokens ? 0 : next + 1;
  }
}

BENCHMARK(judge_readonly)->Apply(with_fastest);
BENCHMARK(judge_deploy)->Apply(with_fastest);
BENCHMARK(judge_threads)->Apply(with_fastest)->Threads(1)->Threads(2)->UseRealTime();
BENCHMARK(judge_with_revocations)->Apply(with_fastest)->Arg(0)->Arg(10'000)->Arg(1'000'000);

}  // namespace
}  // namespace bench
