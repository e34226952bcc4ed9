#pragma once

#include <spdlog/logger.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "authority/audit/audit.h"
#include "authority/store/store.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/revocations.h"
#include "libtoken/verifier.h"
#include "requests/caller.h"
#include "requests/management_request.h"
#include "state/current_judge.h"
#include "state/store_job.h"
#include "state/store_queue.h"
#include "state/usage_limits.h"

namespace tokend {

/// What one thread of the store queue keeps between management requests.
struct ManagementState {
  JudgeReader judges;
  StoreQueue::Clock clock;
  StoreServices services;
  std::shared_ptr<spdlog::logger> log;
  UsageLimits& usage;
  libtoken::VerifierScratch scratch;
};

/// Why a request is refused.
struct Denial {
  Response response;
  std::string why;  ///< for the audit; "": the fault is ours, and nothing is recorded
};

/// The token that allows a request.
struct Grant {
  libtoken::TokenId id;
  const libtoken::VerifiedToken* token = nullptr;  ///< valid until the scratch is used again
  bool for_org = false;                            ///< it allows the request for all of the org, not only for some apps
};

/// One management request while it is done: finds out whether the caller may do it, records a refusal, and gives the
/// endpoint what it needs. All that is borrowed must outlive it.
class ManagementCall {
 public:
  ManagementCall(ManagementState& state, const ManagementRequest& asked, std::string_view header, const Peer& from,
                 libtoken::authority::Store& at, const libtoken::authority::Judge& decides)
      : request(asked),
        authorization(header),
        peer(from),
        store(at),
        judge(decides),
        now_unix_s(state.clock()),
        state_(state) {}

  /// Decides, and has the endpoint answer what is allowed.
  [[nodiscard]] StoreOutcome answer();
  /// The last decision that refused something, if one did.
  [[nodiscard]] const std::optional<libtoken::authority::Decision>& denial() const noexcept { return denial_; }

  // For endpoints.
  const ManagementRequest& request;
  const std::string_view authorization;
  const Peer& peer;
  libtoken::authority::Store& store;
  const libtoken::authority::Judge& judge;
  const std::int64_t now_unix_s;
  std::int64_t judging_at_unix_s = 0;  ///< by this time tokens are judged

  // Known once the request is allowed; not for a route whose access is kNothing.
  std::uint64_t org = 0;
  std::optional<std::uint64_t> app;
  /// For kOrgOrItsApps, if the tokens allow the request only for these apps: their ids, in order, at least one.
  std::optional<std::vector<std::uint64_t>> apps;
  Grant grant;
  std::optional<libtoken::authority::IssuedToken> issued;  ///< for kOrgOrTokensApp: the token that the path names

  /// The tokens that are good enough for the route: at least one.
  [[nodiscard]] const std::vector<CallerToken>& callers() const noexcept { return callers_; }
  /// Who does it, for the audit.
  [[nodiscard]] libtoken::authority::Actor actor() const;
  /// Records the refusal if the route says so, unless that was often enough; its response.
  [[nodiscard]] Response refuse(Denial denial) const;
  /// The response to an error of the authority; one that is our fault is logged.
  [[nodiscard]] Response failed(const libtoken::Error& error) const;
  /// How many tokens there may be.
  [[nodiscard]] libtoken::authority::MintLimits mint_limits() const { return state_.usage.mint_limits(); }
  /// What was written must be judged by before the request is answered.
  void must_be_published() noexcept { publish_ = true; }
  /// The same for what was revoked: if it is not certain that it counts then, it is not acknowledged.
  void must_count(const libtoken::authority::Revoked& revoked);
  /// The tokens of the header, verified anew.
  [[nodiscard]] libtoken::Verification verify() const { return judge.verify(authorization, state_.scratch); }
  void note_use(const libtoken::TokenId& id) const { state_.services.note_use(id); }

 private:
  using Outcome = tl::expected<Grant, Denial>;
  [[nodiscard]] Response respond();
  /// Finds the org and the app that the request is about, and the token that allows it. Nothing, or the refusal.
  [[nodiscard]] std::optional<Response> allow();
  [[nodiscard]] bool find_app();
  [[nodiscard]] Outcome authorize(const RequiredAccess& access);
  [[nodiscard]] Outcome authorize_for_issued(libtoken::ActionMask action);
  [[nodiscard]] Outcome authorize_for_apps(libtoken::ActionMask action);
  /// Whether the request has the text of the token that it names, which a key of this org has signed.
  [[nodiscard]] bool proves_its_token() const;
  [[nodiscard]] Outcome ask_about_org(libtoken::ActionMask action);
  [[nodiscard]] Outcome ask_about_app(libtoken::ActionMask action);
  [[nodiscard]] Outcome ask(const libtoken::authority::Question& question);
  [[nodiscard]] libtoken::authority::Actor actor_of(const libtoken::TokenId& id) const;
  /// What the request is about, for the audit.
  [[nodiscard]] std::string object() const;
  void record_refusal(const std::string& object, const std::string& why) const;

  ManagementState& state_;
  std::vector<CallerToken> callers_;
  std::optional<libtoken::authority::Asker> asker_;  // of `grant`, once it is known
  std::optional<libtoken::authority::Decision> denial_;
  bool publish_ = false;
  std::vector<libtoken::TokenId> must_count_;
};

}  // namespace tokend
