#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "net/peer.h"

namespace tokend {

inline constexpr std::size_t kMaxHeadBytes = 16 * 1024;
inline constexpr std::size_t kMaxHeadLines = 100;

/// One HTTP request, as far as the daemon uses it. All borrowed.
struct Request {
  std::string_view method;
  std::string_view target;                        ///< as it came: not decoded, with its query
  std::optional<std::string_view> authorization;  ///< the header's value, as it came
  std::string_view body;
  Peer peer;  ///< from the socket, never from a header
};

/// One response; its body is JSON.
struct Response {
  int status = 200;
  std::string body;
  std::string allow;           ///< for 405: the Allow header's value
  const char* challenge = "";  ///< for 401: the value of WWW-Authenticate; static
  int retry_after_s = 1;       ///< for 429 and 503: the value of Retry-After
};

/// `{"error":{"code":…,"message":…}}`. The code is one of ours; the message is one sentence, in which everything that
/// came from the client is escaped.
[[nodiscard]] Response error_response(int status, std::string_view code, std::string_view message);
/// 503 `busy`
[[nodiscard]] Response busy_response();
/// 413 `too_large`; `most` in bytes
[[nodiscard]] Response body_too_large_response(std::size_t most);
/// 500 `internal`
[[nodiscard]] Response internal_response();

/// Appends the response to a request of this method, which may be empty (RFC 9112 §4; RFC 9110 §9.3.2 for HEAD).
/// `close`: the response says that the connection ends. Nothing in the head comes from a client.
void append_response(const Response& response, std::string_view method, bool close, std::string& to);

}  // namespace tokend
