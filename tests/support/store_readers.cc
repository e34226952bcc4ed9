#include "store_readers.h"

#include <stdexcept>

#include "authority/audit/audit_json.h"
#include "authority/judge/decision_json.h"
#include "authority/judge/judge.h"
#include "authority/keys/root_keys.h"
#include "authority/registry/registry_json.h"
#include "authority/store/check.h"
#include "authority/tokens/issued_json.h"
#include "authority/tokens/issuer.h"
#include "authority/tokens/key_json.h"
#include "authority/tokens/keyring.h"
#include "authority/tokens/revocations.h"
#include "libtoken/bundle.h"
#include "libtoken/caveat_set.h"
#include "libtoken/macaroon.h"
#include "libtoken/text.h"

namespace support {
namespace {

using namespace libtoken;
using namespace libtoken::authority;

const Actor kAnn{std::nullopt, "", "ann", ""};

void must(bool holds, const std::string& what) {
  if (!holds) throw std::logic_error(what);
}

}  // namespace

void check_shown(const std::string& message) {
  // What is escaped already has backslashes, which escaping would double.
  std::string plain = message;
  for (char& c : plain) c = c == '\\' ? '/' : c;
  must(escape_untrusted(plain, plain.size() + 1) == plain,
       "this is not to be shown as it is: " + escape_untrusted(message));
}

namespace {

template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

void check_name(const std::string& name) { must(name.empty() || is_valid_name(name), "a name that is none"); }

/// Gives a value to `use`; an error must be one that can be shown.
template <class T, class Use>
void look(const Result<T>& result, Use use) {
  if (result) return use(*result);
  must(!result.error().message.empty(), "an error without a sentence");
  check_shown(result.error().message);
}
template <class T>
void look(const Result<T>& result) {
  look(result, [](const T&) {});
}

bool is_allowed(const Judge& judge, const std::string& token, std::string_view org) {
  Access rest;
  rest.action = kRead;
  VerifierScratch scratch;
  bool allowed = false;
  const Question question{token, ResourceRef(org), {}, rest};
  look(judge.decide(question, kExampleTime + 60, scratch), [&](const Decision& decision) {
    allowed = decision.allowed;
    check_shown(decision_to_json(decision, &judge.snapshot()));
  });
  return allowed;
}

void judge_all(const std::shared_ptr<const Snapshot>& snapshot, const JudgedTokens& tokens, bool may_allow_revoked) {
  const Judge judge(snapshot);
  (void)is_allowed(judge, tokens.good, "arcadia-dev");
  must(!is_allowed(judge, tokens.forged, "arcadia-dev"), "a forged token is allowed");
  must(!is_allowed(judge, tokens.good, "arcadia-prod") || snapshot->org_id("arcadia-prod") != std::uint64_t{8},
       "a token is allowed in another org");
  must(!is_allowed(judge, tokens.of_other_org, "arcadia-dev") || snapshot->org_id("arcadia-dev") != std::uint64_t{7},
       "another org's token is allowed");
  if (may_allow_revoked) return;
  must(!is_allowed(judge, tokens.revoked, "arcadia-dev"), "a revoked token is allowed");
  must(!is_allowed(judge, tokens.key_retired, "arcadia-dev"), "a token is allowed whose key was retired");
}

}  // namespace

JudgedTokens fill_example(const StoreAddress& address) {
  constexpr std::int64_t kThen = kExampleTime - 1000;
  Store store = value_of(Store::init(address, kDefaultLocation));
  (void)value_of(create_org(store, "arcadia-dev", 7, kAnn, kThen));
  (void)value_of(create_org(store, "arcadia-prod", 8, kAnn, kThen));
  (void)value_of(create_app(store, NameOrId(std::string("arcadia-dev")), "arcadia-dev-api", 71, kAnn, kThen));
  (void)value_of(create_app(store, NameOrId(std::string("arcadia-prod")), "arcadia-prod-api", 81, kAnn, kThen));
  const auto mint_for = [&](const char* org, const char* name) {
    MintRequest request;
    request.org = std::string(org);
    request.name = name;
    request.holder = "sam@example.com";
    return value_of(mint(store, request, kAnn, kThen)).header;
  };
  JudgedTokens tokens;
  tokens.key_retired = mint_for("arcadia-dev", "old");
  const auto key = value_of(active_key(store, 7));
  (void)value_of(rotate_key(store, NameOrId(std::string("arcadia-dev")), kAnn, kThen));
  (void)value_of(retire_key(store, key.kid, 1, kAnn, kThen));
  tokens.good = mint_for("arcadia-dev", "support");
  tokens.revoked = mint_for("arcadia-dev", "gone");
  tokens.of_other_org = mint_for("arcadia-prod", "ops");
  const auto id = value_of(Bundle::parse(tokens.revoked)).parts().at(0)->id();
  (void)value_of(revoke(store, {id}, kAnn, kThen));
  CaveatSet caveats;
  caveats.organization(7, kRead);
  const Bytes kid = value_of(active_key(store, 7)).kid;
  tokens.forged = "FlyV1 " + value_of(Macaroon::mint(kid, kDefaultLocation, SigningKey::generate(), caveats)).text();
  return tokens;
}

void read_all(Store& store, const JudgedTokens& tokens, bool may_allow_revoked) {
  look(Snapshot::load(store), [&](const auto& snapshot) { judge_all(snapshot, tokens, may_allow_revoked); });
  look(list_orgs(store), [](const auto& orgs) {
    for (const Org& org : orgs) check_name(org.name);
    (void)orgs_to_json(orgs);
  });
  look(list_apps(store, std::nullopt), [](const auto& apps) {
    for (const App& app : apps) check_name(app.name);
  });
  look(list_keys(store, std::nullopt, kExampleTime), [](const auto& keys) {
    for (const KeyInfo& key : keys) {
      check_name(key.org_name);
      must(key.kid.size() == kKidBytes, "a key id that is none");
    }
  });
  TokenFilter all;
  all.expired = all.revoked = true;
  for (const std::optional<NameOrId>& org : {std::optional<NameOrId>(), std::optional<NameOrId>(std::uint64_t{7})}) {
    all.org = org;
    look(list_tokens(store, all, kExampleTime), [](const auto& listed) {
      for (const IssuedToken& token : listed) {
        check_name(token.org_name);
        check_name(token.app_name);
        (void)status_of(token, kExampleTime);
      }
      ListedPage page;
      page.tokens = with_status(listed, kExampleTime);
      (void)tokens_to_json(page, ShowOrg::kYes).dump(-1, ' ', true, OrderedJson::error_handler_t::replace);
    });
  }
  AuditFilter filter;
  look(list_audit(store, filter), [](const auto& entries) {
    (void)audit_to_json(entries).dump(-1, ' ', true, OrderedJson::error_handler_t::replace);
  });
}

void check_all(Store& store) {
  look(check_store(store), [](const CheckReport& report) {
    for (const std::string& fault : report.faults) check_shown(fault);
  });
  TokenFilter filter;
  filter.org = std::uint64_t{7};
  filter.holder = "sam@exmple.com";
  look(near_misses(store, filter));
}

void write_all(Store& store) {
  const NameOrId dev{std::uint64_t{7}};
  look(create_org(store, "arcadia-test", std::nullopt, kAnn, kExampleTime));
  look(create_app(store, dev, "arcadia-dev-worker", std::nullopt, kAnn, kExampleTime));
  MintRequest request;
  request.org = dev;
  look(mint(store, request, kAnn, kExampleTime), [](const auto& minted) { check_shown(minted.header); });
  look(rotate_key(store, dev, kAnn, kExampleTime));
  look(prune(store, kAnn, kExampleTime));
  TokenFilter all;
  all.org = dev;
  look(revoke_matching(store, all, kAnn, kExampleTime));
}

}  // namespace support
