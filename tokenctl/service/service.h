#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "authority/audit/audit.h"
#include "authority/registry/registry.h"
#include "authority/tokens/issued_json.h"
#include "authority/tokens/issuer.h"
#include "authority/tokens/keyring.h"
#include "authority/tokens/revocations.h"
#include "command_line/globals.h"
#include "output/listed.h"
#include "output/outcome.h"

namespace tokenctl {

using libtoken::authority::CreatedToken;
using libtoken::authority::RevocationProgress;

/// The result of revoking some ids. A store revokes all of them or none; a daemon may refuse one and revoke the next.
struct Revocation {
  libtoken::authority::Revoked done;
  std::vector<Failure> failures;
  /// Similar names and holders; nothing if the service did not look for them.
  std::optional<std::vector<std::string>> near_misses;
  /// The ids that were given, one by one or in a token.
  std::vector<libtoken::TokenId> asked_for = {};
};

struct RevokeHow {
  /// The text of the tokens with these ids, if it is known; "" if not. Nothing is revoked that was not signed here.
  std::string token = {};
  bool even_unknown = false;
  RevocationProgress* progress = nullptr;
};

/// Which audit entries to list.
struct AuditQuery {
  std::optional<libtoken::authority::NameOrId> org;
  std::optional<std::int64_t> since_unix_s;
  std::size_t limit = 0;  ///< only this many, the newest ones
};

/// The token service: a store on this machine, or a daemon over HTTP. Its texts were written by others and are escaped
/// where they are shown.
class Service {
 public:
  virtual ~Service() = default;

  /// Makes a token. Without `org` it is for the org of the request's app or, from a daemon, of the asking token.
  [[nodiscard]] virtual Outcome<CreatedToken> create(libtoken::authority::MintRequest request,
                                                     const std::optional<libtoken::authority::NameOrId>& org) = 0;

  /// Passes each token of a list to `take`, which is read in parts, until it returns false.
  [[nodiscard]] virtual Outcome<void> each_token(const libtoken::authority::TokenFilter& filter,
                                                 const libtoken::authority::TokenSort& sort,
                                                 const std::function<bool(ListedToken&&)>& take) = 0;
  /// Empty if it was never issued here.
  [[nodiscard]] virtual Outcome<std::optional<ListedToken>> token(const libtoken::TokenId& id) = 0;

  /// The tokens whose ids begin with this (is_token_id_prefix()), in whatever state; at most kMaxPrefixMatches.
  [[nodiscard]] virtual Outcome<std::vector<ListedToken>> tokens_with_prefix(const std::string& prefix) = 0;

  /// Names and holders of the registry that are similar to the filter's. Empty if the service cannot say.
  [[nodiscard]] virtual std::vector<std::string> near_misses(const libtoken::authority::TokenFilter& filter) = 0;

  /// Revokes these ids. One that is in no record is a failure in the result, unless there is its token, or
  /// `even_unknown`, which only a store can do.
  [[nodiscard]] virtual Outcome<Revocation> revoke(const std::vector<libtoken::TokenId>& ids, const RevokeHow& how) = 0;
  [[nodiscard]] virtual Outcome<Revocation> revoke_matching(const libtoken::authority::TokenFilter& filter,
                                                            RevocationProgress& progress) = 0;

  [[nodiscard]] virtual Outcome<std::vector<libtoken::authority::Org>> orgs() = 0;
  [[nodiscard]] virtual Outcome<std::vector<ListedApp>> apps(
      const std::optional<libtoken::authority::NameOrId>& org) = 0;
  [[nodiscard]] virtual Outcome<std::vector<libtoken::authority::KeyInfo>> keys(
      const std::optional<libtoken::authority::NameOrId>& org) = 0;
  [[nodiscard]] virtual Outcome<libtoken::authority::KeyInfo> rotate_key(const libtoken::authority::NameOrId& org) = 0;
  [[nodiscard]] virtual Outcome<std::vector<libtoken::authority::AuditEntry>> audit(const AuditQuery& question) = 0;

  /// The location of the tokens that can be revoked here; "" if it is not known.
  [[nodiscard]] virtual std::string location() const = 0;
  /// What was read from standard input ("the token to ask with"); null if nothing was.
  [[nodiscard]] virtual const char* stdin_holds() const noexcept = 0;
};

/// Opens the service that the flags name, else the one that the variables name: `--server`, `--store`, TOKENCTL_SERVER,
/// TOKENCTL_STORE, or the default store. Both flags, or both variables and no flag, are kUsage.
[[nodiscard]] Outcome<std::unique_ptr<Service>> open_service(const Globals& globals);

[[nodiscard]] Outcome<std::unique_ptr<Service>> open_local_service(const Globals& globals);
[[nodiscard]] Outcome<std::unique_ptr<Service>> open_remote_service(const Globals& globals, const std::string& server);

/// The daemon's URL: `--server`, else TOKENCTL_SERVER.
[[nodiscard]] std::optional<std::string> server_url(const Globals& globals);

/// Checks that --server, --store, --kek-file, --as-file and TOKENCTL_SERVER fit together and fit the command, which
/// `needs_store` and nothing else, or which a daemon can do as well. Failure: kUsage.
[[nodiscard]] Outcome<void> check_service_flags(const Globals& globals, bool daemon_can_do, bool needs_store);

}  // namespace tokenctl
