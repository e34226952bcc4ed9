// What was ended stays ended, whatever is forgotten, restored or brought up to date meanwhile (REVOCATION.md).
#include "authority/keys/restore.h"
#include "authority/keys/rewrap.h"
#include "authority/store/backup.h"
#include "authority/store/check.h"
#include "authority/tokens/deletions.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/revocations.h"
#include "authority_maker_support.h"
#include "support/schema_versions.h"

using namespace authority_test;

namespace {

constexpr std::int64_t kMuchLater = kNow + 31 * kDay;

struct EndedFixture : MakerFixture {
  /// As a mint whose record was lost leaves them, with a backup that was restored.
  std::string unrecorded() { return crafted(8, CaveatSet().organization(8, kAllActions)); }
  TokenId id_of(const std::string& header) { return value_of(Bundle::parse(header)).parts().front()->id(); }
  static std::string shortened(const std::string& header) {
    return narrowed(header, CaveatSet().validity_window(kNow - 300, kNow + 120));
  }
  bool is_allowed(const std::string& header, std::int64_t at) {
    return ask(header, "r", "arcadia-prod", {}, at).allowed;
  }
  /// Nothing of it is in the audit, so that a clock further on is no clock that went back.
  MintRequest endless(const std::string& with) {
    MintRequest request = asked(with, Profile::kReadonly);
    request.not_after_unix_s = std::nullopt;
    return request;
  }
};

void make_version_3(const fs::path& file) {
  run_sql(file, std::string(support::kBackToVersion4) + support::kFromVersion4BackTo3);
}

}  // namespace

TEST_CASE_METHOD(EndedFixture, "the end of a narrowed copy is not the token's") {
  const std::string token = unrecorded();
  const auto child = mint_with(asked(shortened(token), Profile::kReadonly));
  const IssuedToken seen = value_of(find_token(store, id_of(token)));
  CHECK(seen.seen_only);
  CHECK_FALSE(seen.not_after_unix_s);
  CHECK(value_of(find_token(store, child.id)).not_after_unix_s == kNow + 120);
  CHECK_FALSE(value_of(find_token(store, child.id)).seen_only);

  REQUIRE(revoke(store, {id_of(token)}, kAnn, kNow + 60));
  REQUIRE_FALSE(is_allowed(token, kNow + 60));
  const Pruned pruned = value_of(prune(store, kAnn, kMuchLater));
  CHECK(pruned.tokens == 1);  // the child, whose end is known from its mint
  CHECK_FALSE(is_allowed(token, kMuchLater));
  CHECK(codes(ask(token, "r", "arcadia-prod", {}, kMuchLater)) == Codes{"revoked"});
}

TEST_CASE_METHOD(EndedFixture, "a token whose mint is in a record keeps its end, whatever copy makes others") {
  const std::string token = minted(Profile::kOrg, "arcadia-prod");
  (void)mint_with(asked(shortened(token), Profile::kReadonly));
  const IssuedToken known = value_of(find_token(store, id_of(token)));
  CHECK_FALSE(known.seen_only);
  CHECK(known.not_after_unix_s == kNow + 2 * kDay);
}

TEST_CASE_METHOD(EndedFixture, "retiring a key ends what its tokens made, though their makers are long over") {
  const std::string maker_token = minted(Profile::kOrg, "arcadia-prod");
  const auto old_key = value_of(active_key(store, 8)).kid;
  REQUIRE(rotate_key(store, std::string("arcadia-prod"), kAnn, kNow));
  const auto child = mint_with(endless(maker_token));
  const auto grandchild = mint_with(endless(child.header));
  // As if a program had taken the end of the maker's copy for its own: what is made ends with its maker otherwise.
  run_sql(folder / "tokens.db", "UPDATE tokens SET not_after = NULL WHERE maker IS NOT NULL");
  const auto reaches_on = [&](const std::string& header) { return is_allowed(header, kNow + kDay); };
  REQUIRE(reaches_on(grandchild.header));
  CHECK(value_of(prune(store, kAnn, kMuchLater + 2 * kDay)).tokens == 0);
  CHECK(value_of(find_token(store, id_of(maker_token))).id == id_of(maker_token));
  const auto keys = value_of(list_keys(store, NameOrId(std::string("arcadia-prod")), kMuchLater + 2 * kDay));
  CHECK(keys.front().live_tokens == 2);
  REQUIRE(retire_key(store, old_key, 2, kAnn, kMuchLater + 2 * kDay));
  CHECK(codes(ask(child.header, "r", "arcadia-prod", {}, kMuchLater + 2 * kDay)) == Codes{"revoked"});
  CHECK(codes(ask(grandchild.header, "r", "arcadia-prod", {}, kMuchLater + 2 * kDay)) == Codes{"revoked"});
}

