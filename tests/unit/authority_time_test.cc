// What a judge remembers of the time, whatever becomes of the clock.
#include "authority/judge/latest_time.h"
#include "authority_backup_support.h"

using namespace authority_test;

namespace {

struct TimeFixture : BackupFixture {
  // A token that is over an hour from now.
  Minted ending() {
    MintRequest request;
    request.org = std::string("arcadia-dev");
    request.not_after_unix_s = kNow + 3600;
    return value_of(mint(store, request, actor, kNow));
  }
  Judge judge(const std::shared_ptr<LatestTime>& latest) { return Judge(value_of(Snapshot::load(store)), latest); }
  static Result<Decision> ask(const Judge& judge, const Minted& token, std::int64_t now) {
    Access rest;
    rest.action = kRead;
    VerifierScratch scratch;
    return judge.decide({token.header, ResourceRef(token.org.id), {}, rest}, now, scratch);
  }
};

}  // namespace

TEST_CASE_METHOD(TimeFixture, "what a judge has seen to be over stays over, for its successors too") {
  const Minted token = ending();
  const auto latest = std::make_shared<LatestTime>();
  CHECK(value_of(ask(judge(latest), token, kNow + 3599)).allowed);
  CHECK_FALSE(value_of(ask(judge(latest), token, kNow + 3700)).allowed);
  CHECK_FALSE(value_of(ask(judge(latest), token, kNow + 3500)).allowed);
  CHECK_FALSE(value_of(ask(judge(latest), token, kNow + 3400)).allowed);
  CHECK(contains(error_of(ask(judge(latest), token, kNow + 3399), ErrorKind::kClock), "clock"));
  CHECK(contains(error_of(judge(latest).judging_time(kNow), ErrorKind::kClock), "clock"));
  CHECK_FALSE(value_of(ask(judge(latest), token, kNow + 3701)).allowed);
  CHECK(latest->unix_s() == kNow + 3701);
}

TEST_CASE_METHOD(TimeFixture, "a judge that remembers nothing judges at the time it is told") {
  const Minted token = ending();
  CHECK_FALSE(value_of(ask(judge(nullptr), token, kNow + 3700)).allowed);
  CHECK(value_of(ask(judge(nullptr), token, kNow + 3500)).allowed);
  CHECK(value_of(judge(nullptr).judging_time(kNow - 299)) == kNow - 299);
}

TEST_CASE_METHOD(TimeFixture, "a judge that remembers does not judge at a time before the store's newest record") {
  const Minted token = ending();
  REQUIRE(remember_time(store, kNow + 3700));
  CHECK_FALSE(value_of(ask(judge(std::make_shared<LatestTime>()), token, kNow + 3500)).allowed);
  (void)error_of(ask(judge(std::make_shared<LatestTime>()), token, kNow + 3399), ErrorKind::kClock);
}

TEST_CASE_METHOD(TimeFixture, "the time that a store remembers only grows") {
  REQUIRE(remember_time(store, kNow + 50));
  REQUIRE(remember_time(store, kNow + 20));
  CHECK(value_of(Snapshot::load(store))->newest_record_unix_s() == kNow + 50);
}
