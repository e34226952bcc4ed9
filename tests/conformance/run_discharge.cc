#include "conformance.h"
#include "libtoken/caveat_json.h"
#include "libtoken/third_party.h"

namespace conformance {
namespace {

template <class Read>
void for_each_of(const json& request, const char* name, const Read& read) {
  if (request.contains(name))
    for (const json& one : request.at(name)) read(one);
}

std::vector<std::uint64_t> organizations(const json& account) {
  return account.at("organizations").get<std::vector<std::uint64_t>>();
}

}  // namespace

std::string run_discharge(const json& one) {
  const json& asked = one.at("request");
  libtoken::DischargeRequest request;
  request.now_unix_s = 1'790'000'000;
  if (asked.contains("expires_in"))
    request.expires_unix_s = request.now_unix_s + asked["expires_in"].get<std::int64_t>();
  for_each_of(asked, "accounts", [&](const json& account) {
    request.accounts.push_back({account.at("user").get<std::uint64_t>(), organizations(account)});
  });
  for_each_of(asked, "google",
              [&](const json& account) { request.google.push_back({account.at("hd").get<std::string>()}); });
  for_each_of(asked, "github", [&](const json& account) { request.github.push_back({organizations(account)}); });

  const libtoken::CaveatSet set = value(libtoken::caveats_from_json(one.at("caveat")));
  const auto decoded = value(set.check());
  const bool allowed = libtoken::allows_discharge(decoded.caveats()[0], request);
  return allowed == one.at("allowed").get<bool>() ? "" : allowed ? "allowed" : "refused";
}

}  // namespace conformance
