// Renaming and deleting orgs and apps.
#include "authority/tokens/deletions.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/revocations.h"
#include "authority_judge_support.h"
#include "libtoken/bundle.h"

using namespace authority_test;

namespace {

const NameOrId kProd = std::string("arcadia-prod");
const NameOrId kProdApi = std::string("arcadia-prod-api");

TokenId id_of(const std::string& header) { return value_of(Bundle::parse(header)).parts().front()->id(); }

std::string count_in(const fs::path& folder, const std::string& what) {
  return run_sql(folder, "SELECT count(*) FROM " + what);
}

}  // namespace

TEST_CASE_METHOD(JudgeFixture, "a renamed org or app is the same one, and its old name is free") {
  const std::string token = minted(Profile::kDeploy, "arcadia-prod", "arcadia-prod-api");
  const auto org = value_of(rename_org(store, kProd, "arcadia-live", kAnn, kNow + 1));
  CHECK(org.id == 8);
  CHECK(org.name == "arcadia-live");
  CHECK(org.created_unix_s == kNow);
  const auto app = value_of(rename_app(store, std::uint64_t{81}, "arcadia-live-api", kAnn, kNow + 1));
  CHECK(app.id == 81);
  CHECK(app.org == 8);

  CHECK(ask(token, "w", "arcadia-live", "arcadia-live-api", kNow + 1).allowed);
  CHECK(codes(ask(token, "w", "arcadia-prod", "arcadia-live-api", kNow + 1)) == Codes{"unknown_org"});
  const auto listed = value_of(find_token(store, id_of(token)));
  CHECK(listed.org_name == "arcadia-live");
  CHECK(listed.app_name == "arcadia-live-api");

  // The names are another's now, and the token is not for that one.
  CHECK(value_of(create_org(store, "arcadia-prod", std::nullopt, kAnn, kNow + 1)).id == 9);
  CHECK(codes(ask(token, "r", "arcadia-prod", {}, kNow + 1)) == Codes{"wrong_org"});
  CHECK(value_of(create_app(store, std::uint64_t{8}, "arcadia-prod-api", std::nullopt, kAnn, kNow + 1)).id == 82);
  CHECK_FALSE(ask(token, "w", "arcadia-live", "arcadia-prod-api", kNow + 1).allowed);
}

TEST_CASE_METHOD(JudgeFixture, "names that are taken, are none, or are the same already change nothing") {
  (void)error_of(rename_org(store, kProd, "arcadia-dev", kAnn, kNow + 9), ErrorKind::kAlreadyExists);
  (void)error_of(rename_app(store, kProdApi, "arcadia-dev-api", kAnn, kNow + 9), ErrorKind::kAlreadyExists);
  (void)error_of(rename_org(store, kProd, "Bad", kAnn, kNow + 9), ErrorKind::kInvalidArgument);
  (void)error_of(rename_app(store, kProdApi, "", kAnn, kNow + 9), ErrorKind::kInvalidArgument);
  (void)error_of(rename_org(store, std::string("arcadia-qa"), "new", kAnn, kNow + 9), ErrorKind::kNotFound);
  (void)error_of(rename_app(store, std::uint64_t{9}, "new", kAnn, kNow + 9), ErrorKind::kNotFound);
  CHECK(value_of(rename_org(store, kProd, "arcadia-prod", kAnn, kNow + 9)).id == 8);
  CHECK(value_of(rename_app(store, kProdApi, "arcadia-prod-api", kAnn, kNow + 9)).id == 81);
  CHECK(value_of(Snapshot::load(store))->newest_record_unix_s() == kNow);
  CHECK(value_of(find_org(store, kProd)).id == 8);
}

TEST_CASE_METHOD(JudgeFixture,
                 "a deleted org goes with all it had, its tokens are revoked and its id is never given again") {
  const std::string token = minted(Profile::kOrg, "arcadia-prod");
  const std::string deploy = minted(Profile::kDeploy, "arcadia-prod", "arcadia-prod-api");
  const std::string other = minted(Profile::kOrg, "arcadia-dev");
  (void)value_of(rotate_key(store, kProd, kAnn, kNow));

  CHECK(value_of(delete_org(store, kProd, 2, kAnn, kNow + 1)).id == 8);
  const fs::path file = folder / "tokens.db";
  CHECK(count_in(file, "orgs WHERE id = 8") == "0");
  CHECK(count_in(file, "apps WHERE org = 8") == "0");
  CHECK(count_in(file, "keys WHERE org = 8") == "0");
  CHECK(count_in(file, "tokens WHERE org = 8") == "0");
  CHECK(run_sql(file, "PRAGMA foreign_key_check") == "");
  const auto snapshot = value_of(Snapshot::load(store));
  CHECK(snapshot->is_revoked(id_of(token)));
  CHECK(snapshot->is_revoked(id_of(deploy)));
  CHECK_FALSE(ask(token, "r", "arcadia-dev").allowed);
  CHECK(ask(other, "r", "arcadia-dev").allowed);
  CHECK_FALSE(value_of(list_audit(store, {})).empty());

  (void)error_of(find_org(store, kProd), ErrorKind::kNotFound);
  (void)error_of(delete_org(store, kProd, 2, kAnn, kNow + 1), ErrorKind::kNotFound);
  (void)error_of(create_org(store, "arcadia-again", 8, kAnn, kNow + 1), ErrorKind::kAlreadyExists);
  (void)error_of(create_app(store, std::string("arcadia-dev"), "again", 81, kAnn, kNow + 1), ErrorKind::kAlreadyExists);
  const auto again = value_of(create_org(store, "arcadia-prod", std::nullopt, kAnn, kNow + 1));
  CHECK(again.id == 9);
  CHECK(value_of(create_app(store, std::uint64_t{9}, "arcadia-prod-api", std::nullopt, kAnn, kNow + 1)).id == 82);
  // The name is another org's: the old token is nothing there.
  CHECK_FALSE(ask(token, "r", "arcadia-prod", {}, kNow + 1).allowed);
}

