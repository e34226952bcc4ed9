#include <utility>

#include "authority/audit/actor.h"
#include "authority/judge/signed_tokens.h"
#include "authority/tokens/revocations.h"
#include "input/times.h"
#include "service/near_names.h"
#include "service/open_store.h"
#include "service/service.h"

namespace tokenctl {
namespace {

using libtoken::TokenId;
using libtoken::authority::App;
using libtoken::authority::AuditEntry;
using libtoken::authority::AuditFilter;
using libtoken::authority::KeyInfo;
using libtoken::authority::MintRequest;
using libtoken::authority::NameOrId;
using libtoken::authority::Org;
using libtoken::authority::Store;
using libtoken::authority::TokenFilter;
using libtoken::authority::TokenSort;

constexpr const char* kDeletedById = "; for a deleted org, give its id";

template <class T>
Outcome<T> outcome(libtoken::Result<T> result) {
  if (!result) return fail(result.error());
  return std::move(*result);
}

/// A store on this machine.
class LocalService final : public Service {
 public:
  explicit LocalService(Store store) : store_(std::move(store)) {}

  Outcome<CreatedToken> create(MintRequest request, const std::optional<NameOrId>& org) override {
    request.org = org;
    auto minted = libtoken::authority::mint(store_, request, libtoken::authority::local_actor(), now_unix_s());
    if (!minted) return fail_with_near_names(store_, minted.error(), request.org, request.app);
    return CreatedToken{std::move(*minted), request.profile};
  }

  Outcome<void> each_token(const TokenFilter& filter, const TokenSort& sort,
                           const std::function<bool(ListedToken&&)>& take) override {
    const std::int64_t now = now_unix_s();
    const auto listed =
        libtoken::authority::for_each_listed(store_, filter, now, sort, [&](libtoken::authority::IssuedToken&& token) {
          const auto status = status_of(token, now);
          return take(ListedToken{std::move(token), status});
        });
    if (!listed) return fail_with_near_names(store_, listed.error(), filter.org, filter.app);
    return {};
  }

  Outcome<std::optional<ListedToken>> token(const TokenId& id) override {
    auto token = libtoken::authority::find_token(store_, id);
    if (!token && token.error().kind == libtoken::ErrorKind::kNotFound) return std::nullopt;
    if (!token) return fail(token.error());
    const auto status = status_of(*token, now_unix_s());
    return ListedToken{std::move(*token), status};
  }

  Outcome<std::vector<ListedToken>> tokens_with_prefix(const std::string& prefix) override {
    auto found = libtoken::authority::find_tokens_by_prefix(store_, prefix);
    if (!found) return fail(found.error());
    return libtoken::authority::with_status(std::move(*found), now_unix_s());
  }

  /// Failures are ignored, because these are only hints.
  std::vector<std::string> near_misses(const TokenFilter& filter) override {
    return libtoken::authority::near_misses(store_, filter).value_or(std::vector<std::string>{});
  }

  Outcome<Revocation> revoke(const std::vector<TokenId>& ids, const RevokeHow& how) override {
    if (!how.token.empty()) {
      if (auto checked = check_signatures(ids, how.token); !checked) return tl::unexpected<Failure>(checked.error());
    }
    using libtoken::authority::Unrecorded;
    const auto unrecorded = how.even_unknown || !how.token.empty() ? Unrecorded::kRevoke : Unrecorded::kLeave;
    auto revoked = libtoken::authority::revoke(store_, ids, libtoken::authority::local_actor(), now_unix_s(),
                                               {.unrecorded = unrecorded, .progress = how.progress});
    if (!revoked) return fail(revoked.error());
    Revocation revocation;
    for (const TokenId& id : revoked->unknown) {
      revocation.failures.push_back(
          {Exit::kRefused,
           to_string(id) + " was not revoked: no record has this id; check it, or give --even-unknown"});
    }
    revocation.done = std::move(*revoked);
    return revocation;
  }

