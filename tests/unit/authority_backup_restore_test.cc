// A backup that takes a store's place: what comes back, what must not, and what is refused.
#include "authority/keys/rewrap.h"
#include "authority/tokens/deletions.h"
#include "authority_backup_support.h"
#include "support/schema_versions.h"

using namespace authority_test;

TEST_CASE_METHOD(BackupFixture, "a restored store is whole, for its owner alone, and goes on") {
  const Minted token = minted("arcadia-dev", "ann@example.com");
  back_up();
  {
    Store copy = restored(RestoreWith::kAcceptedLostRevocations);
    CHECK(faults(copy).empty());
    CHECK(allowed(copy, token));
    CHECK(value_of(find_token(copy, token.id)).holder == "ann@example.com");
    CHECK(value_of(list_orgs(copy)).size() == 2);
    CHECK(value_of(find_app(copy, std::string("arcadia-prod-api"))).id == 81);
    CHECK(copy.location() == store.location());
    MintRequest request;
    request.org = std::string("arcadia-prod");
    CHECK(mint(copy, request, actor, kLater));
    CHECK(backup_store(copy, folder / "second.backup", kLater));
  }
  CHECK(mode_of(folder / "restored.db") == 0600);
  CHECK(run_sql(folder / "restored.db", "PRAGMA journal_mode") == "delete");  // it was closed
  CHECK(run_sql(folder / "restored.db", "SELECT count(*) FROM sqlite_schema WHERE name = 'backup'") == "0");
  auto names = folder.names();
  for (const char* others : {"tokens.db", "tokens.db.kek", "tokens.db-wal", "tokens.db-shm", "tokens.db-turns"})
    names.erase(others);
  CHECK(names == std::set<std::string>{"restored.db", "restored.db.kek", "second.backup", "tokens.backup"});
}

TEST_CASE_METHOD(BackupFixture, "a restored store is all in its one file, before anybody has opened it") {
  back_up();
  const StoreAddress address = elsewhere();
  REQUIRE(restore_store(backup, address, RestoreWith::kRotatedKeys, std::nullopt, actor, kLater));
  const fs::path moved = folder / "moved.db";
  fs::copy_file(folder / "restored.db", moved);
  Store copy = value_of(Store::open({"sqlite:" + moved.native(), folder / "tokens.db.kek"}));
  CHECK(faults(copy).empty());
  CHECK(value_of(list_keys(copy, std::nullopt, kLater)).size() == 4);
  CHECK(value_of(list_audit(copy, {})).back().action == AuditAction::kRestore);
}

TEST_CASE_METHOD(BackupFixture, "with rotated keys no token of before counts, and new ones do") {
  const Minted dev = minted("arcadia-dev");
  const Minted prod = minted("arcadia-prod");
  (void)value_of(rotate_key(store, std::string("arcadia-dev"), actor, kNow));
  const Minted newer = minted("arcadia-dev");
  back_up();
  const bool with_old = GENERATE(false, true);
  Store copy = restored(RestoreWith::kRotatedKeys, with_old ? std::optional(old_store()) : std::nullopt);
  CHECK_FALSE(allowed(copy, dev));
  CHECK_FALSE(allowed(copy, prod));
  CHECK_FALSE(allowed(copy, newer));
  CHECK(faults(copy).empty());
  std::size_t retired = 0;
  for (const KeyInfo& key : value_of(list_keys(copy, std::nullopt, kLater))) retired += key.state == KeyState::kRetired;
  CHECK(retired == 3);
  MintRequest request;
  request.org = std::string("arcadia-dev");
  CHECK(allowed(copy, value_of(mint(copy, request, actor, kLater))));
}

TEST_CASE_METHOD(BackupFixture, "what was revoked since the backup stays revoked if the old store can be read") {
  const Minted before = minted("arcadia-dev");
  const Minted after = minted("arcadia-dev");
  (void)value_of(revoke(store, {before.id}, actor, kNow));
  back_up();
  (void)value_of(revoke(store, {after.id}, actor, kNow));
  SECTION("it can") {
    Store copy = restored(RestoreWith::kAcceptedLostRevocations, old_store());
    CHECK_FALSE(allowed(copy, before));
    CHECK_FALSE(allowed(copy, after));
    CHECK(faults(copy).empty());
  }
  SECTION("it is not there: that is what was accepted") {
    Store copy = restored(RestoreWith::kAcceptedLostRevocations);
    CHECK_FALSE(allowed(copy, before));
    CHECK(allowed(copy, after));
  }
}

