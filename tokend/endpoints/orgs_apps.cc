// GET /v1/orgs and GET /v1/apps
#include <algorithm>
#include <array>

#include "authority/registry/registry_json.h"
#include "endpoints/endpoints.h"
#include "requests/json_response.h"
#include "requests/management_call.h"

namespace tokend {
namespace {

constexpr std::array<std::string_view, 2> kParameters{"org", "app"};

Response list_orgs(ManagementCall& call) {
  const auto org = libtoken::authority::find_org(call.store, call.org);
  if (!org) return call.failed(org.error());
  return json_response(200, libtoken::authority::orgs_to_json({*org}));
}

Response list_apps(ManagementCall& call) {
  if (call.app) {
    const auto app = libtoken::authority::find_app(call.store, *call.app);
    if (!app) return call.failed(app.error());
    return json_response(200, libtoken::authority::apps_to_json({*app}));
  }
  auto apps = libtoken::authority::list_apps(call.store, libtoken::authority::NameOrId(call.org));
  if (!apps) return call.failed(apps.error());
  if (call.apps) {
    std::erase_if(*apps, [&](const libtoken::authority::App& app) {
      return !std::binary_search(call.apps->begin(), call.apps->end(), app.id);
    });
  }
  return json_response(200, apps_to_json(*apps));
}

}  // namespace

constinit const StoreEndpoint kListOrgs{kParameters, false, nullptr, list_orgs};
constinit const StoreEndpoint kListApps{kParameters, false, nullptr, list_apps};

}  // namespace tokend
