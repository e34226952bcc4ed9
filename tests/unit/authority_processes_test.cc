// Several processes on one store: nothing is lost, and nobody hears of a lock.
#include "authority_processes.h"

#include <algorithm>

#include "authority/tokens/issued.h"
#include "authority/tokens/revocations.h"
#include "authority_judge_support.h"

using namespace authority_test;

namespace {

constexpr int kRounds = 25;

struct ProcessFixture : JudgeFixture {
  [[nodiscard]] StoreAddress address() const { return address_of(folder / "tokens.db"); }

  /// Mints and revokes, opening the store for every round, as a command line does.
  Problems write_rounds(int which) const {
    Problems problems;
    for (int i = 0; i < kRounds; ++i) {
      auto mine = Store::open(address());
      if (!mine) return {mine.error().message};
      MintRequest request;
      request.org = std::string("arcadia-prod");
      request.holder = "process " + std::to_string(which);
      const auto minted = mint(*mine, request, kAnn, kNow);
      if (!minted) {
        problems.push_back(minted.error().message);
        continue;
      }
      if (i % 2 == 0) continue;
      const auto revoked = revoke(*mine, {minted->id}, kAnn, kNow);
      if (!revoked) problems.push_back(revoked.error().message);
      if (revoked && revoked->newly.size() != 1) problems.push_back("a new token was revoked before");
    }
    return problems;
  }
  /// Looks again and again, as a daemon does, at a store that it keeps open.
  Problems read_rounds() const {
    Problems problems;
    auto mine = Store::open(address());
    if (!mine) return {mine.error().message};
    for (int i = 0; i < 4 * kRounds; ++i) {
      const auto version = mine->data_version();
      if (!version) problems.push_back(version.error().message);
      const auto snapshot = Snapshot::load(*mine);
      if (!snapshot) problems.push_back(snapshot.error().message);
      const auto tokens = list_tokens(*mine, {}, kNow);
      if (!tokens) problems.push_back(tokens.error().message);
      ::usleep(2000);
    }
    return problems;
  }
  /// Writes the log back and empties it, over and over.
  Problems check_points() const {
    for (int i = 0; i < 4 * kRounds; ++i) {
      run_sql(folder / "tokens.db", "PRAGMA wal_checkpoint(TRUNCATE)");
      ::usleep(2000);
    }
    return {};
  }
};

}  // namespace

TEST_CASE_METHOD(ProcessFixture, "processes that write, read and write back at once lose nothing and hear of no lock") {
  CHECK(run_processes({[this] { return write_rounds(1); }, [this] { return write_rounds(2); },
                       [this] { return read_rounds(); }, [this] { return check_points(); }}) == Problems{});
  for (const char* holder : {"process 1", "process 2"}) {
    TokenFilter filter;
    filter.holder = holder;
    CHECK(value_of(list_tokens(store, filter, kNow)).size() == (kRounds + 1) / 2);
    filter.revoked = true;
    CHECK(value_of(list_tokens(store, filter, kNow)).size() == kRounds);
  }
  AuditFilter all;
  all.limit = 10'000;
  CHECK(value_of(list_audit(store, all)).size() == 4 + 2 * (kRounds + kRounds / 2));
  CHECK(run_sql(folder / "tokens.db", "PRAGMA integrity_check") == "ok");
}

TEST_CASE_METHOD(ProcessFixture, "whoever waits to write has a turn, however fast two others write") {
  constexpr int kRevocations = 25;
  std::vector<TokenId> ids;
  MintRequest request;
  request.org = std::string("arcadia-prod");
  for (int i = 0; i < kRevocations; ++i) ids.push_back(value_of(mint(store, request, kAnn, kNow)).id);
  const auto writes = [this] { return std::stol(run_sql(folder / "tokens.db", "SELECT revision FROM settings")); };
  const auto is_over = [this] { return fs::exists(folder / "over"); };
  const auto mint_on = [&]() -> Problems {
    auto mine = Store::open(address());
    if (!mine) return {mine.error().message};
    while (!is_over()) {
      const auto minted = mint(*mine, request, kAnn, kNow);
      if (!minted) return {minted.error().message};
    }
    return {};
  };
  const auto revoke_them = [&]() -> Problems {
    auto mine = Store::open(address());
    if (!mine) return {mine.error().message};
    while (writes() < kRevocations + 20) ::usleep(1000);  // until both are at it
    Problems problems;
    std::vector<long> passed;  // how many others wrote while it waited
    for (const TokenId& id : ids) {
      const long before = writes();
      const auto revoked = revoke(*mine, {id}, kAnn, kNow);
      if (!revoked) problems.push_back(revoked.error().message);
      passed.push_back(writes() - before);
    }
    write_file(folder / "over", "");
    std::sort(passed.begin(), passed.end());
    // One that writes, one that waits, and its own; some more get in between before it is there, and after.
    if (passed[passed.size() / 2] > 12)
      problems.push_back("it waited for " + std::to_string(passed[passed.size() / 2]));
    return problems;
  };
  CHECK(run_processes({mint_on, mint_on, revoke_them}) == Problems{});
  CHECK(run_sql(folder / "tokens.db", "SELECT count(*) FROM revocations") == std::to_string(kRevocations));
}

TEST_CASE_METHOD(ProcessFixture, "of a token that is revoked while it mints, nothing lives on") {
  MintRequest request;
  request.org = std::string("arcadia-prod");
  const auto maker_token = value_of(mint(store, request, kAnn, kNow));
  {
    const auto snapshot = value_of(Snapshot::load(store));
    VerifierScratch scratch;
    const Verifier verifier(kDefaultLocation, *snapshot);
    request.maker = value_of(maker_of(verifier.verify(maker_token.header, scratch).tokens[0]));
  }
  const auto mint_on = [&]() -> Problems {
    auto mine = Store::open(address());
    if (!mine) return {mine.error().message};
    for (int i = 0; i < 10'000; ++i) {
      const auto minted = mint(*mine, request, kAnn, kNow);
      if (minted) continue;
      return minted.error().kind == ErrorKind::kRevoked ? Problems{} : Problems{minted.error().message};
    }
    return {"the revocation did not count"};
  };
  const auto revoke_it = [&]() -> Problems {
    ::usleep(100'000);
    auto mine = Store::open(address());
    if (!mine) return {mine.error().message};
    const auto revoked = revoke(*mine, {maker_token.id}, kAnn, kNow);
    return revoked ? Problems{} : Problems{revoked.error().message};
  };
  CHECK(run_processes({mint_on, mint_on, revoke_it}) == Problems{});
  CHECK(value_of(list_tokens(store, {}, kNow)).empty());
  TokenFilter revoked;
  revoked.revoked = true;
  CHECK(value_of(list_tokens(store, revoked, kNow)).size() > 1);
}