TEST_CASE_METHOD(BackupFixture,
                 "labels carried over from an old store of version 4 are found as they are compared now") {
  back_up();
  const Minted since = minted("arcadia-dev", "Rene\u0301", kLater);
  run_sql(old_store(), "UPDATE tokens SET holder_key = 'rene\u0301' WHERE holder_key <> ''");
  run_sql(old_store(), support::kBackToVersion4);
  Store copy = restored(RestoreWith::kAcceptedLostRevocations, old_store());
  TokenFilter filter;
  filter.holder = "ren\u00e9";
  CHECK(value_of(revoke_matching(copy, filter, actor, kLater)).newly == std::vector<TokenId>{since.id});
  CHECK(faults(copy).empty());
}

TEST_CASE_METHOD(BackupFixture, "what else would bring tokens back is carried over from the old store") {
  const Minted of_retired = minted("arcadia-dev");
  const Minted of_deleted = minted("arcadia-prod");
  back_up();
  const Minted since = minted("arcadia-dev", "Ann@Example.com", kLater + 7);
  (void)value_of(create_app(store, std::string("arcadia-dev"), "arcadia-dev-web", 99, actor, kLater));
  (void)value_of(delete_org(store, std::string("arcadia-prod"), 1, actor, kLater));
  const auto old_key = value_of(list_keys(store, NameOrId(std::string("arcadia-dev")), kLater)).front().kid;
  (void)value_of(rotate_key(store, std::string("arcadia-dev"), actor, kLater));

  SECTION("a token issued since is in the registry, so that it is found when its holder leaves") {
    Store copy = restored(RestoreWith::kAcceptedLostRevocations, old_store());
    CHECK(allowed(copy, since));
    TokenFilter filter;
    filter.holder = "ann@example.com";
    CHECK(value_of(revoke_matching(copy, filter, actor, kLater + 7)).newly == std::vector<TokenId>{since.id});
    CHECK(faults(copy).empty());
  }
  SECTION("a key retired since is retired, and its org goes on with a new one") {
    (void)value_of(retire_key(store, old_key, 2, actor, kLater));
    Store copy = restored(RestoreWith::kAcceptedLostRevocations, old_store());
    CHECK_FALSE(allowed(copy, of_retired));
    CHECK_FALSE(allowed(copy, since));
    CHECK(faults(copy).empty());
    MintRequest request;
    request.org = std::string("arcadia-dev");
    CHECK(allowed(copy, value_of(mint(copy, request, actor, kLater + 7))));
  }
  SECTION("tokens of an org deleted since stay dead") {
    Store copy = restored(RestoreWith::kAcceptedLostRevocations, old_store());
    CHECK_FALSE(allowed(copy, of_deleted));
    CHECK(faults(copy).empty());
  }
  SECTION("an id given since is not given again") {
    Store copy = restored(RestoreWith::kAcceptedLostRevocations, old_store());
    (void)error_of(create_app(copy, std::string("arcadia-dev"), "another", 99, actor, kLater),
                   ErrorKind::kAlreadyExists);
  }
  SECTION("the audit has what happened since, and then the restoring") {
    const auto theirs = value_of(list_audit(store, {}));
    Store copy = restored(RestoreWith::kAcceptedLostRevocations, old_store());
    const auto ours = value_of(list_audit(copy, {}));
    REQUIRE(ours.size() == theirs.size() + 1);
    CHECK(ours.at(theirs.size() - 1).number == theirs.back().number);
    CHECK(ours.back().number == theirs.back().number + 1);
    CHECK(ours.back().action == AuditAction::kRestore);
    CHECK(ours.back().actor.local_user == "ann");
    CHECK(contains(ours.back().detail, "2027-01-15T08:01:40Z"));
  }
  SECTION("the newest record's time does not go back") {
    run_sql(folder / "tokens.db", "UPDATE settings SET newest_record = " + std::to_string(kLater + 5000));
    Store copy = restored(RestoreWith::kAcceptedLostRevocations, old_store());
    CHECK(value_of(Snapshot::load(copy))->newest_record_unix_s() == kLater + 5000);
  }
}

