#include <nlohmann/json.hpp>

#include "api/json_response.h"
#include "api/management_handlers.h"
#include "authority/audit/audit_json.h"
#include "authority/registry/registry_json.h"
#include "authority/tokens/key_json.h"

namespace tokend {

using libtoken::kControl;
using libtoken::kRead;
using libtoken::authority::AuditAction;
using libtoken::authority::NameOrId;
using libtoken::authority::ShowOrg;

Response Clerk::list_orgs(Case& given) {
  if (given.request.app && !find_app(given)) return unknown_response();
  auto grant = authorize(given, kRead, Form::kEither);
  if (!grant) return std::move(grant.error().response);
  const auto org = libtoken::authority::find_org(given.store, given.org);
  if (!org) return failed(org.error());
  return json_response(200, libtoken::authority::orgs_to_json({*org}));
}

Response Clerk::list_apps(Case& given) {
  if (given.request.app && !find_app(given)) return unknown_response();
  auto grant = authorize(given, kRead, Form::kEither);
  if (!grant) return std::move(grant.error().response);
  if (given.app) {
    const auto app = libtoken::authority::find_app(given.store, *given.app);
    if (!app) return failed(app.error());
    return json_response(200, libtoken::authority::apps_to_json({*app}));
  }
  const auto apps = libtoken::authority::list_apps(given.store, NameOrId(given.org));
  if (!apps) return failed(apps.error());
  return json_response(200, libtoken::authority::apps_to_json(*apps));
}

Response Clerk::list_keys(Case& given) {
  auto grant = authorize(given, kControl, Form::kOrg);
  if (!grant) return std::move(grant.error().response);
  const auto keys = libtoken::authority::list_keys(given.store, NameOrId(given.org), given.now_unix_s);
  if (!keys) return failed(keys.error());
  return json_response(200, libtoken::authority::keys_to_json(*keys, ShowOrg::kNo));
}

Response Clerk::rotate_key(Case& given) {
  auto grant = authorize(given, kControl, Form::kOrg);
  if (!grant) {
    return refused(given, AuditAction::kKeyRotate, std::string(given.judge.snapshot().org_name_view(given.org)),
                   grant.error().why, std::move(grant.error().response));
  }
  const auto key =
      libtoken::authority::rotate_key(given.store, given.org, actor_of(given, grant->id), given.now_unix_s);
  if (!key) return failed(key.error());
  (void)helpers_.publish();
  return json_response(201, libtoken::authority::key_to_json(*key, ShowOrg::kNo));
}

Response Clerk::read_audit(Case& given) {
  auto grant = authorize(given, kControl, Form::kOrg);
  if (!grant) return std::move(grant.error().response);
  libtoken::authority::AuditFilter filter = given.request.audit;
  filter.org = given.org;
  const auto entries = libtoken::authority::list_audit(given.store, filter);
  if (!entries) return failed(entries.error());
  return json_response(200, libtoken::authority::audit_to_json(*entries));
}

}  // namespace tokend
