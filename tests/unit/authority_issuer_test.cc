#include "authority_judge_support.h"

using namespace authority_test;

TEST_CASE_METHOD(JudgeFixture, "what is minted is recorded, without the token itself") {
  MintRequest request;
  request.profile = Profile::kDeploy;
  request.org = std::uint64_t{8};
  request.app = std::string("arcadia-prod-api");
  request.not_after_unix_s = kNow + kDay;
  request.name = "ci";
  request.holder = "build robot";
  const auto minted = value_of(mint(store, request, kAnn, kNow + 5));
  CHECK(minted.org.name == "arcadia-prod");
  CHECK(minted.app->id == 81);
  CHECK(minted.not_after_unix_s == kNow + kDay);
  CHECK(minted.header.starts_with("FlyV1 fm2_"));
  const auto column = [&](const std::string& what) {
    return run_sql(folder / "tokens.db", "SELECT " + what + " FROM tokens WHERE id = '" + to_string(minted.id) + "'");
  };
  CHECK(column("org || ' ' || profile || ' ' || app || ' ' || name || ' ' || holder || ' ' || not_after || ' ' || "
               "created") ==
        "8 deploy 81 ci build robot " + std::to_string(kNow + kDay) + " " + std::to_string(kNow + 5));
  CHECK(column("kid") == to_hex(value_of(active_key(store, 8)).kid));
  for (const auto& name : folder.names()) CHECK_FALSE(contains(content_of(folder / name), minted.header.substr(6)));

  request.not_after_unix_s.reset();
  request.profile = Profile::kReadonly;
  request.app.reset();
  const auto endless = value_of(mint(store, request, kAnn, kNow + 6));
  CHECK_FALSE(ask(endless.header, "r", "arcadia-prod").expires_unix_s);
  CHECK(ask(endless.header, "r", "arcadia-prod", {}, kNow + 36500 * kDay).allowed);
  CHECK(run_sql(folder / "tokens.db", "SELECT count(*) FROM tokens WHERE not_after IS NULL AND app IS NULL") == "1");
}

TEST_CASE_METHOD(JudgeFixture, "an org that is not named is the app's") {
  MintRequest request;
  request.profile = Profile::kDeploy;
  request.app = std::string("arcadia-prod-api");
  CHECK(value_of(mint(store, request, kAnn, kNow)).org.name == "arcadia-prod");
  request.app = std::string("arcadia-qa-api");
  (void)error_of(mint(store, request, kAnn, kNow), ErrorKind::kNotFound);
  request.profile = Profile::kReadonly;
  request.app.reset();
  CHECK(contains(error_of(mint(store, request, kAnn, kNow), ErrorKind::kInvalidArgument), "the org"));
}

TEST_CASE_METHOD(JudgeFixture, "what cannot be minted is not recorded") {
  const auto refused = [&](ErrorKind kind, auto change) {
    MintRequest request;
    request.org = std::string("arcadia-prod");
    request.not_after_unix_s = kNow + kDay;
    change(request);
    (void)error_of(mint(store, request, kAnn, kNow), kind);
  };
  refused(ErrorKind::kNotFound, [](MintRequest& r) { r.org = std::string("arcadia-qa"); });
  refused(ErrorKind::kInvalidArgument, [](MintRequest& r) { r.app = std::string("arcadia-prod-api"); });
  refused(ErrorKind::kInvalidArgument, [](MintRequest& r) { r.profile = Profile::kDeploy; });
  refused(ErrorKind::kNotFound, [](MintRequest& r) {
    r.profile = Profile::kDeploy;
    r.app = std::string("arcadia-qa-api");
  });
  refused(ErrorKind::kInvalidArgument, [](MintRequest& r) {
    r.profile = Profile::kDeploy;
    r.app = std::string("arcadia-dev-api");
  });
  refused(ErrorKind::kInvalidArgument, [](MintRequest& r) { r.not_after_unix_s = kNow; });
  refused(ErrorKind::kInvalidArgument, [](MintRequest& r) { r.not_after_unix_s = (std::int64_t{1} << 55) + 1; });
  refused(ErrorKind::kInvalidArgument, [](MintRequest& r) { r.name = std::string(201, 'x'); });
  refused(ErrorKind::kInvalidArgument, [](MintRequest& r) { r.holder = "\xff"; });
  CHECK(run_sql(folder / "tokens.db", "SELECT count(*) FROM tokens") == "0");
  refused(ErrorKind::kUnusableStore, [&](MintRequest& r) {
    r.name = std::string(200, 'x');
    run_sql(folder / "tokens.db", "UPDATE keys SET sealed = (SELECT sealed FROM keys WHERE org = 7)");
  });
  CHECK(run_sql(folder / "tokens.db", "SELECT count(*) FROM tokens") == "0");
}