TEST_CASE_METHOD(BackupFixture, "the old store is only read, in use or not") {
  back_up();
  const Minted since = minted("arcadia-dev");
  (void)value_of(revoke(store, {since.id}, actor, kNow));
  const bool in_use = GENERATE(false, true);
  if (!in_use) {
    Store closing = std::move(store);
  }
  const std::string before = content_of(old_store());
  {
    Store copy = restored(RestoreWith::kAcceptedLostRevocations, old_store());
    CHECK(value_of(list_audit(copy, {})).size() > 4);
    CHECK_FALSE(allowed(copy, since));
  }
  CHECK(content_of(old_store()) == before);
  if (!in_use) store = value_of(Store::open(address_of(old_store())));
  CHECK(faults(store).empty());
}

TEST_CASE_METHOD(BackupFixture, "a plan says how old the backup is and what happened since") {
  (void)minted("arcadia-dev");
  back_up();
  const auto plan_of = [&](const std::string& place, std::optional<fs::path> old) {
    const fs::path kek = (folder / place).native() + ".kek";
    if (!fs::exists(kek)) fs::copy_file(folder / "tokens.db.kek", kek);
    return value_of(plan_restore(backup, address_of(folder / place), std::move(old)));
  };
  RestorePlan plan = plan_of("restored.db", old_store());
  CHECK(plan.backup_unix_s == kBackupTime);
  CHECK(plan.old_store_found);
  CHECK(plan.issued_since + plan.revoked_since + plan.other_changes_since == 0);

  const Minted since = minted("arcadia-dev");
  (void)minted("arcadia-prod");
  (void)value_of(revoke(store, {since.id}, actor, kNow));
  (void)value_of(rotate_key(store, std::string("arcadia-dev"), actor, kNow));
  RefusedRequest refused;
  refused.actor = actor;
  refused.action = AuditAction::kMint;
  REQUIRE(record_refusals(store, {refused}, kNow));
  for (const RestorePlan& seen : {plan_of("restored.db", old_store()), plan_of("tokens.db", std::nullopt)}) {
    CHECK(seen.old_store_found);
    CHECK(seen.issued_since == 2);
    CHECK(seen.revoked_since == 1);
    CHECK(seen.other_changes_since == 1);
  }
  plan = plan_of("restored.db", std::nullopt);
  CHECK(plan.backup_unix_s == kBackupTime);
  CHECK_FALSE(plan.old_store_found);
  write_file(folder / "rubbish.db", std::string(9000, 'x'));
  CHECK_FALSE(plan_of("rubbish.db", std::nullopt).old_store_found);
}

TEST_CASE_METHOD(BackupFixture, "an old store without the log that it had is refused, and with it is taken over") {
  const Minted token = minted("arcadia-dev");
  back_up();
  REQUIRE(revoke(store, {token.id}, actor, kNow));
  // As somebody leaves them who moves a store while others have it open, and keeps the log's name.
  const fs::path moved = folder / "moved.db";
  fs::copy_file(folder / "tokens.db", moved);
  const StoreAddress address = elsewhere();
  for (const auto& result :
       {plan_restore(backup, address, moved).map([](const auto&) {}),
        restore_store(backup, address, RestoreWith::kAcceptedLostRevocations, moved, actor, kLater)}) {
    CHECK(contains(error_of(result, ErrorKind::kUnusableStore), "moved.db-wal"));
  }
  CHECK_FALSE(fs::exists(folder / "restored.db"));
  fs::copy_file(folder / "tokens.db-wal", folder / "moved.db-wal");
  Store copy = restored(RestoreWith::kAcceptedLostRevocations, moved);
  CHECK_FALSE(allowed(copy, token));
}

