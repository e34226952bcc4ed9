// FORMAT.md §5 and §8: adding a third-party caveat, opening its ticket, answering it, binding the answer.
#include "libtoken/third_party.h"

#include "core_support.h"
#include "wire/aead.h"

using namespace core_test;

namespace {

const Keys& keys() {
  static const Keys one("kid-1", 1);
  return one;
}

std::string verified(std::initializer_list<ByteView> tokens) {
  VerifierScratch scratch;
  const Verifier verifier(kHere, keys(), {{kThirdParty, {shared_key_of(5)}}});
  const std::string header = header_of(tokens);
  const Verification verification = verifier.verify(header, scratch);
  return verification.verified() ? "verified" : grounds(verification);
}

Macaroon asking(const CaveatSet& for_third_party = CaveatSet().number(CaveatType::kConfineUser, 3)) {
  Macaroon token = minted(CaveatSet().organization(7, kAllActions));
  REQUIRE(add_third_party(token, kThirdParty, shared_key_of(5), for_third_party));
  return token;
}

Bytes ticket_in(const Macaroon& token) {
  return copy_of(std::get<ThirdParty>(token.unverified_caveats().back().body).ticket);
}

Macaroon answer(const Macaroon& token, const CaveatSet& caveats = {}) {
  return value_of(value_of(OpenedTicket::open(ticket_in(token), shared_key_of(5))).discharge(kThirdParty, caveats));
}

bool allows(const CaveatSet& caveat, const DischargeRequest& request) {
  return allows_discharge(Decoded(caveat)[0], request);
}

}  // namespace

TEST_CASE("a third-party caveat, its ticket opened and answered, makes a bundle that verifies") {
  const Macaroon token = asking();
  CHECK(verified({token.encoded()}) == "missing_discharge");
  const OpenedTicket opened = value_of(OpenedTicket::open(ticket_in(token), shared_key_of(5)));
  REQUIRE(opened.caveats().size() == 1);
  CHECK(std::get<ConfineUser>(opened.caveats()[0].body).id == 3);
  const Macaroon discharge =
      value_of(opened.discharge(kThirdParty, CaveatSet().validity_window(0, 9).number(CaveatType::kFlyioUserID, 3)));
  CHECK(discharge.nonce().proof);
  CHECK(discharge.nonce().version == 1);
  CHECK(equal(discharge.nonce().kid, ticket_in(token)));
  CHECK(discharge.location() == kThirdParty);
  CHECK(verified({token.encoded(), discharge.encoded()}) == "verified");
  CHECK(verified({asking().encoded(), discharge.encoded()}) == "missing_discharge");
  Macaroon narrowed = token.clone();
  REQUIRE(narrowed.attenuate(CaveatSet().action(kRead)));
  CHECK(verified({narrowed.encoded(), discharge.encoded()}) == "verified");
}

TEST_CASE("the verifier key holds r, sealed under the tail before the caveat, and the ticket the same r") {
  Macaroon token = minted({});
  const Bytes tail = copy_of(token.tail());
  REQUIRE(add_third_party(token, kThirdParty, shared_key_of(5), {}));
  const auto& caveat = std::get<ThirdParty>(token.unverified_caveats()[0].body);
  CHECK(caveat.location == kThirdParty);
  Bytes r(32);
  REQUIRE(open_sealed(std::span<const std::uint8_t, 32>(tail), caveat.verifier_key, r.data()));
  Bytes content(caveat.ticket.size() - kSealOverhead);
  REQUIRE(open_sealed(shared_key_of(5).expose_secret(), caveat.ticket, content.data()));
  CHECK(equal(content, joined({hex("92c420"), r, hex("90")})));
}

