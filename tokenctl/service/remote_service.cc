#include <algorithm>
#include <set>
#include <utility>

#include "authority/audit/audit_json.h"
#include "authority/registry/labels.h"
#include "authority/registry/registry_json.h"
#include "authority/tokens/issued_json.h"
#include "authority/tokens/key_json.h"
#include "authority/tokens/mint_request_json.h"
#include "client/daemon_client.h"
#include "output/layout.h"
#include "output/times.h"
#include "service/near_names.h"
#include "service/service.h"

namespace tokenctl {
namespace {

using libtoken::TokenId;
using libtoken::authority::App;
using libtoken::authority::AuditEntry;
using libtoken::authority::KeyInfo;
using libtoken::authority::MintRequest;
using libtoken::authority::NameOrId;
using libtoken::authority::Org;
using libtoken::authority::Revoked;
using libtoken::authority::TokenFilter;
using libtoken::authority::TokenSort;
using json = libtoken::Json;

std::string to_text(const NameOrId& resource) {
  if (const auto* id = std::get_if<std::uint64_t>(&resource)) return std::to_string(*id);
  return std::get<std::string>(resource);
}

/// In a row. A page of tokend's is empty where it has passed over thousands of tokens that the filter leaves out, so
/// that an honest server with a million dead tokens gives some hundreds of them.
constexpr std::size_t kMostEmptyPages = 1'000;

/// A daemon. It does everything for one org: that of the token it is asked with.
class RemoteService final : public Service {
 public:
  explicit RemoteService(DaemonClient daemon) : daemon_(std::move(daemon)) {}

  Outcome<CreatedToken> create(MintRequest request, const std::optional<NameOrId>& org) override {
    request.org = org;
    return with_near_names(
        with_advice(
            read(daemon_.post("/v1/tokens", libtoken::authority::mint_request_to_json(request)),
                 libtoken::authority::created_from_json),
            "the token may or may not have been made, and nobody has it; look with tokenctl list, and revoke it"),
        org, request.app);
  }

  Outcome<void> each_token(const TokenFilter& filter, const TokenSort& sort,
                           const std::function<bool(ListedToken&&)>& take) override {
    Query query = org_query(filter.org);
    if (filter.app) query.emplace_back("app", to_text(*filter.app));
    if (filter.name) query.emplace_back("name", *filter.name);
    if (filter.holder) query.emplace_back("for", *filter.holder);
    if (filter.profile) query.emplace_back("profile", to_string(*filter.profile));
    if (filter.expired) query.emplace_back("expired", "true");
    if (filter.revoked) query.emplace_back("revoked", "true");
    if (filter.ending_before_unix_s) query.emplace_back("expiring", to_rfc3339(*filter.ending_before_unix_s));

    if (filter.made_by) {
      const auto* maker = std::get_if<TokenId>(&*filter.made_by);
      query.emplace_back("made_by", maker != nullptr ? to_string(*maker) : std::get<std::string>(*filter.made_by));
    }
    if (filter.unused_since_unix_s) query.emplace_back("unused", to_rfc3339(*filter.unused_since_unix_s));
    if (sort.by != libtoken::authority::TokenOrder::kCreated || sort.descending) {
      query.emplace_back("sort", std::string(sort.descending ? "-" : "") + to_string(sort.by));
    }

    const Org org = asking_org(filter.org);
    // A server could otherwise keep this going for ever: by pages that lead back to one before, or by empty ones.
    std::set<TokenId> seen;
    std::size_t empty_pages = 0;
    Query page = query;
    while (true) {
      auto listed = read(daemon_.get("/v1/tokens", page), libtoken::authority::tokens_from_json);
      if (!listed)
        return with_near_names(Outcome<void>(tl::unexpected<Failure>(listed.error())), filter.org, filter.app);
      empty_pages = listed->tokens.empty() ? empty_pages + 1 : 0;
      for (ListedToken& one : listed->tokens) {
        set_org(one.token, org);
        if (!take(std::move(one))) return {};
      }
      if (!listed->next) return {};
      if (!seen.insert(*listed->next).second)
        return fail(Exit::kFailed, daemon_.name() + " says that the list goes on at a place where it has been before");
      if (empty_pages == kMostEmptyPages) {
        return fail(Exit::kFailed, daemon_.name() + " says that the list goes on, but has given " +
                                       counted(kMostEmptyPages, "page") + " in a row without a token");
      }
      page = query;
      page.emplace_back("after", to_string(*listed->next));
    }
  }