TEST_CASE_METHOD(BackupFixture, "restoring overwrites nothing, and takes up no journal that was left") {
  back_up();
  const StoreAddress address = elsewhere();
  const std::string taken =
      GENERATE(as<std::string>{}, "restored.db", "restored.db-wal", "restored.db-journal", "restored.db-shm");
  write_file(folder / taken, "precious");
  const auto names = folder.names();
  const auto done = restore_store(backup, address, RestoreWith::kRotatedKeys, std::nullopt, actor, kLater);
  CHECK(contains(error_of(done, ErrorKind::kAlreadyExists), taken));
  CHECK(folder.names() == names);
  CHECK(content_of(folder / taken) == "precious");
}

namespace {

// Neither plans nor restores, says why, and leaves everything as it was.
struct Refused : BackupFixture {
  std::string refused(ErrorKind kind, const std::optional<fs::path>& old = std::nullopt) {
    return refused_from(backup, kind, old);
  }
  std::string refused_from(const fs::path& from, ErrorKind kind, const std::optional<fs::path>& old = std::nullopt) {
    const auto names = folder.names();
    const std::string planned = error_of(plan_restore(from, address, old), kind);
    const std::string message =
        error_of(restore_store(from, address, RestoreWith::kRotatedKeys, old, actor, kLater), kind);
    CHECK(planned == message);
    CHECK(folder.names() == names);
    return message;
  }
  const StoreAddress address = elsewhere();
};

}  // namespace

TEST_CASE_METHOD(Refused, "what is no backup is refused") {
  SECTION("nothing") { CHECK(contains(refused(ErrorKind::kNotFound), "tokens.backup")); }
  SECTION("a folder") {
    fs::create_directory(backup);
    CHECK(contains(refused(ErrorKind::kUnusableStore), "is not a backup"));
  }
  SECTION("an empty file") {
    write_file(backup, "");
    CHECK(contains(refused(ErrorKind::kUnusableStore), "is not a backup"));
  }
  SECTION("rubbish") {
    write_file(backup, std::string(9000, 'x'));
    CHECK(contains(refused(ErrorKind::kUnusableStore), "is not a backup"));
  }
  SECTION("another database") {
    run_sql(backup, "CREATE TABLE backup (made INTEGER)");
    CHECK(contains(refused(ErrorKind::kUnusableStore), "is not a backup"));
  }
  SECTION("a copy of the store's file") {
    { Store closing = std::move(store); }
    fs::copy_file(folder / "tokens.db", backup);
    CHECK(contains(refused(ErrorKind::kUnusableStore), "is not a backup"));
  }
}

TEST_CASE_METHOD(Refused, "a damaged backup is refused") {
  for (int i = 0; i < 60; ++i) (void)minted("arcadia-dev", "holder-" + std::to_string(i));
  back_up();
  SECTION("cut short") {
    fs::resize_file(backup, fs::file_size(backup) - 4096);
    CHECK(contains(refused(ErrorKind::kUnusableStore), "is damaged"));
  }
  SECTION("cut to its first page") {
    fs::resize_file(backup, 4096);
    CHECK(contains(refused(ErrorKind::kUnusableStore), "is damaged"));
  }
  SECTION("a page is rubbish") {
    const auto root = std::stoul(run_sql(backup, "SELECT rootpage FROM sqlite_schema WHERE name = 'tokens'"));
    std::string content = content_of(backup);
    content.replace((root - 1) * 4096, 4096, std::string(4096, '\x5a'));
    write_file(backup, content);
    CHECK(contains(refused(ErrorKind::kUnusableStore), "is damaged"));
  }
  SECTION("a key was changed") {
    run_sql(backup, "UPDATE keys SET sealed = (SELECT sealed FROM keys WHERE org = 7) WHERE org = 8");
    CHECK(contains(refused(ErrorKind::kUnusableStore), "does not open"));
  }
  SECTION("its time is gone") {
    run_sql(backup, "DELETE FROM backup");
    CHECK(contains(refused(ErrorKind::kUnusableStore), "when it was made"));
  }
  SECTION("its settings are gone") {
    run_sql(backup, "DELETE FROM settings");
    CHECK(contains(refused(ErrorKind::kUnusableStore), "settings"));
  }
  SECTION("a table is gone") {
    run_sql(backup, "DROP TABLE backup");
    CHECK(contains(refused(ErrorKind::kUnusableStore), "is damaged"));
  }
  SECTION("a row refers to one that is missing") {
    run_sql(backup, "UPDATE apps SET org = 9 WHERE id = 71");
    CHECK(contains(refused(ErrorKind::kUnusableStore), "is damaged"));
  }
  SECTION("it is of a newer version") {
    run_sql(backup, "PRAGMA user_version = 99");
    CHECK(contains(refused(ErrorKind::kUnusableStore), "use a newer program"));
  }
}

