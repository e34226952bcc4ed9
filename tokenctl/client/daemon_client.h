#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/url.h"
#include "command_line/globals.h"
#include "libtoken/json.h"
#include "output/outcome.h"

namespace tokenctl {

/// Names and values of a URL's query, not percent-encoded.
using Query = std::vector<std::pair<std::string, std::string>>;

/// A tokend to ask over HTTP, and the token to ask it with.
class DaemonClient {
 public:
  /// `server` is an https URL, or http on loopback. The token comes from `--as-file`, else from TOKENCTL_AUTH, and from
  /// nowhere else. Failures: kUsage (a bad URL; no token is given), kRefused (what is given is not a token), kFailed
  /// (the file cannot be read).
  [[nodiscard]] static Outcome<DaemonClient> open(const Globals& globals, const std::string& server);
  /// The same with this token, as it was read from a flag or a pipe.
  [[nodiscard]] static Outcome<DaemonClient> open_with(std::string_view token, const std::string& server);

  /// Sends one request and returns the JSON object of a 2xx response. Failures: kRefused (401, 403, 409, or 404 for
  /// something that does not exist), kUsage (400), kFailed (any other status; no response; one that is not tokend's). A
  /// failure after which nobody knows whether the server did what was asked is `unclear`.
  [[nodiscard]] Outcome<libtoken::Json> get(std::string_view path, const Query& query = {}) const;
  [[nodiscard]] Outcome<libtoken::Json> post(std::string_view path, const libtoken::Json& body) const;
  [[nodiscard]] Outcome<libtoken::Json> remove(std::string_view path, const Query& query = {}) const;
  [[nodiscard]] Outcome<libtoken::Json> remove(std::string_view path, const libtoken::Json& body) const;

  /// The Authorization header's value. Secret.
  [[nodiscard]] const std::string& credential() const noexcept { return credential_; }
  /// `https://tokens.example.com`, for messages.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// The token was read from standard input, which is therefore used up.
  [[nodiscard]] bool read_stdin() const noexcept { return read_stdin_; }

 private:
  DaemonClient() = default;
  [[nodiscard]] static DaemonClient make(Url url, std::string credential);
  [[nodiscard]] Outcome<libtoken::Json> ask(const char* method, std::string_view path, const Query& query,
                                            std::string body) const;

  Url url_;
  std::string name_;
  std::string credential_;
  bool read_stdin_ = false;
};

/// For requests that change something: adds `advice` to a failure that is unclear.
template <class T>
[[nodiscard]] Outcome<T> with_advice(Outcome<T> outcome, const char* advice) {
  if (!outcome && outcome.error().unclear) outcome.error().message += std::string(": ") + advice;
  return outcome;
}
inline constexpr const char* kRevokeAgain =
    "it may or may not have been revoked; ask again (revoking twice does no harm)";

/// The failure for a response that does not have the form tokend's have. It is unclear.
[[nodiscard]] tl::unexpected<Failure> unexpected_reply(const DaemonClient& daemon);

}  // namespace tokenctl
