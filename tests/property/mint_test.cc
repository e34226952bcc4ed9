// Whatever a token made with another one allows, that one allows as well, at that time; and it ends no later.
#include <rapidcheck.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>

#include "authority/judge/judge.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/issuer.h"
#include "authority/tokens/keyring.h"
#include "draw.h"
#include "generators.h"
#include "libtoken/macaroon.h"
#include "libtoken/third_party.h"
#include "rules.h"
#include "support/catch.h"

using namespace libtoken;
using namespace libtoken::authority;
using namespace property_test;

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
    // In memory where that can be: every example writes to the store, and a disk would take most of the time.
    const bool in_memory = ::access("/dev/shm", W_OK) == 0;
    const std::filesystem::path base = in_memory ? "/dev/shm" : std::filesystem::temp_directory_path();
    std::string name = (base / "libtoken-mint-XXXXXX").native();
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
  /// The same with a third-party caveat last, and the discharge for it.
  std::string discharged(const CaveatSet& caveats) {
    constexpr const char* kThirdParty = "https://login.localhost/v1";
    const EncryptionKey shared = EncryptionKey::generate();
    Macaroon token = value_of(Macaroon::mint(key_->kid, kDefaultLocation, key_->root.key, caveats));
    if (!add_third_party(token, kThirdParty, shared, {})) throw std::runtime_error("no third-party caveat");
    const auto ticket = std::get<ThirdParty>(token.unverified_caveats().back().body).ticket;
    const OpenedTicket opened = value_of(OpenedTicket::open(ticket, shared));
    return "FlyV1 " + token.text() + "," + value_of(opened.discharge(kThirdParty, {})).text();
  }
  Result<Maker> maker(const std::string& header) {
    VerifierScratch scratch;
    const auto verified = Verifier(kDefaultLocation, *snapshot_).verify(header, scratch);
    if (verified.tokens.empty()) return fail(ErrorKind::kInvalidArgument, "the maker does not verify");
    return maker_of(verified.tokens[0]);
  }
  bool allows(const std::string& header, const Access& access) {
    const Judge judge(snapshot_);
    const auto ref = [](const std::optional<std::uint64_t>& id) { return id ? ResourceRef(*id) : ResourceRef(); };
    VerifierScratch scratch;
    const Question question{header, ref(access.org), ref(access.app), access};
    return value_of(judge.decide(question, access.now_unix_s, scratch)).allowed;
  }

 private:
  std::filesystem::path folder_;
  std::optional<Store> store_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::optional<OrgKey> key_;
};

std::int64_t seconds_below(std::size_t count) { return static_cast<std::int64_t>(any_below(count)); }

PlainCaveats any_maker_caveats() {
  PlainCaveat org{CaveatType::kOrganization};
  org.number = 1;
  org.mask = any_below(8) == 0 ? kRead : kAllActions;
  PlainCaveats caveats = {org};
  for (std::size_t count = any_below(4); count > 0; --count) {
    PlainCaveat caveat = any_caveat();
    if (caveat.type == CaveatType::kValidityWindow && any_below(2) == 0) {
      // One that does not end just now.
      caveat.not_before_unix_s = kNow - seconds_below(300);
      caveat.not_after_unix_s = kNow + 1 + seconds_below(1000);
    }
    caveats.push_back(caveat);
  }
  return caveats;
}

// An assertion of rapidcheck evaluates both sides of its operators: what is guarded must be in a function.
bool ends_by(const std::optional<std::int64_t>& end, std::int64_t by) { return end.has_value() && *end <= by; }

MintRequest any_request() {
  MintRequest request;
  request.profile = one_of(std::array{Profile::kOrg, Profile::kOrg, Profile::kReadonly, Profile::kDeploy, Profile::kSsh,
                                      Profile::kMachineExec, Profile::kWireguard});
  request.org = std::uint64_t{1};
  switch (request.profile) {
    case Profile::kMachineExec: request.commands = {{{"a"}, any_below(2) == 0}}; [[fallthrough]];
    case Profile::kDeploy:
    case Profile::kSsh: request.app = one_of(std::array<std::uint64_t, 2>{10, 11}); break;
    case Profile::kOrg: request.role = one_of(std::array{Role::kAdmin, Role::kAdmin, Role::kMember}); break;
    case Profile::kReadonly:
    case Profile::kWireguard: break;
  }
  if (any_below(2) == 0) request.not_after_unix_s = kNow + 1 + seconds_below(1000);
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
    const PlainCaveats caveats = any_maker_caveats();
    const std::string maker_token = world.token(encoded(caveats));
    MintRequest request = any_request();
    const Maker maker = value_of(world.maker(maker_token));
    request.maker = maker;
    const auto minted = mint(world.store(), request, local_actor(), kNow);
    // Only ever because the maker is over: everything else about these requests is right.
    if (!minted) {
      RC_ASSERT(minted.error().kind == ErrorKind::kInvalidArgument);
      RC_ASSERT(ends_by(maker.not_after_unix_s, kNow));
      RC_DISCARD("the maker is over");
    }
    const auto end = value_of(find_token(world.store(), minted->id)).not_after_unix_s;
    if (maker.not_after_unix_s) {
      RC_ASSERT(ends_by(end, *maker.not_after_unix_s));
      ++ending;
    }
    if (request.not_after_unix_s) RC_ASSERT(ends_by(end, *request.not_after_unix_s));
    for (int i = 0; i < 12; ++i) {
      Access access = any_access(caveats);
      if (access.app) access.org = access.org.value_or(1);  // as the judge does, who knows whose the app is
      if (any_below(3) == 0) access.now_unix_s = kNow - 290 + seconds_below(1290);
      access.now_unix_s = std::max(access.now_unix_s, kNow - 290);  // a judge takes no clock far behind the store's
      const bool may_maker = world.allows(maker_token, access);
      const bool may = world.allows(minted->header, access);
      (may ? allowed : refused) += 1;
      if (!may && may_maker) ++refused_but_to_the_maker;
      const bool is_right = may_maker ? allowed_by_rules(caveats, access) : !may;
      if (!is_right) RC_LOG() << "the maker's " << shown(caveats, access) << "\n";
      RC_ASSERT(!may || may_maker);
      RC_ASSERT(!may_maker || allowed_by_rules(caveats, access));
      RC_ASSERT(!may || access.now_unix_s <= end.value_or(access.now_unix_s));
    }
  }));
  CHECK(allowed > 20);
  CHECK(refused > 20);
  CHECK(refused_but_to_the_maker > 20);
  CHECK(ending > 20);
}

TEST_CASE("a token that a third party must vouch for makes none, nor does one that is bound") {
  World world;
  REQUIRE(rc::check([&] {
    PlainCaveats caveats = any_maker_caveats();
    const bool has_third_party = any_below(2) == 0;
    if (!has_third_party) caveats.push_back(any_caveat_of(CaveatType::kBindToParentToken));
    const CaveatSet set = encoded(caveats);
    RC_ASSERT(!world.maker(has_third_party ? world.discharged(set) : world.token(set)).has_value());
  }));
}