TEST_CASE("sealing is under a fresh nonce, and any changed byte or other key does not open") {
  const auto key = shared_key_of(5);
  const Bytes blob = seal(key.expose_secret(), hex("010203"));
  CHECK(blob.size() == 3 + kSealOverhead);
  CHECK(blob != seal(key.expose_secret(), hex("010203")));
  Bytes plain(blob.size());
  CHECK(open_sealed(key.expose_secret(), blob, plain.data()));
  CHECK_FALSE(open_sealed(shared_key_of(6).expose_secret(), blob, plain.data()));
  for (std::size_t i = 0; i < blob.size(); ++i) {
    Bytes changed = blob;
    changed[i] ^= 1;
    CHECK_FALSE(open_sealed(key.expose_secret(), changed, plain.data()));
    CHECK_FALSE(open_sealed(key.expose_secret(), ByteView(blob).first(i), plain.data()));
  }
}

TEST_CASE(
    "adding a third-party caveat refuses an empty or bad location, a second for one location, a proof, and bad "
    "caveats") {
  Macaroon token = asking();
  const Bytes before = copy_of(token.encoded());
  CHECK(kind_of(add_third_party(token, "", shared_key_of(5), {})) == "invalid_argument");
  CHECK(kind_of(add_third_party(token, "\xff", shared_key_of(5), {})) == "invalid_argument");
  CHECK(kind_of(add_third_party(token, kThirdParty, shared_key_of(5), {})) == "repeated_third_party");
  CHECK(kind_of(add_third_party(token, "https://x", shared_key_of(5), CaveatSet().apps({{1, kRead}, {1, kRead}}))) ==
        "malformed");
  CHECK(kind_of(add_third_party(token, "https://x", shared_key_of(5),
                                CaveatSet().text(CaveatType::kConfineGoogleHD, std::string(32700, 'a')))) != "");
  CHECK(equal(token.encoded(), before));
  RawToken raw;
  raw.proof = true;
  Macaroon proof = raw.macaroon();
  CHECK(kind_of(add_third_party(proof, kThirdParty, shared_key_of(5), {})) == "finalized");
}

TEST_CASE("a ticket opens with its key alone, and only if its content is one") {
  const Bytes ticket = ticket_in(asking());
  CHECK(kind_of(OpenedTicket::open(ticket, shared_key_of(6))) == "bad_key");
  CHECK(kind_of(OpenedTicket::open({}, shared_key_of(5))) == "bad_key");
  CHECK(kind_of(OpenedTicket::open(ByteView(ticket).first(27), shared_key_of(5))) == "bad_key");
  const auto content = [](const Bytes& plain) {
    return kind_of(OpenedTicket::open(seal(shared_key_of(5).expose_secret(), plain), shared_key_of(5)));
  };
  const Bytes r = repeated(32);
  CHECK(content(joined({hex("92c420"), r, hex("90")})) == "");
  CHECK(content(joined({hex("92c420"), r, hex("92 16 90")})) == "");
  CHECK(content(joined({hex("92c420"), r, hex("9000")})) == "malformed");
  CHECK(content(joined({hex("93c420"), r, hex("9000")})) == "malformed");
  CHECK(content(joined({hex("92c420"), r, hex("c0")})) == "malformed");
  CHECK(content(joined({hex("92c420"), r, hex("91 16")})) == "malformed");
  CHECK(content(joined({hex("92c420"), r, hex("92 16 91 00")})) == "malformed");
  CHECK(content(joined({hex("92c420"), r})) != "");
  CHECK(content({}) != "");
  CHECK(content(joined({hex("92c420"), repeated(32, 0), hex("90")})) == "bad_key");
  CHECK(content(joined({hex("92c41f"), repeated(31), hex("90")})) == "bad_key");
  CHECK(content(hex("92 c0 90")) == "malformed");
  CHECK(content(joined({hex("92c420"), r, hex("dc0102"), repeated(400, 0x16)})) == "too_large");
}

TEST_CASE("a discharge may attest, and refuses what would never verify") {
  const OpenedTicket opened = value_of(OpenedTicket::open(ticket_in(asking()), shared_key_of(5)));
  CHECK(kind_of(opened.discharge(kThirdParty, CaveatSet().google_user_id(hex("05")))) == "");
  CHECK(kind_of(opened.discharge(kThirdParty, CaveatSet().third_party("x", {}, {}))) == "invalid_argument");
  CHECK(kind_of(opened.discharge(kThirdParty, CaveatSet().if_present(CaveatSet().action(kRead), kRead))) ==
        "unreachable_else");
  CHECK(kind_of(opened.discharge("\xff", {})) == "invalid_argument");
  CHECK(kind_of(opened.discharge(kThirdParty, CaveatSet().apps({{1, kRead}, {1, kRead}}))) == "malformed");
  CHECK(value_of(opened.discharge(kThirdParty, CaveatSet().is_member().is_member())).unverified_caveats().size() == 1);
}

