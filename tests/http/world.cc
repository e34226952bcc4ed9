#include "world.h"

#include "authority/tokens/keyring.h"
#include "libtoken/bundle.h"

using namespace libtoken;
using namespace libtoken::authority;

World::World() {
  address.url = "sqlite:" + file();
  store.emplace(must(Store::init(address, kDefaultLocation)));
  dev = must(create_org(*store, "arcadia-dev", std::nullopt, local_actor(), now));
  prod = must(create_org(*store, "arcadia-prod", std::nullopt, local_actor(), now));
  dev_api = must(create_app(*store, std::string("arcadia-dev"), "arcadia-dev-api", std::nullopt, local_actor(), now));
  prod_api =
      must(create_app(*store, std::string("arcadia-prod"), "arcadia-prod-api", std::nullopt, local_actor(), now));
}

std::string World::mint(Profile profile, const std::string& org, const std::optional<std::string>& app,
                        std::optional<std::int64_t> lifetime_s) {
  MintRequest request;
  request.profile = profile;
  request.org = org;
  if (app) request.app = *app;
  if (lifetime_s) request.not_after_unix_s = now + *lifetime_s;
  return must(libtoken::authority::mint(*store, request, local_actor(), now)).header;
}

std::string World::forge(const std::string& key_of, const std::string& location, const CaveatSet& caveats) {
  const OrgKey key = must(active_key(*store, must(find_org(*store, key_of)).id));
  return "FlyV1 " + must(Macaroon::mint(key.kid, location, key.root.key, caveats)).text();
}

support::Daemon start_tokend(const World& world, std::vector<std::string> more) {
  std::vector<std::string> arguments{"--listen", "127.0.0.1:0", "--store", world.address.url};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return support::Daemon(TOKEND_PROGRAM, std::move(arguments));
}

nlohmann::json ask(const support::Daemon& daemon, const std::string& token, const nlohmann::json& access) {
  const nlohmann::json body{{"authorization", token}, {"access", access}};
  const auto answer = support::post(daemon.port(), "/v1/verify", body.dump());
  if (answer.status != 200) throw std::runtime_error(std::to_string(answer.status) + " " + answer.body);
  return nlohmann::json::parse(answer.body);
}

std::string outcome(const nlohmann::json& answer) {
  if (answer.at("allowed") == true) return "allowed";
  std::string codes;
  for (const auto& reason : answer.at("reasons")) {
    codes += (codes.empty() ? "" : ",") + reason.at("code").get<std::string>();
  }
  return codes;
}

std::string with_broken_tail(const std::string& header) {
  Bytes bytes = must(from_base64(header.substr(header.find('_') + 1)));
  bytes.back() ^= 1;
  return "FlyV1 fm2_" + to_base64(bytes);
}

std::string narrowed(const std::string& header, const CaveatSet& caveats) {
  Bundle bundle = must(Bundle::parse(header));
  const auto added = bundle.parts().at(0)->attenuate(caveats);
  if (!added) throw std::runtime_error(added.error().message);
  return "FlyV1 " + bundle.parts().at(0)->text();
}