TEST_CASE_METHOD(EndedFixture, "a maker is forgotten with the last of what it made, and not before") {
  const std::string maker_token = minted(Profile::kOrg, "arcadia-prod");
  const auto child = mint_with(endless(maker_token));
  (void)mint_with(endless(child.header));
  run_sql(folder / "tokens.db", "UPDATE tokens SET not_after = " + std::to_string(kNow + 5 * kDay) +
                                    " WHERE maker = '" + to_string(child.id) + "'");
  CHECK(value_of(prune(store, kAnn, kNow + 33 * kDay)).tokens == 0);
  CHECK(value_of(prune(store, kAnn, kNow + 36 * kDay)).tokens == 3);
}

TEST_CASE_METHOD(EndedFixture, "a store of version 3 is brought up to date with what it took copies' ends for") {
  const std::string token = unrecorded();
  const auto child = mint_with(asked(shortened(token), Profile::kReadonly));
  const auto orphan = mint_with(endless(minted(Profile::kOrg, "arcadia-prod")));
  const auto old_key = value_of(active_key(store, 8)).kid;
  REQUIRE(rotate_key(store, std::string("arcadia-prod"), kAnn, kNow));
  const fs::path file = folder / "tokens.db";
  // What version 3 wrote, and what it forgot.
  run_sql(file, "UPDATE tokens SET not_after = " + std::to_string(kNow + 120) +
                    " WHERE seen_only = 1;"
                    "UPDATE tokens SET kid = (SELECT kid FROM keys WHERE org = 8 AND state = 'active') WHERE id = '" +
                    to_string(orphan.id) + "'; DELETE FROM tokens WHERE id = (SELECT maker FROM tokens WHERE id = '" +
                    to_string(orphan.id) + "')");
  REQUIRE(revoke(store, {id_of(token)}, kAnn, kNow + 60));
  make_version_3(file);
  store = value_of(Store::open(address_of(file)));

  const IssuedToken seen = value_of(find_token(store, id_of(token)));
  CHECK(seen.seen_only);
  CHECK_FALSE(seen.not_after_unix_s);
  CHECK_FALSE(value_of(find_token(store, child.id)).seen_only);
  REQUIRE(prune(store, kAnn, kMuchLater));
  CHECK_FALSE(is_allowed(token, kMuchLater));
  // It is not known any more which key its maker was signed with.
  REQUIRE(retire_key(store, old_key, 10, kAnn, kMuchLater));
  CHECK(value_of(Snapshot::load(store))->is_revoked(orphan.id));
  CHECK(value_of(check_store(store)).faults.empty());
}

