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
  std::string allow;  ///< for 405: the Allow header's value
};

/// `{"error":{"code":…,"message":…}}`. The code is one of ours; the message is one sentence, in which everything that
/// came from the client is escaped.
[[nodiscard]] Response error_response(int status, std::string_view code, std::string_view message);
/// 503 `busy`
[[nodiscard]] Response busy_response();
/// 500 `internal`
[[nodiscard]] Response internal_response();

/// Appends a response to bytes that are no request, or that came when none can be taken. It says that the connection
/// ends, and with a 503 when to try again.
void append_closing_response(const Response& response, std::string& to);

}  // namespace tokend
