// The recipes, exactly: other programs and the authority's isolation rest on them.
#include "libtoken/profile.h"

#include "core_support.h"

using namespace core_test;

namespace {

Json shown(const CaveatSet& set) {
  Json list = Json::array();
  const Decoded decoded(set);
  for (const Caveat& caveat : decoded.all()) list.push_back(caveat_to_json(caveat));
  return list;
}

std::string recognised(const CaveatSet& set) {
  const Decoded decoded(set);
  std::vector<const Caveat*> pointers;
  for (const Caveat& caveat : decoded.all()) pointers.push_back(&caveat);
  const auto profile = recognise_profile(decoded.all());
  CHECK(profile == recognise_profile(pointers));
  return profile ? to_string(*profile) : "";
}

const CaveatSet kBuilderAndWg =
    CaveatSet().names(CaveatType::kFeatureSet, {{"builder", kAllActions}, {"wg", kAllActions}});

}  // namespace

TEST_CASE("the org profile is its organization alone") {
  CHECK(shown(org_profile(7, Role::kAdmin)) ==
        Json::parse(R"([{"type":"Organization","body":{"id":7,"mask":"rwcdC"}}])"));
}

TEST_CASE(
    "the org profile as a member adds IsMember and what members may do with features, billing not being among it") {
  CHECK(shown(org_profile(7, Role::kMember)) == Json::parse(R"([
    {"type":"Organization","body":{"id":7,"mask":"rwcdC"}},
    {"type":"IsMember","body":{}},
    {"type":"IfPresent","body":{"else":"rwcdC","ifs":[{"type":"FeatureSet","body":{"features":{
      "wg":"rwcdC","domain":"rwcdC","site":"rwcdC","builder":"rwcdC","addon":"rwcdC","checks":"rwcdC","litefs-cloud":"rwcdC",
      "membership":"r","authentication":"r"}}}]}}])"));
}

TEST_CASE("the readonly profile adds its organization again, for reading") {
  CHECK(
      shown(readonly_profile(7)) ==
      Json::parse(
          R"([{"type":"Organization","body":{"id":7,"mask":"rwcdC"}},{"type":"Organization","body":{"id":7,"mask":"r"}}])"));
}

TEST_CASE("the deploy profile adds everything on its app, builders and WireGuard, and reading elsewhere") {
  CHECK(shown(deploy_profile(7, 70)) == Json::parse(R"([
    {"type":"Organization","body":{"id":7,"mask":"rwcdC"}},
    {"type":"IfPresent","body":{"else":"r","ifs":[
      {"type":"Apps","body":{"apps":{"70":"rwcdC"}}},
      {"type":"FeatureSet","body":{"features":{"builder":"rwcdC","wg":"rwcdC"}}}]}}])"));
}

TEST_CASE("the wireguard profile opens the feature wg, no app, and reading elsewhere") {
  CHECK(shown(wireguard_profile(7)) == Json::parse(R"([
    {"type":"Organization","body":{"id":7,"mask":"rwcdC"}},
    {"type":"IfPresent","body":{"else":"r","ifs":[
      {"type":"Apps","body":{"apps":{}}},
      {"type":"FeatureSet","body":{"features":{"wg":"rwcdC"}}}]}}])"));
}

TEST_CASE("the machine-exec profile is the deploy profile and then its commands") {
  Json expected = shown(deploy_profile(7, 70));
  expected.push_back(Json::parse(R"({"type":"Commands","body":[{"args":["ls","-l"],"exact":true},{"args":["cat"]}]})"));
  CHECK(shown(machine_exec_profile(7, 70, {{{"ls", "-l"}, true}, {{"cat"}, false}})) == expected);
}

TEST_CASE("the ssh profile is the deploy profile twice, once for reading and once for two mutations") {
  const std::vector<CaveatSet> copies = ssh_profile(7, 70);
  REQUIRE(copies.size() == 2);
  Json reading = shown(deploy_profile(7, 70)), mutating = reading;
  reading.push_back({{"type", "Action"}, {"body", "r"}});
  mutating.push_back(
      Json::parse(R"({"type":"Mutations","body":{"mutations":["issueCertificate","addWireGuardPeer"]}})"));
  CHECK(shown(copies[0]) == reading);
  CHECK(shown(copies[1]) == mutating);
  CHECK(recognised(copies[0]) == "ssh");
  CHECK(recognised(copies[1]) == "ssh");
  CHECK(recognised(CaveatSet(deploy_profile(7, 70)).mutations({"issueCertificate"})) == "deploy");
  CHECK(recognised(CaveatSet(deploy_profile(7, 70)).mutations({"addWireGuardPeer", "issueCertificate"})) == "deploy");
  CHECK(recognised(CaveatSet(deploy_profile(7, 70)).action(ActionMask{3})) == "deploy");
}

