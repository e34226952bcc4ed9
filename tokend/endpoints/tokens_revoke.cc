// DELETE /v1/tokens/{id}, DELETE /v1/tokens/self and DELETE /v1/tokens?for=…
#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "authority/judge/reasons.h"
#include "authority/tokens/issued_json.h"
#include "endpoints/endpoints.h"
#include "libtoken/text.h"
#include "requests/json_response.h"
#include "requests/management_call.h"
#include "requests/refusals.h"

namespace tokend {
namespace {

using libtoken::authority::ReasonCode;
using libtoken::authority::RevocationReply;

/// The thread that writes is busy meanwhile, and other revocations wait for it.
constexpr std::chrono::milliseconds kNearMissPatience{5};

constexpr std::array<std::string_view, 1> kIdParameters{"org"};
constexpr std::array<std::string_view, 3> kHeldParameters{"org", "app", "for"};

std::optional<Response> read_one(const RequestParts& parts, ManagementRequest& request) {
  if (auto refusal = read_path_id(parts, request)) return refusal;
  const auto problem = libtoken::authority::read_revoked_token(parts.body, request.id, request.token);
  if (problem) return error_response(400, problem->code, problem->message);
  return std::nullopt;
}

Response revoke_one(ManagementCall& call) {
  auto revoked = libtoken::authority::revoke(call.store, {call.request.id}, call.actor(), call.now_unix_s,
                                             {.org_if_unrecorded = call.org});
  if (!revoked) return call.failed(revoked.error());
  call.must_count(*revoked);
  return json_response(200, to_json(RevocationReply{std::move(*revoked), std::nullopt}));
}

Response revoke_self(ManagementCall& call) {
  std::vector<libtoken::authority::PresentedToken> tokens;
  for (const CallerToken& caller : call.callers()) {
    const auto copy = std::find_if(tokens.begin(), tokens.end(), [&](const auto& one) { return one.id == caller.id; });
    if (copy == tokens.end()) {
      tokens.push_back({caller.id, caller.org, caller.has_ended});
    } else {
      copy->has_ended = copy->has_ended && caller.has_ended;
    }
  }
  // What the judge refuses already costs the thread that writes nothing.
  std::vector<libtoken::TokenId> known;
  std::erase_if(tokens, [&](const auto& token) {
    const bool is_known = call.judge.snapshot().is_revoked(token.id);
    if (is_known) known.push_back(token.id);
    return is_known;
  });
  if (tokens.empty()) return json_response(200, to_json(RevocationReply{{{}, std::move(known)}, std::nullopt}));
  auto revoked = libtoken::authority::revoke_presented(call.store, tokens, call.peer.to_string(), call.now_unix_s);
  if (!revoked) return call.failed(revoked.error());
  if (known.empty() && revoked->newly.empty() && revoked->already.empty()) {
    return invalid_token_response(libtoken::authority::reason_about_all(
        ReasonCode::kExpired,
        "The token has ended, and no record has its id: nothing was revoked. Show a copy of it "
        "that has not ended, if there is one."));
  }
  revoked->already.insert(revoked->already.end(), known.begin(), known.end());
  call.must_count(*revoked);
  return json_response(200, to_json(RevocationReply{std::move(*revoked), std::nullopt}));
}

std::optional<Response> read_held(const RequestParts& parts, ManagementRequest& request) {
  auto& holder = request.filter.holder;
  read_text(parts.query, "for", holder);
  if (!holder) return error_response(400, "missing_field", "for is missing: say whose tokens to revoke.");
  request.audit_note = "for " + libtoken::escape_untrusted(*holder, 200) + ": ";
  return std::nullopt;
}

Response revoke_held(ManagementCall& call) {
  libtoken::authority::TokenFilter filter = call.request.filter;
  filter.org = call.org;
  if (call.app) filter.app = *call.app;
  auto revoked = libtoken::authority::revoke_matching(call.store, filter, call.actor(), call.now_unix_s);
  if (!revoked) return call.failed(revoked.error());
  call.must_count(*revoked);
  RevocationReply reply{std::move(*revoked), std::nullopt};
  if (call.grant.for_org) {
    auto near = libtoken::authority::near_misses(call.store, filter, kNearMissPatience);
    if (!near) return call.failed(near.error());
    reply.near_misses = std::move(*near);
  }
  return json_response(200, to_json(reply));
}

}  // namespace

constinit const StoreEndpoint kRevokeToken{kIdParameters, true, read_one, revoke_one};
constinit const StoreEndpoint kRevokeSelf{{}, false, nullptr, revoke_self};
constinit const StoreEndpoint kRevokeHeld{kHeldParameters, false, read_held, revoke_held};

}  // namespace tokend