TEST_CASE("an opened ticket moves with its caveats") {
  OpenedTicket opened = value_of(OpenedTicket::open(ticket_in(asking()), shared_key_of(5)));
  const OpenedTicket moved = std::move(opened);
  REQUIRE(moved.caveats().size() == 1);
  CHECK(moved.caveats()[0].type == CaveatType::kConfineUser);
}

TEST_CASE("a bound discharge works with its token and narrowed copies, and with no other token of the family") {
  const Macaroon parent = asking();
  Macaroon child = parent.clone();
  REQUIRE(child.attenuate(CaveatSet().action(kRead)));
  const Macaroon bound = answer(parent, value_of(binding_to(child)));
  CHECK(std::get<BindToParentToken>(bound.unverified_caveats()[0].body).prefix.size() == 16);
  CHECK(verified({child.encoded(), bound.encoded()}) == "verified");
  CHECK(verified({parent.encoded(), bound.encoded()}) == "missing_discharge");
  Macaroon grandchild = child.clone();
  REQUIRE(grandchild.attenuate(CaveatSet().is_member()));
  CHECK(verified({grandchild.encoded(), bound.encoded()}) == "verified");
  Macaroon sibling = parent.clone();
  REQUIRE(sibling.attenuate(CaveatSet().is_member()));
  CHECK(verified({sibling.encoded(), bound.encoded()}) == "missing_discharge");
}

TEST_CASE("only a discharge that is no proof can be bound afterwards, and nothing to a proof") {
  const Macaroon parent = asking();
  Macaroon proof = answer(parent);
  CHECK(kind_of(bind_discharge(proof, parent)) == "finalized");
  CHECK(kind_of(binding_to(proof)) == "invalid_argument");
  RawToken raw;
  raw.location = kThirdParty;
  Macaroon open = raw.macaroon();
  CHECK(kind_of(bind_discharge(open, proof)) == "invalid_argument");
  CHECK(kind_of(bind_discharge(open, parent)) == "");
  CHECK(open.unverified_caveats().size() == 1);
}

TEST_CASE("the tickets of a bundle and what answers each") {
  const Macaroon first = asking();
  Macaroon second = asking();
  REQUIRE(add_third_party(second, "https://other", shared_key_of(6), {}));
  const Macaroon discharge = answer(first);
  const Bundle bundle = value_of(Bundle::parse(
      header_of({discharge.encoded(), hex("90"), first.encoded(), second.encoded(), discharge.encoded()})));
  const auto tickets = tickets_of(bundle, kHere);
  REQUIRE(tickets.size() == 3);
  CHECK(tickets[0].part == 2);
  CHECK(tickets[0].caveat_index == 1);
  CHECK(tickets[0].location == kThirdParty);
  CHECK(equal(tickets[0].ticket, ticket_in(first)));
  CHECK(tickets[0].discharges == std::vector<std::size_t>{0, 4});
  CHECK(tickets[1].part == 3);
  CHECK(tickets[1].discharges.empty());
  CHECK(tickets[2].location == "https://other");
  CHECK(tickets[2].caveat_index == 2);
  CHECK(tickets_of(bundle, kThirdParty).empty());
  CHECK(service_location(bundle) == kHere);
}

