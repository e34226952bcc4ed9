#include <algorithm>
#include <utility>

#include "libtoken/json.h"

#include "client/daemon_client.h"
#include "output/times.h"
#include "service/remote_reply.h"
#include "service/service.h"

namespace tokenctl {
namespace {

using libtoken::TokenId;
using libtoken::authority::AuditEntry;
using libtoken::authority::KeyInfo;
using libtoken::authority::MintRequest;
using libtoken::authority::NameOrId;
using libtoken::authority::Org;
using libtoken::authority::TokenFilter;
using json = libtoken::Json;

json to_json(const NameOrId& resource) {
  return std::visit([](const auto& value) { return json(value); }, resource);
}
std::string to_text(const NameOrId& resource) {
  if (const auto* id = std::get_if<std::uint64_t>(&resource)) return std::to_string(*id);
  return std::get<std::string>(resource);
}

json mint_body(const MintRequest& request, const std::optional<NameOrId>& org) {
  json body{{"profile", to_string(request.profile)},
            {"expiry", request.not_after_unix_s ? to_rfc3339(*request.not_after_unix_s) : "never"}};
  if (org) body["org"] = to_json(*org);
  if (request.app) body["app"] = to_json(*request.app);
  if (request.profile == libtoken::Profile::kOrg) body["role"] = to_string(request.role);
  for (const auto& command : request.commands)
    body["commands"].push_back({{"args", command.args}, {"exact", command.exact}});
  if (!request.name.empty()) body["name"] = request.name;
  if (!request.holder.empty()) body["for"] = request.holder;
  return body;
}

/// A daemon. It does everything for one org: that of the token it is asked with.
class RemoteService final : public Service {
 public:
  explicit RemoteService(DaemonClient daemon) : daemon_(std::move(daemon)) {}

  Outcome<CreatedToken> create(MintRequest request, const std::optional<NameOrId>& org) override {
    return read(daemon_.post("/v1/tokens", mint_body(request, org)), read_created);
  }

  Outcome<std::vector<ListedToken>> tokens(const TokenFilter& filter) override {
    Query query = org_query(filter.org);
    if (filter.app) query.emplace_back("app", to_text(*filter.app));
    if (filter.name) query.emplace_back("name", *filter.name);
    if (filter.holder) query.emplace_back("for", *filter.holder);
    if (filter.profile) query.emplace_back("profile", to_string(*filter.profile));
    if (filter.expired) query.emplace_back("expired", "true");
    if (filter.revoked) query.emplace_back("revoked", "true");
    if (filter.ending_before_unix_s) query.emplace_back("expiring", to_rfc3339(*filter.ending_before_unix_s));

    std::vector<ListedToken> all;
    const Org org = asking_org(filter.org);
    Query page = query;
    while (true) {
      const auto reply = daemon_.get("/v1/tokens", page);
      auto listed = read(reply, [&](const json& answer) { return read_tokens(answer, org); });
      if (!listed) return listed;
      std::move(listed->begin(), listed->end(), std::back_inserter(all));
      if (listed->empty() || !reply->contains("next")) return all;
      page = query;
      page.emplace_back("after", to_string(all.back().token.id));
    }
  }

  Outcome<std::optional<ListedToken>> token(const TokenId& id) override {
    return read(daemon_.get("/v1/tokens/" + to_string(id)), read_token);
  }

  /// Empty: a daemon has no endpoint for them.
  std::vector<std::string> near_misses(const TokenFilter&) override { return {}; }

  Outcome<Revocation> revoke(const std::vector<TokenId>& ids) override {
    Revocation all;
    for (const TokenId& id : ids) {
      auto one = read(daemon_.remove("/v1/tokens/" + to_string(id)), read_revocation);
      if (!one) {
        all.failures.push_back({one.error().exit, to_string(id) + " was not revoked: " + one.error().message});
        if (one.error().exit == Exit::kFailed) break;
        continue;
      }
      append(all, *one);
    }
    return all;
  }

