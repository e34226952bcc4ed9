// GET /v1/whoami
#include <algorithm>

#include "authority/judge/reasons.h"
#include "authority/tokens/issued.h"
#include "endpoints/endpoints.h"
#include "libtoken/bundle.h"
#include "libtoken/inspect.h"
#include "libtoken/json.h"
#include "requests/json_response.h"
#include "requests/management_call.h"

namespace tokend {
namespace {

using libtoken::VerifiedToken;
using libtoken::authority::Snapshot;
using json = libtoken::Json;

/// The names in one org. A holder can write any id into a caveat, and must not learn another org's names by that.
class NamesOfOrg final : public libtoken::NameSource {
 public:
  NamesOfOrg(const Snapshot& snapshot, std::uint64_t org) noexcept : snapshot_(snapshot), org_(org) {}

  [[nodiscard]] std::optional<std::string> org_name(std::uint64_t id) const override {
    return id == org_ ? snapshot_.org_name(id) : std::nullopt;
  }
  [[nodiscard]] std::optional<std::string> app_name(std::uint64_t id) const override {
    const auto app = snapshot_.app(id);
    return app && app->org == org_ ? snapshot_.app_name(id) : std::nullopt;
  }

 private:
  const Snapshot& snapshot_;
  std::uint64_t org_;
};

json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

/// Adds what the registry has of a token that verified.
void describe(const VerifiedToken& token, const Snapshot& snapshot, libtoken::authority::Store& store, json& shown) {
  const auto profile = libtoken::recognise_profile(token.own_caveats());
  shown["org"] = {{"id", token.key_owner()}, {"name", snapshot.org_name_view(token.key_owner())}};
  shown["profile"] = profile ? json(to_string(*profile)) : json(nullptr);
  shown["name"] = nullptr;
  shown["for"] = nullptr;
  const auto issued = libtoken::authority::find_token(store, token.id(), token.key_owner());
  if (!issued) return;
  shown["name"] = text_or_null(issued->name);
  shown["for"] = text_or_null(issued->holder);
}

/// Why a part that is a token did not verify, if that is known.
std::optional<json> reason_against(std::size_t part, const libtoken::Verification& verification,
                                   std::string_view header, bool revoked) {
  if (revoked) return json{{"code", "revoked"}, {"message", "The token has been revoked."}};
  for (const libtoken::Refusal& refusal : verification.refusals) {
    if (refusal.part != part) continue;
    const auto reason = libtoken::authority::reason_of(refusal, header);
    return json{{"code", to_string(reason.code)}, {"message", reason.message}};
  }
  return std::nullopt;
}

bool is_used_discharge(std::size_t part, const libtoken::Verification& verification) {
  return std::any_of(verification.tokens.begin(), verification.tokens.end(), [&](const VerifiedToken& token) {
    const auto discharges = token.discharges();
    return std::any_of(discharges.begin(), discharges.end(),
                       [&](const libtoken::UsedDischarge& used) { return used.part == part; });
  });
}

Response whoami(ManagementCall& call) {
  const Snapshot& snapshot = call.judge.snapshot();
  const auto bundle = libtoken::Bundle::parse(call.authorization);
  if (!bundle) return call.failed(bundle.error());
  const auto verification = call.verify();
  json tokens = json::array();
  for (std::size_t i = 0; i < bundle->parts().size(); ++i) {
    const auto& part = bundle->parts()[i];
    if (!part) {
      tokens.push_back(inspect_json(libtoken::InspectedPart(part.error())));
      tokens.back()["verified"] = false;
      continue;
    }
    const auto found = std::find_if(verification.tokens.begin(), verification.tokens.end(),
                                    [&](const VerifiedToken& token) { return token.part() == i; });
    const bool revoked = found != verification.tokens.end() && snapshot.is_revoked(found->id());
    const VerifiedToken* good = found != verification.tokens.end() && !revoked ? &*found : nullptr;
    const NamesOfOrg names(snapshot, good != nullptr ? good->key_owner() : 0);
    json shown = inspect_json(libtoken::InspectedPart(inspect(*part, *bundle, good != nullptr ? &names : nullptr)));
    shown["verified"] = good != nullptr || is_used_discharge(i, verification);
    if (good != nullptr) {
      describe(*good, snapshot, call.store, shown);
      call.note_use(good->id());
    } else if (auto reason = reason_against(i, verification, call.authorization, revoked)) {
      shown["reason"] = std::move(*reason);
    }
    tokens.push_back(std::move(shown));
  }
  return json_response(200, json{{"tokens", std::move(tokens)}, {"signature_checked", true}});
}

}  // namespace

constinit const StoreEndpoint kWhoami{{}, false, nullptr, whoami};

}  // namespace tokend
