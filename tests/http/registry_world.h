#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "authority/audit/audit.h"
#include "authority/tokens/issued.h"
#include "world.h"

/// One answer of the daemon about its registry.
struct Told {
  int status = 0;
  std::string text;
  nlohmann::json body;
  std::map<std::string, std::string> headers;

  /// `200`, `404 unknown`: the status and, if it is an error, its code.
  [[nodiscard]] std::string outcome() const;
};

/// Asks with a token; a body that is null is none.
[[nodiscard]] Told tell(const support::Daemon& daemon, const std::string& token, const std::string& method,
                        const std::string& target, const nlohmann::json& body = nullptr);
/// On this connection.
[[nodiscard]] Told tell(support::HttpConnection& connection, const std::string& token, const std::string& method,
                        const std::string& target, const nlohmann::json& body = nullptr);

/// A token that was made at the store, and what the registry calls it.
struct Made {
  std::string header;
  std::string id;
};
[[nodiscard]] Made make(World& world, libtoken::authority::MintRequest request);
[[nodiscard]] Made make(World& world, libtoken::Profile profile, const std::string& org,
                        const std::optional<std::string>& app = std::nullopt, const std::string& holder = "",
                        libtoken::Role role = libtoken::Role::kAdmin);

/// When the registry last saw a token used, if it did.
[[nodiscard]] std::optional<std::int64_t> last_used(World& world, const std::string& id);

/// The newest entry of an org's audit, as the store has it.
[[nodiscard]] libtoken::authority::AuditEntry newest_entry(World& world, std::uint64_t org);