TEST_CASE("every profile mints") {
  for (const CaveatSet& set :
       {org_profile(7, Role::kAdmin), org_profile(7, Role::kMember), readonly_profile(7), deploy_profile(7, 70),
        wireguard_profile(7), ssh_profile(7, 70)[1], machine_exec_profile(7, 70, {{{"ls"}, true}})})
    CHECK(kind_of(Macaroon::mint(bytes_of("k"), kHere, key_of(1), set)) == "");
}

TEST_CASE("a profile is recognised, also after its holder narrowed it") {
  const CaveatSet narrowing = CaveatSet().validity_window(0, 5).action(kRead).apps({{1, kRead}});
  for (const auto& [set, name] : std::vector<std::pair<CaveatSet, std::string>>{
           {org_profile(7, Role::kAdmin), "org"},
           {org_profile(7, Role::kMember), "org"},
           {readonly_profile(7), "readonly"},
           {deploy_profile(7, 70), "deploy"},
           {wireguard_profile(7), "wireguard"},
           {ssh_profile(7, 70)[0], "ssh"},
           {ssh_profile(7, 70)[1], "ssh"},
           {machine_exec_profile(7, 70, {{{"ls"}, true}}), "machine-exec"}}) {
    CHECK(recognised(set) == name);
    CHECK(recognised(CaveatSet(set).append(narrowing)) == name);
  }
  CHECK(recognised(org_profile(7, Role::kAdmin).organization(7, kRead)) == "readonly");
}

TEST_CASE("what does not begin with one whole organization is no profile") {
  CHECK(recognised(CaveatSet()) == "");
  CHECK(recognised(CaveatSet().organization(0, kAllActions)) == "");
  CHECK(recognised(CaveatSet().organization(7, kRead)) == "");
  CHECK(recognised(CaveatSet().organization(7, ActionMask{30})) == "");
  CHECK(recognised(CaveatSet().action(kRead).organization(7, kAllActions)) == "");
  CHECK(recognised(CaveatSet().is_member()) == "");
}

TEST_CASE("look-alikes of readonly and deploy are org tokens") {
  const auto begun = [] { return CaveatSet().organization(7, kAllActions); };
  CHECK(recognised(begun().organization(8, kRead)) == "org");
  CHECK(recognised(begun().organization(0, kRead)) == "org");
  CHECK(recognised(begun().organization(7, ActionMask{3})) == "org");
  CHECK(recognised(begun().organization(7, ActionMask{33})) == "org");
  CHECK(recognised(begun().validity_window(0, 1).organization(7, kRead)) == "org");

  const auto app = [](CaveatSet::Ids ids) { return CaveatSet().apps(std::move(ids)); };
  const auto deploy = [&](const CaveatSet& ifs, ActionMask otherwise = kRead) {
    return recognised(begun().if_present(ifs, otherwise));
  };
  REQUIRE(deploy(app({{70, kAllActions}}).append(kBuilderAndWg)) == "deploy");
  CHECK(deploy(app({{70, kAllActions}}).append(kBuilderAndWg), kAllActions) == "org");
  CHECK(deploy(app({{70, kAllActions}}).append(kBuilderAndWg), kNoAction) == "org");
  CHECK(deploy(app({{70, kRead}}).append(kBuilderAndWg)) == "org");
  CHECK(deploy(app({{0, kAllActions}}).append(kBuilderAndWg)) == "org");
  CHECK(deploy(app({{70, kAllActions}, {71, kAllActions}}).append(kBuilderAndWg)) == "org");
  CHECK(deploy(app({}).append(kBuilderAndWg)) == "org");
  CHECK(deploy(app({{70, kAllActions}}).names(CaveatType::kFeatureSet, {{"wg", kAllActions}})) == "org");
  CHECK(deploy(app({}).names(CaveatType::kFeatureSet, {{"wg", kRead}})) == "org");
  CHECK(deploy(app({}).names(CaveatType::kFeatureSet, {{"wg", kAllActions}}), kAllActions) == "org");
  CHECK(deploy(app({{70, kAllActions}})) == "org");
  CHECK(deploy(CaveatSet(kBuilderAndWg).apps({{70, kAllActions}})) == "org");
  CHECK(deploy(app({{70, kAllActions}}).append(kBuilderAndWg).mutations({})) == "org");
  CHECK(deploy(app({{70, kAllActions}}).names(CaveatType::kFeatureSet, {{"builder", kAllActions}, {"wg", kRead}})) ==
        "org");
  CHECK(deploy(app({{70, kAllActions}})
                   .names(CaveatType::kFeatureSet, {{"builder", kAllActions}, {"site", kAllActions}})) == "org");
  CHECK(deploy(app({{70, kAllActions}}).names(CaveatType::kFeatureSet, {{"wg", kAllActions}})) == "org");
  CHECK(deploy(app({{70, kAllActions}})
                   .names(CaveatType::kAppFeatureSet, {{"builder", kAllActions}, {"wg", kAllActions}})) == "org");
  CHECK(recognised(begun().validity_window(0, 1).append(deploy_profile(7, 70))) == "org");
}