TEST_CASE_METHOD(JudgeFixture, "a deleted app's tokens are revoked with what they made, and stay in the registry") {
  const std::string token = minted(Profile::kDeploy, "arcadia-prod", "arcadia-prod-api");
  const std::string whole = minted(Profile::kOrg, "arcadia-prod");
  MintRequest request;
  request.org = kProd;
  {
    const auto snapshot = value_of(Snapshot::load(store));
    VerifierScratch scratch;
    request.maker = value_of(maker_of(Verifier(kDefaultLocation, *snapshot).verify(token, scratch).tokens[0]));
  }
  const std::string child = value_of(mint(store, request, kAnn, kNow)).header;

  CHECK(value_of(delete_app(store, kProdApi, 1, kAnn, kNow + 1)).id == 81);
  CHECK(codes(ask(token, "r", "arcadia-prod")) == Codes{"revoked"});
  CHECK(codes(ask(child, "r", "arcadia-prod")) == Codes{"revoked"});
  CHECK(ask(whole, "r", "arcadia-prod").allowed);
  const auto kept = value_of(find_token(store, id_of(token)));
  CHECK(kept.app == 81);
  CHECK(kept.app_name == "arcadia-prod-api");
  CHECK(kept.revoked_unix_s == kNow + 1);

  (void)error_of(find_app(store, kProdApi), ErrorKind::kNotFound);
  (void)error_of(delete_app(store, kProdApi, 1, kAnn, kNow + 1), ErrorKind::kNotFound);
  (void)error_of(create_app(store, kProd, "again", 81, kAnn, kNow + 1), ErrorKind::kAlreadyExists);
  CHECK(value_of(create_app(store, kProd, "arcadia-prod-api", std::nullopt, kAnn, kNow + 1)).id == 82);
  CHECK(value_of(find_token(store, id_of(token))).app_name == "arcadia-prod-api");
}

TEST_CASE_METHOD(JudgeFixture, "nothing is deleted that more live tokens hang on than was said") {
  (void)minted(Profile::kDeploy, "arcadia-prod", "arcadia-prod-api");
  const std::string second = minted(Profile::kDeploy, "arcadia-prod", "arcadia-prod-api");
  (void)minted(Profile::kOrg, "arcadia-prod");
  CHECK(contains(error_of(delete_org(store, kProd, 2, kAnn, kNow), ErrorKind::kConflict), "3 live tokens"));
  CHECK(contains(error_of(delete_app(store, kProdApi, 1, kAnn, kNow), ErrorKind::kConflict), "2 live tokens"));
  CHECK(find_org(store, kProd));
  CHECK(find_app(store, kProdApi));
  CHECK(count_in(folder / "tokens.db", "revocations") == "0");

  REQUIRE(revoke(store, {id_of(second)}, kAnn, kNow));
  CHECK(delete_app(store, kProdApi, 1, kAnn, kNow));
  (void)error_of(delete_org(store, kProd, 0, kAnn, kNow + 2 * kDay), ErrorKind::kConflict);
  CHECK(delete_org(store, kProd, 0, kAnn, kNow + 2 * kDay + 1));  // they are over
}

TEST_CASE_METHOD(JudgeFixture, "what fails half-way leaves everything as it was") {
  const std::string token = minted(Profile::kOrg, "arcadia-prod");
  const fs::path file = folder / "tokens.db";
  run_sql(file, "CREATE TRIGGER stop BEFORE INSERT ON audit BEGIN SELECT raise(ABORT, 'stop'); END");
  const auto failed = [](const auto& result) { (void)error_of(result, ErrorKind::kStoreUnavailable); };
  MintRequest request;
  request.org = kProd;
  failed(mint(store, request, kAnn, kNow));
  failed(revoke(store, {id_of(token)}, kAnn, kNow));
  failed(rotate_key(store, kProd, kAnn, kNow));
  failed(rename_org(store, kProd, "arcadia-live", kAnn, kNow));
  failed(rename_app(store, kProdApi, "arcadia-live-api", kAnn, kNow));
  failed(delete_org(store, kProd, 9, kAnn, kNow));
  failed(delete_app(store, kProdApi, 9, kAnn, kNow));
  failed(create_org(store, "arcadia-qa", std::nullopt, kAnn, kNow));
  failed(create_app(store, kProd, "arcadia-qa-api", std::nullopt, kAnn, kNow));
  run_sql(file, "DROP TRIGGER stop");
  CHECK(ask(token, "r", "arcadia-prod", "arcadia-prod-api").allowed);
  CHECK(count_in(file, "tokens") == "1");
  CHECK(count_in(file, "keys") == "2");
  CHECK(count_in(file, "orgs") == "2");
  CHECK(count_in(file, "apps") == "2");
  CHECK(count_in(file, "ids_given") == "4");
  CHECK(count_in(file, "revocations") == "0");
}
