#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "client/url.h"
#include "command_line/globals.h"
#include "output/outcome.h"

namespace tokenctl {

/// Names and values of a query, unencoded.
using Query = std::vector<std::pair<std::string, std::string>>;

/// A tokend that is asked over HTTP, and the token that it is asked with.
class DaemonClient {
 public:
  /// `server`: https, or http on loopback. The token comes from `--as-file`, else from TOKENCTL_AUTH, and from nowhere
  /// else. Failures: kUsage (URL; no token), kRefused (what is there is none), kFailed (the file).
  [[nodiscard]] static Outcome<DaemonClient> open(const Globals& globals, const std::string& server);

  /// The daemon's answer to one request. Failures: kRefused (it refuses, or knows no such thing), kUsage (it can make
  /// nothing of it), kFailed (no answer, or none that it should have; it cannot decide).
  [[nodiscard]] Outcome<nlohmann::json> get(std::string_view path, const Query& query = {}) const;
  [[nodiscard]] Outcome<nlohmann::json> post(std::string_view path, const nlohmann::json& body) const;
  [[nodiscard]] Outcome<nlohmann::json> remove(std::string_view path, const Query& query = {}) const;

  /// The token it asks with, as a header's value. A secret.
  [[nodiscard]] const std::string& credential() const noexcept { return credential_; }
  /// `https://tokens.example.com`, for sentences.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] bool read_stdin() const noexcept { return read_stdin_; }

 private:
  DaemonClient() = default;
  [[nodiscard]] Outcome<nlohmann::json> ask(const char* method, std::string_view path, const Query& query,
                                            std::string body) const;

  Url url_;
  std::string name_;
  std::string credential_;
  bool read_stdin_ = false;
};

/// The failure of a reply that has not the form it should have.
[[nodiscard]] tl::unexpected<Failure> unexpected_reply(const DaemonClient& daemon);

}  // namespace tokenctl