TEST_CASE("profiles and roles have names, and others are refused") {
  for (const Profile profile :
       {Profile::kOrg, Profile::kReadonly, Profile::kDeploy, Profile::kSsh, Profile::kMachineExec, Profile::kWireguard})
    CHECK(value_of(parse_profile(to_string(profile))) == profile);
  for (const Role role : {Role::kMember, Role::kAdmin}) CHECK(value_of(parse_role(to_string(role))) == role);
  for (const char* bad : {"", "Org", "org ", "machine_exec", "admin"})
    CHECK(kind_of(parse_profile(bad)) == "invalid_argument");
  for (const char* bad : {"", "Admin", "owner", "org"}) CHECK(kind_of(parse_role(bad)) == "invalid_argument");
  CHECK(contains(parse_profile("\x1b").error().message, "\\x1b"));
}

TEST_CASE("a token that was made with another has the profile that was asked for") {
  const auto minted_with = [](CaveatSet maker, const CaveatSet& recipe, std::int64_t at) {
    // As the authority makes it: repeats are left out.
    Macaroon token = value_of(Macaroon::mint(bytes_of("k"), kHere, key_of(1), maker));
    REQUIRE(token.attenuate(CaveatSet(recipe).validity_window(at, at + 100)));
    CaveatSet all;
    for (const Caveat& caveat : token.unverified_caveats()) all.encoded(caveat.encoded);
    return all;
  };
  const std::vector<std::pair<CaveatSet, std::string>> recipes = {
      {readonly_profile(7), "readonly"},     {deploy_profile(7, 70), "deploy"},
      {wireguard_profile(7), "wireguard"},   {ssh_profile(7, 70)[0], "ssh"},
      {ssh_profile(7, 70)[1], "ssh"},        {machine_exec_profile(7, 70, {{{"ls"}, true}}), "machine-exec"},
      {org_profile(7, Role::kAdmin), "org"}, {org_profile(7, Role::kMember), "org"}};
  for (const Role role : {Role::kAdmin, Role::kMember}) {
    const CaveatSet forever = org_profile(7, role);
    const CaveatSet ending = org_profile(7, role).validity_window(1, 1000);
    const CaveatSet narrowed =
        org_profile(7, role).validity_window(1, 1000).apps({{70, kAllActions}}).validity_window(0, 9);
    for (const auto& [recipe, name] : recipes) {
      for (const CaveatSet& maker :
           {forever, ending, narrowed, minted_with(ending, org_profile(7, Role::kMember), 2)}) {
        INFO(name);
        const CaveatSet made = minted_with(maker, recipe, 5);
        CHECK(recognised(made) == name);
        // What its holder adds with tokenctl changes nothing.
        CHECK(recognised(CaveatSet(made).validity_window(0, 7)) == name);
        CHECK(recognised(CaveatSet(made).action(kRead).validity_window(0, 7)) == name);
      }
    }
  }
  // Made with a deploy token, what is for its app; its own recipe is repeated, and so left out.
  const CaveatSet deploy = minted_with(org_profile(7, Role::kAdmin).validity_window(1, 1000), deploy_profile(7, 70), 5);
  for (const auto& [recipe, name] : recipes) {
    if (name == "deploy" || name == "ssh" || name == "machine-exec")
      CHECK(recognised(minted_with(deploy, recipe, 9)) == name);
  }
  CHECK(recognised(CaveatSet(deploy).action(kRead).validity_window(0, 7)) == "deploy");
  CHECK(recognised(CaveatSet(deploy).organization(7, kRead).validity_window(3, 7)) == "deploy");
}
