#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "authority/audit/audit.h"
#include "authority/tokens/issued_json.h"
#include "authority/tokens/issuer.h"
#include "authority/tokens/keyring.h"
#include "authority/registry/registry.h"
#include "authority/tokens/revocations.h"
#include "commands/commands.h"

namespace tokenctl {

using libtoken::authority::CreatedToken;
using libtoken::authority::ListedToken;

struct ListedApp {
  libtoken::authority::App app;
  std::string org_name;
};

/// What came of revoking some ids. A store does all of them or none; a daemon may refuse one and do the next.
struct Revocation {
  libtoken::authority::Revoked done;
  std::vector<Failure> failures;
  /// Labels that are nearly what was asked for; nothing if the service did not look for them.
  std::optional<std::vector<std::string>> near_misses;
};

struct AuditQuestion {
  std::optional<libtoken::authority::NameOrId> org;
  std::optional<std::int64_t> since_unix_s;
  std::size_t limit = 0;  ///< the newest so many
};

/// The token service: a store at hand, or a daemon that is asked over HTTP. What comes from it is text of others: it
/// is escaped where it is shown.
class Service {
 public:
  virtual ~Service() = default;

  /// The token that a request asks for, its org being `org`, or the app's, or that of who asks.
  [[nodiscard]] virtual Outcome<CreatedToken> create(libtoken::authority::MintRequest request,
                                                     const std::optional<libtoken::authority::NameOrId>& org) = 0;

  [[nodiscard]] virtual Outcome<std::vector<ListedToken>> tokens(const libtoken::authority::TokenFilter& filter) = 0;
  /// Nothing: it was never issued here.
  [[nodiscard]] virtual Outcome<std::optional<ListedToken>> token(const libtoken::TokenId& id) = 0;

  /// Names and holders in the registry that are nearly the filter's, where the service tells: hints, and no failure.
  [[nodiscard]] virtual std::vector<std::string> near_misses(const libtoken::authority::TokenFilter& filter) = 0;

  [[nodiscard]] virtual Outcome<Revocation> revoke(const std::vector<libtoken::TokenId>& ids) = 0;
  [[nodiscard]] virtual Outcome<Revocation> revoke_matching(const libtoken::authority::TokenFilter& filter) = 0;

  [[nodiscard]] virtual Outcome<std::vector<libtoken::authority::Org>> orgs() = 0;
  [[nodiscard]] virtual Outcome<std::vector<ListedApp>> apps(
      const std::optional<libtoken::authority::NameOrId>& org) = 0;
  [[nodiscard]] virtual Outcome<std::vector<libtoken::authority::KeyInfo>> keys(
      const std::optional<libtoken::authority::NameOrId>& org) = 0;
  [[nodiscard]] virtual Outcome<libtoken::authority::KeyInfo> rotate_key(const libtoken::authority::NameOrId& org) = 0;
  [[nodiscard]] virtual Outcome<std::vector<libtoken::authority::AuditEntry>> audit(const AuditQuestion& question) = 0;

  /// The service that tokens have to be for, so that revoking them here means something; "" if that is not known.
  [[nodiscard]] virtual std::string location() const = 0;
  /// What standard input holds ("the credential"), or null if nothing that we know of.
  [[nodiscard]] virtual const char* stdin_holds() const noexcept = 0;
};

/// The service that a command is for: `--server`, `--store`, TOKENCTL_SERVER, TOKENCTL_STORE, or the default store.
/// Both flags, or both variables and no flag, are a usage failure.
[[nodiscard]] Outcome<std::unique_ptr<Service>> open_service(const Globals& globals);

[[nodiscard]] Outcome<std::unique_ptr<Service>> open_local_service(const Globals& globals);
[[nodiscard]] Outcome<std::unique_ptr<Service>> open_remote_service(const Globals& globals, const std::string& server);

/// The daemon's URL of `--server`, else of TOKENCTL_SERVER.
[[nodiscard]] std::optional<std::string> server_url(const Globals& globals);

/// Whether the flags that say where a command works fit together, and fit the command.
[[nodiscard]] Outcome<void> check_place(const Globals& globals, bool is_of_daemon);

}  // namespace tokenctl