  Outcome<Revocation> revoke_matching(const TokenFilter& filter) override {
    if (filter.holder && !filter.name) {
      Query query = org_query(filter.org);
      query.emplace_back("for", *filter.holder);
      return read(daemon_.remove("/v1/tokens", query), read_revocation);
    }
    // A daemon revokes by holder or by id, so the tokens with the name are looked up first.
    TokenFilter every = filter;
    every.expired = true;
    every.revoked = true;
    const auto found = tokens(every);
    if (!found) return tl::unexpected<Failure>(found.error());
    std::vector<TokenId> ids;
    for (const ListedToken& listed : *found) ids.push_back(listed.token.id);
    return revoke(ids);
  }

  Outcome<std::vector<Org>> orgs() override { return read(daemon_.get("/v1/orgs"), read_orgs); }

  Outcome<std::vector<ListedApp>> apps(const std::optional<NameOrId>& org) override {
    const Org asking = asking_org(org);
    return read(daemon_.get("/v1/apps", org_query(org)),
                [&](const json& answer) { return read_apps(answer, asking.name); });
  }

  Outcome<std::vector<KeyInfo>> keys(const std::optional<NameOrId>& org) override {
    const Org asking = asking_org(org);
    return read(daemon_.get("/v1/keys", org_query(org)), [&](const json& answer) { return read_keys(answer, asking); });
  }

  Outcome<KeyInfo> rotate_key(const NameOrId& org) override {
    const Org asking = asking_org(org);
    return read(daemon_.post("/v1/keys/rotate", {{"org", to_json(org)}}),
                [&](const json& answer) { return read_rotated(answer, asking); });
  }

  Outcome<std::vector<AuditEntry>> audit(const AuditQuery& question) override {
    Query query = org_query(question.org);
    if (question.since_unix_s) query.emplace_back("since", to_rfc3339(*question.since_unix_s));
    query.emplace_back("limit", std::to_string(question.limit));
    return read(daemon_.get("/v1/audit", query), read_audit);
  }

  std::string location() const override { return {}; }
  const char* stdin_holds() const noexcept override { return daemon_.read_stdin() ? "the token to ask with" : nullptr; }

 private:
  /// Reads a reply with a function of remote_reply.h.
  template <class Read>
  auto read(const Outcome<json>& reply, Read read_answer) const
      -> Outcome<typename decltype(read_answer(*reply))::value_type> {
    if (!reply) return tl::unexpected<Failure>(reply.error());
    auto answer = read_answer(*reply);
    if (!answer) return unexpected_reply(daemon_);
    return std::move(*answer);
  }

  static void append(Revocation& all, const Revocation& one) {
    all.done.newly.insert(all.done.newly.end(), one.done.newly.begin(), one.done.newly.end());
    for (const TokenId& id : one.done.already) {
      // One that was revoked together with an earlier id counts as newly revoked.
      if (std::find(all.done.newly.begin(), all.done.newly.end(), id) == all.done.newly.end())
        all.done.already.push_back(id);
    }
  }

  /// The org of the asking token, only for showing its name; an empty one if the daemon does not say.
  Org asking_org(const std::optional<NameOrId>& org) {
    auto known = read(daemon_.get("/v1/orgs", org_query(org)), read_orgs);
    if (!known || known->size() != 1) return {};
    return std::move(known->front());
  }

  static Query org_query(const std::optional<NameOrId>& org) {
    Query query;
    if (org) query.emplace_back("org", to_text(*org));
    return query;
  }

  DaemonClient daemon_;
};

}  // namespace

Outcome<std::unique_ptr<Service>> open_remote_service(const Globals& globals, const std::string& server) {
  auto daemon = DaemonClient::open(globals, server);
  if (!daemon) return tl::unexpected<Failure>(daemon.error());
  return std::make_unique<RemoteService>(std::move(*daemon));
}

}  // namespace tokenctl