  Outcome<std::optional<ListedToken>> token(const TokenId& id) override {
    return read(daemon_.get("/v1/tokens/" + to_string(id)), libtoken::authority::token_from_json);
  }

  Outcome<std::vector<ListedToken>> tokens_with_prefix(const std::string& prefix) override {
    auto page = read(daemon_.get("/v1/tokens", {{"id", prefix}}), libtoken::authority::tokens_from_json);
    if (!page) return tl::unexpected<Failure>(page.error());
    return std::move(page->tokens);
  }

  /// Among the first tokens that the asking token may see. Failures are ignored, because these are only hints.
  std::vector<std::string> near_misses(const TokenFilter& filter) override {
    constexpr std::size_t kMostTokens = libtoken::authority::kMaxPageTokens;
    TokenFilter every;
    every.org = filter.org;
    every.app = filter.app;
    every.expired = true;
    every.revoked = true;
    std::set<std::string> near;
    const auto take = [&](const std::optional<std::string>& text, const std::string& label) {
      if (text && is_near(*text, label)) near.insert(label);
    };
    std::size_t seen = 0;
    (void)each_token(every, {}, [&](ListedToken&& listed) {
      take(filter.name, listed.token.name);
      take(filter.holder, listed.token.holder);
      return ++seen < kMostTokens;
    });
    return {near.begin(), near.end()};
  }

  Outcome<Revocation> revoke(const std::vector<TokenId>& ids, const RevokeHow& how) override {
    if (how.even_unknown)
      return fail(Exit::kUsage, "--even-unknown needs the store: a server revokes only what it knows, or has signed");
    const std::string& token = how.token;
    Revocation all;
    std::set<TokenId> newly;
    if (how.progress != nullptr) how.progress->of = ids.size();
    std::size_t asked = 0;
    for (const TokenId& id : ids) {
      const std::string path = "/v1/tokens/" + to_string(id);
      auto one = read(token.empty() ? daemon_.remove(path)
                                    : daemon_.remove(path, json(libtoken::authority::revoked_token_to_json(token))),
                      libtoken::authority::revocation_from_json);
      ++asked;
      if (how.progress != nullptr) how.progress->done = asked;
      // Only what was asked for can have been revoked before.
      if (one && one->done.already.size() > 1) one = unexpected_reply(daemon_);
      if (!one) {
        const char* const what = one.error().unclear ? ": " : " was not revoked: ";
        one = with_advice(std::move(one), kRevokeAgain);
        all.failures.push_back({one.error().exit, to_string(id) + what + one.error().message});
        if (one.error().exit == Exit::kFailed) break;
        continue;
      }
      append(all, newly, one->done);
    }
    if (asked < ids.size())
      all.failures.push_back({Exit::kFailed, "not asked for after that: " + counted(ids.size() - asked, "token")});
    return all;
  }

  Outcome<Revocation> revoke_matching(const TokenFilter& filter, RevocationProgress& progress) override {
    if (filter.holder && !filter.name) {
      Query query = org_query(filter.org);
      query.emplace_back("for", *filter.holder);
      auto reply = with_advice(read(daemon_.remove("/v1/tokens", query), libtoken::authority::revocation_from_json),
                               "the tokens may or may not have been revoked; ask again (revoking twice does no harm)");
      if (!reply) return with_near_names(Outcome<Revocation>(tl::unexpected<Failure>(reply.error())), filter.org, {});
      return Revocation{std::move(reply->done), {}, std::move(reply->near_misses)};
    }
    // A daemon revokes by holder or by id, so the tokens with the name are looked up first.
    TokenFilter every = filter;
    every.expired = true;
    every.revoked = true;
    std::vector<TokenId> ids;
    const auto found = each_token(every, {}, [&](ListedToken&& listed) {
      ids.push_back(listed.token.id);
      return true;
    });
    if (!found) return tl::unexpected<Failure>(found.error());
    return revoke(ids, {.progress = &progress});
  }

  Outcome<std::vector<Org>> orgs() override {
    return read(daemon_.get("/v1/orgs"), libtoken::authority::orgs_from_json);
  }