  Outcome<Revocation> revoke_matching(const TokenFilter& filter, RevocationProgress& progress) override {
    auto all = libtoken::authority::revoke_matching(store_, filter, libtoken::authority::local_actor(), now_unix_s(),
                                                    &progress);
    if (!all) return fail_with_near_names(store_, all.error(), filter.org, filter.app);
    return Revocation{std::move(*all), {}, near_misses(filter)};
  }

  Outcome<std::vector<Org>> orgs() override { return outcome(libtoken::authority::list_orgs(store_)); }

  Outcome<std::vector<ListedApp>> apps(const std::optional<NameOrId>& org) override {
    auto apps = libtoken::authority::list_apps(store_, org);
    if (!apps) return fail_with_near_names(store_, apps.error(), org);
    std::vector<ListedApp> listed;
    for (App& app : *apps) {
      auto owner = libtoken::authority::find_org(store_, NameOrId{app.org});
      if (!owner) return fail(owner.error());
      listed.push_back({std::move(app), std::move(owner->name)});
    }
    return listed;
  }

  Outcome<std::vector<KeyInfo>> keys(const std::optional<NameOrId>& org) override {
    auto keys = libtoken::authority::list_keys(store_, org, now_unix_s());
    if (!keys) return fail_with_near_names(store_, keys.error(), org);
    return std::move(*keys);
  }

  Outcome<KeyInfo> rotate_key(const NameOrId& org) override {
    auto key = libtoken::authority::rotate_key(store_, org, libtoken::authority::local_actor(), now_unix_s());
    if (!key) return fail_with_near_names(store_, key.error(), org);
    return std::move(*key);
  }

  Outcome<std::vector<AuditEntry>> audit(const AuditQuery& question) override {
    AuditFilter filter;
    filter.since_unix_s = question.since_unix_s;
    filter.limit = question.limit;
    // An id is not looked up, because a deleted org still has audit entries.
    const bool by_id = question.org && std::holds_alternative<std::uint64_t>(*question.org);
    const auto id =
        by_id ? Outcome<std::optional<std::uint64_t>>(std::get<std::uint64_t>(*question.org)) : id_of(question.org);
    if (!id && id.error().exit == Exit::kRefused && !id.error().message.ends_with('?'))
      return fail(Exit::kRefused, id.error().message + kDeletedById);
    if (!id) return tl::unexpected<Failure>(id.error());
    filter.org = *id;
    return outcome(libtoken::authority::list_audit(store_, filter));
  }

  std::string location() const override { return store_.location(); }
  const char* stdin_holds() const noexcept override { return nullptr; }

 private:
  Outcome<std::optional<std::uint64_t>> id_of(const std::optional<NameOrId>& org) {
    if (!org) return std::nullopt;
    const auto found = libtoken::authority::find_org(store_, *org);
    if (!found) return fail_with_near_names(store_, found.error(), org);
    return found->id;
  }

  /// Whether a key of this store has signed each of these tokens: anybody can write a token that has another's id.
  Outcome<void> check_signatures(const std::vector<TokenId>& ids, const std::string& header) {
    const auto snapshot = libtoken::authority::Snapshot::load(store_);
    if (!snapshot) return fail(snapshot.error());
    libtoken::VerifierScratch scratch;
    const auto tokens = libtoken::authority::tokens_signed_here(**snapshot, header, scratch);
    for (const TokenId& id : ids) {
      if (std::any_of(tokens.begin(), tokens.end(), [&](const auto& token) { return token.id == id; })) continue;
      return fail(Exit::kRefused,
                  "no key of this store has signed the token, so nothing was revoked: it was changed, or "
                  "was made up; to revoke the token that has its id all the same, revoke " +
                      to_string(id) + ", with --even-unknown if no record has it");
    }
    return {};
  }

  Store store_;
};

}  // namespace

Outcome<std::unique_ptr<Service>> open_local_service(const Globals& globals) {
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  return std::make_unique<LocalService>(std::move(*store));
}

}  // namespace tokenctl
