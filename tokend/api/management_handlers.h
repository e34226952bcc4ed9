#pragma once

#include <spdlog/logger.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "api/caller.h"
#include "authority/audit/audit.h"
#include "authority/tokens/revocations.h"
#include "authority/store/store.h"
#include "state/current_judge.h"
#include "libtoken/verifier.h"
#include "api/management_request.h"
#include "state/refusal_limit.h"

namespace tokend {

/// Answers requests for the registry, with a store at hand: decides by the newest judge whether the asking token may,
/// does it, and writes down what was refused. One thread's.
class Clerk {
 public:
  using Clock = std::function<std::int64_t()>;
  /// What it leaves to others.
  struct Helpers {
    std::function<bool()> publish;  ///< has what was written judged by; false: it could not, and nothing is judged
    std::function<void(const libtoken::TokenId&)> note_use;
    std::function<RefusalLimit::Answer(const RefusalLimit::Refused&)> limit_refusal;
  };

  /// `judges` is borrowed.
  Clerk(const JudgeSlot& judges, Clock clock, Helpers helpers, std::shared_ptr<spdlog::logger> log);

  [[nodiscard]] Response answer(const ManagementRequest& request, std::string_view authorization, const Peer& peer,
                                libtoken::authority::Store& store);
  /// Keeps no judge while there is nothing to do.
  void rest() noexcept { judges_.forget(); }

 private:
  /// A request, and what is known of who sent it.
  struct Case {
    const ManagementRequest& request;
    std::string_view authorization;
    const Peer& peer;
    libtoken::authority::Store& store;
    const libtoken::authority::Judge& judge;
    std::int64_t now_unix_s = 0;
    std::vector<Bearer> bearers;
    std::uint64_t org = 0;  ///< of the tokens that ask, and of all that they hear of
    std::optional<std::uint64_t> app;
  };
  /// The token that allows it.
  struct Grant {
    libtoken::TokenId id;
    const libtoken::VerifiedToken* token = nullptr;  ///< until the scratch is used again
    bool for_org = false;                            ///< for all of the org, not only for the app
  };
  enum class Form : std::uint8_t { kOrg, kApp, kEither };
  struct Denial {
    Response response;
    std::string why;  ///< for the audit; "" if it was no refusal, but a fault of ours
  };

  // clerk.cc
  [[nodiscard]] Response decide_and_answer(const ManagementRequest& request, std::string_view authorization,
                                           const Peer& peer, libtoken::authority::Store& store);
  [[nodiscard]] Response dispatch(Case& given);
  /// kEither: the org's, or if the case has an app the app's.
  [[nodiscard]] tl::expected<Grant, Denial> authorize(const Case& given, libtoken::ActionMask action, Form form);
  [[nodiscard]] tl::expected<Grant, Denial> ask(const Case& given, const libtoken::authority::Question& question);
  /// The name, or id, that the case's app was asked for by, looked up in its org. False: there is none.
  [[nodiscard]] static bool find_app(Case& given);
  [[nodiscard]] libtoken::authority::Actor actor_of(const Case& given, const libtoken::TokenId& id) const;
  /// Writes down that this was refused, unless that was often enough, and gives the response back.
  [[nodiscard]] Response refused(const Case& given, libtoken::authority::AuditAction action, const std::string& object,
                                 const std::string& why, Response response);
  [[nodiscard]] Response failed(const libtoken::Error& error);
  /// Publishes what was revoked. False: it is not certain that the store that is judged by has it, so that it must not
  /// be acknowledged. The case's judge is another from then on.
  [[nodiscard]] bool publish(const libtoken::authority::Revoked& revoked);

  // clerk_tokens.cc
  [[nodiscard]] Response mint(Case& given);
  [[nodiscard]] Response list_tokens(Case& given);
  [[nodiscard]] Response show_token(Case& given);
  [[nodiscard]] Response revoke_token(Case& given);
  [[nodiscard]] Response revoke_held(Case& given);
  /// The token of the request, if it is the org's and the asker may do this to it.
  struct Found {
    Grant grant;
    libtoken::authority::IssuedToken token;
  };
  [[nodiscard]] tl::expected<Found, Denial> find_issued(Case& given, libtoken::ActionMask action);

  // clerk_registry.cc
  [[nodiscard]] Response list_orgs(Case& given);
  [[nodiscard]] Response list_apps(Case& given);
  [[nodiscard]] Response list_keys(Case& given);
  [[nodiscard]] Response rotate_key(Case& given);
  [[nodiscard]] Response read_audit(Case& given);

  // whoami.cc
  [[nodiscard]] Response whoami(Case& given);

  JudgeView judges_;
  const Clock clock_;
  const Helpers helpers_;
  const std::shared_ptr<spdlog::logger> log_;
  libtoken::VerifierScratch scratch_;
  std::optional<libtoken::authority::Decision> denial_;  // the last one of the request at hand
};

}  // namespace tokend