TEST_CASE("the confine caveats are satisfied by one of the accounts that the third party knows") {
  DischargeRequest request;
  request.accounts = {{3, {30, 31}}, {4, {40}}};
  request.google = {{"example.com"}};
  request.github = {{{50}}, {{60, 61}}};
  const auto number = [](CaveatType type, std::uint64_t value) { return CaveatSet().number(type, value); };
  CHECK(allows(number(CaveatType::kConfineUser, 4), request));
  CHECK_FALSE(allows(number(CaveatType::kConfineUser, 5), request));
  CHECK_FALSE(allows(number(CaveatType::kConfineUser, 30), request));
  CHECK(allows(number(CaveatType::kConfineOrganization, 31), request));
  CHECK_FALSE(allows(number(CaveatType::kConfineOrganization, 50), request));
  CHECK(allows(number(CaveatType::kConfineGitHubOrg, 61), request));
  CHECK_FALSE(allows(number(CaveatType::kConfineGitHubOrg, 31), request));
  CHECK(allows(CaveatSet().text(CaveatType::kConfineGoogleHD, "example.com"), request));
  CHECK_FALSE(allows(CaveatSet().text(CaveatType::kConfineGoogleHD, "Example.com"), request));
  const DischargeRequest nobody;
  for (const CaveatType type :
       {CaveatType::kConfineUser, CaveatType::kConfineOrganization, CaveatType::kConfineGitHubOrg})
    CHECK_FALSE(allows(number(type, 0), nobody));
  CHECK_FALSE(allows(CaveatSet().text(CaveatType::kConfineGoogleHD, ""), nobody));
}

TEST_CASE("MaxValidity: expiry minus now is at most so many seconds, without overflow, and never without an expiry") {
  const auto lasts = [](std::optional<std::int64_t> expires, std::int64_t now, std::uint64_t most) {
    DischargeRequest request;
    request.now_unix_s = now;
    request.expires_unix_s = expires;
    return allows(CaveatSet().number(CaveatType::kMaxValidity, most), request);
  };
  CHECK_FALSE(lasts(std::nullopt, 0, UINT64_MAX));
  CHECK(lasts(100, 40, 60));
  CHECK_FALSE(lasts(101, 40, 60));
  CHECK(lasts(40, 40, 0));
  CHECK(lasts(10, 40, 0));
  CHECK(lasts(INT64_MIN, INT64_MAX, 0));
  CHECK(lasts(INT64_MAX, INT64_MIN, UINT64_MAX));
  CHECK_FALSE(lasts(INT64_MAX, INT64_MIN, UINT64_MAX - 1));
  CHECK_FALSE(lasts(INT64_MAX, -1, INT64_MAX));
  CHECK(lasts(INT64_MAX, -1, std::uint64_t{1} << 63));
}

TEST_CASE("of the other caveats only windows, remarks, attestations and an empty FlySrc let a discharge through") {
  DischargeRequest request;
  request.now_unix_s = 100;
  CHECK(allows(CaveatSet().validity_window(100, 100), request));
  CHECK_FALSE(allows(CaveatSet().validity_window(101, 200), request));
  CHECK_FALSE(allows(CaveatSet().validity_window(0, 99), request));
  CHECK_FALSE(allows(CaveatSet().validity_window(0, INT64_MAX), request));
  for (const CaveatType type : {CaveatType::kIsUser, CaveatType::kFlyioUserID, CaveatType::kGitHubUserID})
    CHECK(allows(CaveatSet().number(type, 1), request));
  CHECK(allows(CaveatSet().google_user_id({}), request));
  CHECK(allows(CaveatSet().flysrc("", "", ""), request));
  CHECK_FALSE(allows(CaveatSet().flysrc("o", "", ""), request));
  CHECK_FALSE(allows(CaveatSet().flysrc("", "a", ""), request));
  CHECK_FALSE(allows(CaveatSet().flysrc("", "", "i"), request));
  for (const CaveatSet& other :
       {CaveatSet().organization(0, kAllActions), CaveatSet().apps({{0, kAllActions}}),
        CaveatSet().names(CaveatType::kVolumes, {}), CaveatSet().mutations({}), CaveatSet().third_party("x", {}, {}),
        CaveatSet().bind_to_parent({}), CaveatSet().if_present({}, kAllActions),
        CaveatSet().text(CaveatType::kFromMachineSource, ""), CaveatSet().is_member(), CaveatSet().action(kAllActions),
        CaveatSet().commands({}), CaveatSet().number(CaveatType::kAllowedRoles, kRoleAdmin), unknown_caveat()})
    CHECK_FALSE(allows(other, request));
}