  Outcome<std::vector<ListedApp>> apps(const std::optional<NameOrId>& org) override {
    const Org asking = asking_org(org);
    auto apps = read(daemon_.get("/v1/apps", org_query(org)), libtoken::authority::apps_from_json);
    if (!apps) return with_near_names(Outcome<std::vector<ListedApp>>(tl::unexpected<Failure>(apps.error())), org, {});
    std::vector<ListedApp> listed;
    for (App& app : *apps) listed.push_back({std::move(app), asking.name});
    return listed;
  }

  Outcome<std::vector<KeyInfo>> keys(const std::optional<NameOrId>& org) override {
    const Org asking = asking_org(org);
    auto keys = read(daemon_.get("/v1/keys", org_query(org)), libtoken::authority::keys_from_json);
    if (!keys) return with_near_names(std::move(keys), org, {});
    for (KeyInfo& key : *keys) set_org(key, asking);
    return keys;
  }

  Outcome<KeyInfo> rotate_key(const NameOrId& org) override {
    const Org asking = asking_org(org);
    auto key = with_advice(read(daemon_.post("/v1/keys/rotate", libtoken::authority::key_rotation_to_json(org)),
                                libtoken::authority::key_from_json),
                           "the key may or may not have been rotated; look with tokenctl keys list");
    if (key) set_org(*key, asking);
    return with_near_names(std::move(key), org, {});
  }

  Outcome<std::vector<AuditEntry>> audit(const AuditQuery& question) override {
    Query query = org_query(question.org);
    if (question.since_unix_s) query.emplace_back("since", to_rfc3339(*question.since_unix_s));
    query.emplace_back("limit", std::to_string(question.limit));
    return with_near_names(read(daemon_.get("/v1/audit", query), libtoken::authority::audit_from_json), question.org,
                           {});
  }

  std::string location() const override { return {}; }
  const char* stdin_holds() const noexcept override { return daemon_.read_stdin() ? "the token to ask with" : nullptr; }

 private:
  /// Adds to the failure of a request that named an org or an app which the asking token does not see: the names near
  /// it of those that it sees.
  template <class T>
  Outcome<T> with_near_names(Outcome<T> outcome, const std::optional<NameOrId>& org,
                             const std::optional<NameOrId>& app) const {
    if (outcome || outcome.error().exit != Exit::kRefused) return outcome;
    const auto add_near = [&](const std::optional<NameOrId>& named, const auto& seen) {
      const std::string* name = named ? std::get_if<std::string>(&*named) : nullptr;
      if (name == nullptr || !seen) return;
      std::vector<std::string> names;
      for (const auto& one : *seen) names.push_back(one.name);
      if (std::find(names.begin(), names.end(), *name) != names.end()) return;
      outcome.error().message += libtoken::authority::did_you_mean(libtoken::authority::nearest_names(*name, names));
    };
    if (org) add_near(org, read(daemon_.get("/v1/orgs"), libtoken::authority::orgs_from_json));
    if (app) add_near(app, read(daemon_.get("/v1/apps"), libtoken::authority::apps_from_json));
    return outcome;
  }

  /// Reads a reply with one of libtoken's readers.
  template <class Read>
  auto read(const Outcome<json>& reply, Read read_answer) const
      -> Outcome<typename decltype(read_answer(*reply))::value_type> {
    if (!reply) return tl::unexpected<Failure>(reply.error());
    auto answer = read_answer(*reply);
    if (!answer) return unexpected_reply(daemon_);
    return std::move(*answer);
  }

  /// Fills in the org of a token or key, which a daemon does not repeat in each.
  template <class T>
  static void set_org(T& of_org, const Org& org) {
    of_org.org = org.id;
    of_org.org_name = org.name;
  }

  /// `newly`: those of `all`.
  static void append(Revocation& all, std::set<TokenId>& newly, const Revoked& one) {
    for (const TokenId& id : one.newly)
      if (newly.insert(id).second) all.done.newly.push_back(id);
    for (const TokenId& id : one.already) {
      // One that was revoked together with an earlier id counts as newly revoked.
      if (!newly.contains(id)) all.done.already.push_back(id);
    }
  }

  /// The org of the asking token, only for showing its name; an empty one if the daemon does not say.
  Org asking_org(const std::optional<NameOrId>& org) {
    auto known = read(daemon_.get("/v1/orgs", org_query(org)), libtoken::authority::orgs_from_json);
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