TEST_CASE_METHOD(Refused, "a backup needs the key-encryption key of its time") {
  back_up();
  const fs::path kek = folder / "restored.db.kek";
  SECTION("no key file") {
    fs::remove(kek);
    CHECK(contains(refused(ErrorKind::kUnusableKeyFile), kek.native()));
  }
  SECTION("one that others can read") {
    fs::permissions(kek, fs::perms(0644));
    CHECK(contains(refused(ErrorKind::kUnusableKeyFile), "chmod 600"));
  }
  SECTION("another store's") {
    fs::remove(kek);
    REQUIRE(KeyEncryptionKeys(KeyEncryptionKey::generate()).save_new(kek));
    const std::string message = refused(ErrorKind::kUnusableStore);
    CHECK(contains(message, kek.native()));
    CHECK(contains(message, "tokens.backup"));
  }
  SECTION("one that forgot the keys of before") {
    (void)value_of(rewrap_keys(store, true, actor, kNow));
    fs::copy_file(folder / "tokens.db.kek", kek, fs::copy_options::overwrite_existing);
    CHECK(contains(refused(ErrorKind::kUnusableStore), "does not hold"));
  }
  SECTION("one with newer keys before it does") {
    (void)value_of(rewrap_keys(store, false, actor, kNow));
    fs::copy_file(folder / "tokens.db.kek", kek, fs::copy_options::overwrite_existing);
    REQUIRE(restore_store(backup, address, RestoreWith::kRotatedKeys, std::nullopt, actor, kLater));
    Store copy = value_of(Store::open(address));
    CHECK(faults(copy).empty());
    CHECK(rewrap_keys(copy, true, actor, kLater));
    CHECK(faults(copy).empty());
  }
}

TEST_CASE_METHOD(Refused, "an old store that is of no use is said to be, before anything is made") {
  back_up();
  const fs::path old = folder / "old.db";
  SECTION("it is not there") { CHECK(contains(refused(ErrorKind::kNotFound, old), "old.db")); }
  SECTION("it is a folder") {
    fs::create_directory(old);
    CHECK(contains(refused(ErrorKind::kUnusableStore, old), "old.db"));
  }
  SECTION("it is rubbish") {
    write_file(old, std::string(9000, 'x'));
    CHECK(contains(refused(ErrorKind::kUnusableStore, old), "old.db"));
  }
  SECTION("it is a backup") { CHECK(contains(refused(ErrorKind::kUnusableStore, backup), "is not a token store")); }
  SECTION("it is another store") {
    { Store other = value_of(Store::init(address_of(old), kDefaultLocation)); }
    CHECK(contains(refused(ErrorKind::kUnusableStore, old), "not the one"));
  }
  SECTION("it has lost its revocations") {
    run_sql(folder / "tokens.db", "DROP TABLE revocations");
    const auto names = folder.names();
    const auto done = restore_store(backup, address, RestoreWith::kRotatedKeys, old_store(), actor, kLater);
    CHECK(contains(error_of(done, ErrorKind::kUnusableStore), "tokens.db"));
    CHECK(folder.names() == names);
  }
}

TEST_CASE_METHOD(Refused, "an address that is none, and a folder that is not there, are refused") {
  back_up();
  (void)error_of(plan_restore(backup, {"tokens.db", std::nullopt}, std::nullopt), ErrorKind::kInvalidArgument);
  (void)error_of(
      restore_store(backup, {"tokens.db", std::nullopt}, RestoreWith::kRotatedKeys, std::nullopt, actor, kLater),
      ErrorKind::kInvalidArgument);
  const StoreAddress missing{"sqlite:" + (folder / "missing" / "tokens.db").native(), folder / "tokens.db.kek"};
  (void)error_of(restore_store(backup, missing, RestoreWith::kRotatedKeys, std::nullopt, actor, kLater),
                 ErrorKind::kStoreUnavailable);
}