TEST_CASE_METHOD(EndedFixture, "every write gives the store its next revision, and reading none") {
  const auto revision = [&] { return value_of(Snapshot::load(store))->revision(); };
  const StoreRevision first = revision();
  CHECK(first.identity.size() == 32);
  CHECK_FALSE(first.is_older_than(revision()));
  const auto moves_on = [&](auto write) {
    const StoreRevision before = revision();
    REQUIRE(write());
    return before.is_older_than(revision());
  };
  const auto token = id_of(minted(Profile::kOrg, "arcadia-prod"));
  CHECK(moves_on([&] { return revoke(store, {token}, kAnn, kNow); }));
  CHECK_FALSE(moves_on([&] { return revoke(store, {token}, kAnn, kNow); }));
  CHECK(moves_on([&] { return rotate_key(store, std::string("arcadia-prod"), kAnn, kNow); }));
  const auto old_key = value_of(list_keys(store, NameOrId(std::string("arcadia-prod")), kNow)).front().kid;
  CHECK(moves_on([&] { return retire_key(store, old_key, 0, kAnn, kNow); }));
  CHECK(moves_on([&] { return rewrap_keys(store, false, kAnn, kNow); }));
  CHECK(moves_on([&] { return delete_app(store, std::string("arcadia-dev-api"), 0, kAnn, kNow); }));
  CHECK(moves_on([&] { return delete_org(store, std::string("arcadia-dev"), 0, kAnn, kNow); }));
  CHECK_FALSE(moves_on([&] { return list_tokens(store, {}, kNow); }));
  CHECK_FALSE(moves_on([&] { return prune(store, kAnn, kNow); }));
  CHECK_FALSE(first.is_older_than(StoreRevision{"another", 9, 9, ""}));
}

TEST_CASE_METHOD(EndedFixture, "a restored store comes after the one that it knew, and is another where it knew none") {
  const auto revision_of = [](const fs::path& file) {
    auto opened = value_of(Store::open(address_of(file)));
    return value_of(Snapshot::load(opened))->revision();
  };
  REQUIRE(backup_store(store, folder / "backup", kNow));
  for (int i = 0; i < 5; ++i) (void)minted(Profile::kOrg, "arcadia-prod");
  const StoreRevision old = value_of(Snapshot::load(store))->revision();
  for (const char* name : {"known.db.kek", "lost.db.kek", "again.db.kek"}) {
    fs::copy_file(folder / "tokens.db.kek", folder / name);
  }
  const auto restore = [&](const char* name, const std::optional<fs::path>& from) {
    auto done = restore_store(folder / "backup", address_of(folder / name), RestoreWith::kAcceptedLostRevocations, from,
                              kAnn, kNow);
    if (!done) throw std::runtime_error(done.error().message);
    return revision_of(folder / name);
  };
  const StoreRevision known = restore("known.db", folder / "tokens.db");
  CHECK(old.is_older_than(known));
  const StoreRevision lost = restore("lost.db", std::nullopt);
  CHECK(lost.identity != old.identity);

  // A store that an older program left behind is as good.
  make_version_3(folder / "tokens.db");
  CHECK(restore("again.db", folder / "tokens.db").identity.size() == 32);
}

// A chain of restores: a backup of before the key, and then a later one, whose key was ended since.
struct RestoredTwiceFixture : EndedFixture {
  fs::path file = folder / "tokens.db";
  fs::path early = folder / "early";
  fs::path late = folder / "late";
  int restores = 0;

  void restore(const fs::path& backup, RestoreWith with = RestoreWith::kAcceptedLostRevocations) {
    const fs::path old = folder / ("old-" + std::to_string(++restores));
    { const Store closing = std::move(store); }
    fs::rename(file, old);
    if (auto done = restore_store(backup, address_of(file), with, old, kAnn, kNow); !done) {
      throw std::runtime_error(done.error().message);
    }
    store = value_of(Store::open(address_of(file)));
  }
};

TEST_CASE_METHOD(RestoredTwiceFixture,
                 "a key that was retired stays retired through restores of backups that never had it") {
  REQUIRE(backup_store(store, early, kNow));
  REQUIRE(rotate_key(store, std::string("arcadia-prod"), kAnn, kNow));
  const auto kid = value_of(active_key(store, 8)).kid;
  const std::string token = minted(Profile::kOrg, "arcadia-prod");
  REQUIRE(backup_store(store, late, kNow));
  REQUIRE(rotate_key(store, std::string("arcadia-prod"), kAnn, kNow));
  const bool deleted = GENERATE(false, true);
  if (deleted) {
    REQUIRE(delete_org(store, std::string("arcadia-prod"), 9, kAnn, kNow));
  } else {
    REQUIRE(retire_key(store, kid, 9, kAnn, kNow));
  }
  restore(early);
  CHECK_FALSE(is_allowed(token, kNow));
  restore(late);
  CHECK_FALSE(is_allowed(token, kNow));
  CHECK(value_of(check_store(store)).faults.empty());
}

