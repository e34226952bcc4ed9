// Whatever a token made with another one allows, that one allows as well, at that time; and it ends no later.
#include <stdlib.h>

#include <filesystem>
#include <stdexcept>

#include <rapidcheck.h>

#include "authority/tokens/issued.h"
#include "authority/tokens/issuer.h"
#include "authority/judge/judge.h"
#include "authority/tokens/keyring.h"
#include "generators.h"
#include "libtoken/macaroon.h"
#include "support/catch.h"

using namespace libtoken;
using namespace libtoken::authority;
using property_test::any_access;
using property_test::any_caveat;
using property_test::kNow;

namespace {

template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

// The org and the apps that the generators speak of.
class World {
 public:
  World() {
    std::string name = (std::filesystem::temp_directory_path() / "libtoken-mint-XXXXXX").native();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = name;
    store_.emplace(value_of(Store::init({"sqlite:" + name + "/tokens.db", std::nullopt}, kDefaultLocation)));
    (void)value_of(create_org(*store_, "arcadia-prod", 1, local_actor(), kNow));
    (void)value_of(create_app(*store_, std::uint64_t{1}, "arcadia-prod-api", 10, local_actor(), kNow));
    (void)value_of(create_app(*store_, std::uint64_t{1}, "arcadia-prod-web", 11, local_actor(), kNow));
    (void)value_of(create_app(*store_, std::uint64_t{1}, "arcadia-prod-jobs", 12, local_actor(), kNow));
    snapshot_ = value_of(Snapshot::load(*store_));
    key_.emplace(value_of(active_key(*store_, 1)));
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World() {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Store& store() { return *store_; }

  /// A token with any caveats after its org's.
  std::string token(const CaveatSet& caveats) {
    return "FlyV1 " + value_of(Macaroon::mint(key_->kid, kDefaultLocation, key_->root.key, caveats)).text();
  }
  Maker maker(const std::string& header) {
    VerifierScratch scratch;
    const auto verified = Verifier(kDefaultLocation, *snapshot_).verify(header, scratch);
    if (verified.tokens.empty()) throw std::runtime_error("the maker does not verify");
    return value_of(maker_of(verified.tokens[0]));
  }
  bool allows(const std::string& header, const Access& access) {
    const Judge judge(snapshot_);
    const auto ref = [](const std::optional<std::uint64_t>& id) { return id ? ResourceRef(*id) : ResourceRef(); };
    VerifierScratch scratch;
    return value_of(judge.decide({header, ref(access.org), ref(access.app), access}, access.now_unix_s, scratch)).allowed;
  }

 private:
  std::filesystem::path folder_;
  std::optional<Store> store_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::optional<OrgKey> key_;
};

std::int64_t around_now() { return kNow + *rc::gen::inRange<std::int64_t>(-290, 1000); }

CaveatSet any_maker_caveats() {
  CaveatSet caveats;
  // Mostly generous, or nothing would ever be allowed.
  caveats.organization(1, *rc::gen::inRange(0, 4) == 0 ? kRead : kAllActions);
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
    if (*rc::gen::inRange(0, 3) == 0) {
      caveats.validity_window(kNow - *rc::gen::inRange(0, 300), kNow + *rc::gen::inRange(1, 1000));
    } else {
      caveats.append(any_caveat());
    }
  }
  return caveats;
}

// An assertion of rapidcheck evaluates both sides of its operators: what is guarded must be in a function.
bool ends_by(const std::optional<std::int64_t>& end, std::int64_t by) { return end.has_value() && *end <= by; }

MintRequest any_request() {
  MintRequest request;
  request.profile = *rc::gen::elementOf(std::vector<Profile>{Profile::kOrg, Profile::kReadonly, Profile::kDeploy,
                                                             Profile::kSsh, Profile::kMachineExec, Profile::kWireguard});
  request.org = std::uint64_t{1};
  switch (request.profile) {
    case Profile::kMachineExec: request.commands = {{{"a"}, *rc::gen::arbitrary<bool>()}}; [[fallthrough]];
    case Profile::kDeploy:
    case Profile::kSsh: request.app = *rc::gen::elementOf(std::vector<std::uint64_t>{10, 11}); break;
    case Profile::kOrg: request.role = *rc::gen::elementOf(std::vector<Role>{Role::kMember, Role::kAdmin}); break;
    case Profile::kReadonly:
    case Profile::kWireguard: break;
  }
  if (*rc::gen::arbitrary<bool>()) request.not_after_unix_s = kNow + *rc::gen::inRange(1, 1000);
  return request;
}

}  // namespace

TEST_CASE("what is minted with a token allows nothing that the token does not, and ends no later") {
  World world;
  std::size_t allowed = 0;
  std::size_t refused = 0;
  std::size_t refused_but_to_the_maker = 0;
  std::size_t ending = 0;
  REQUIRE(rc::check([&] {
    const std::string maker_token = world.token(any_maker_caveats());
    MintRequest request = any_request();
    request.maker = world.maker(maker_token);
    const auto minted = mint(world.store(), request, local_actor(), kNow);
    // Only ever because the maker is over: everything else about these requests is right.
    if (!minted) {
      RC_ASSERT(minted.error().kind == ErrorKind::kInvalidArgument);
      RC_ASSERT(request.maker->not_after_unix_s.has_value());
      RC_ASSERT(*request.maker->not_after_unix_s <= kNow);
      RC_DISCARD("the maker is over");
    }
    const auto end = value_of(find_token(world.store(), minted->id)).not_after_unix_s;
    if (request.maker->not_after_unix_s) {
      RC_ASSERT(ends_by(end, *request.maker->not_after_unix_s));
      ++ending;
    }
    if (request.not_after_unix_s) RC_ASSERT(ends_by(end, *request.not_after_unix_s));
    for (int i = 0; i < 12; ++i) {
      Access access = any_access();
      access.now_unix_s = around_now();
      const bool may_maker = world.allows(maker_token, access);
      const bool may = world.allows(minted->header, access);
      (may ? allowed : refused) += 1;
      if (!may && may_maker) ++refused_but_to_the_maker;
      RC_ASSERT(!may || may_maker);
      RC_ASSERT(!may || access.now_unix_s <= end.value_or(access.now_unix_s));
    }
  }));
  CHECK(allowed > 20);
  CHECK(refused > 20);
  CHECK(refused_but_to_the_maker > 20);
  CHECK(ending > 20);
}