TEST_CASE_METHOD(RestoredTwiceFixture, "rotated keys are ended for later restores too") {
  REQUIRE(backup_store(store, early, kNow));
  REQUIRE(rotate_key(store, std::string("arcadia-prod"), kAnn, kNow));
  const std::string token = minted(Profile::kOrg, "arcadia-prod");
  REQUIRE(backup_store(store, late, kNow));
  restore(early, RestoreWith::kRotatedKeys);
  restore(late);
  CHECK_FALSE(is_allowed(token, kNow));
}

TEST_CASE_METHOD(RestoredTwiceFixture, "rotated keys are ended though the store had lost them by then") {
  REQUIRE(backup_store(store, early, kNow));
  REQUIRE(rotate_key(store, std::string("arcadia-prod"), kAnn, kNow));
  const std::string token = minted(Profile::kOrg, "arcadia-prod");
  const std::string in_no_record = unrecorded();
  REQUIRE(backup_store(store, late, kNow));
  restore(early);
  REQUIRE(backup_store(store, folder / "third", kNow));
  restore(folder / "third", RestoreWith::kRotatedKeys);
  restore(late);
  CHECK_FALSE(is_allowed(token, kNow));
  CHECK_FALSE(is_allowed(in_no_record, kNow));
}

TEST_CASE_METHOD(RestoredTwiceFixture, "what was deleted stays deleted, and what a restore had only lost comes back") {
  REQUIRE(backup_store(store, early, kNow));
  REQUIRE(create_org(store, "arcadia-late", 9, kAnn, kNow));
  REQUIRE(create_app(store, std::string("arcadia-late"), "arcadia-late-api", 91, kAnn, kNow));
  REQUIRE(rotate_key(store, std::string("arcadia-prod"), kAnn, kNow));
  const std::string in_no_record = unrecorded();
  REQUIRE(backup_store(store, late, kNow));
  restore(early);
  CHECK_FALSE(find_org(store, std::string("arcadia-late")));
  REQUIRE(delete_org(store, std::string("arcadia-prod"), 9, kAnn, kNow));
  REQUIRE(delete_app(store, std::string("arcadia-dev-api"), 9, kAnn, kNow));
  restore(late);
  CHECK(find_org(store, std::string("arcadia-late")));
  CHECK(find_app(store, std::string("arcadia-late-api")));
  CHECK_FALSE(find_org(store, std::string("arcadia-prod")));
  CHECK_FALSE(find_app(store, std::string("arcadia-prod-api")));
  CHECK_FALSE(find_app(store, std::string("arcadia-dev-api")));
  CHECK_FALSE(is_allowed(in_no_record, kNow));
  CHECK(value_of(check_store(store)).faults.empty());
}

TEST_CASE_METHOD(RestoredTwiceFixture, "descent is kept through a restore that loses the key") {
  REQUIRE(backup_store(store, early, kNow));
  REQUIRE(rotate_key(store, std::string("arcadia-prod"), kAnn, kNow));
  REQUIRE(backup_store(store, late, kNow));
  const std::string token = minted(Profile::kOrg, "arcadia-prod");
  const auto child = mint_with(asked(token, Profile::kReadonly));
  restore(early);
  CHECK_FALSE(is_allowed(child.header, kNow));
  restore(late);
  REQUIRE(is_allowed(child.header, kNow));
  REQUIRE(revoke(store, {id_of(token)}, kAnn, kNow));
  CHECK_FALSE(is_allowed(child.header, kNow));
}
