#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "net/peer.h"

namespace tokend {

inline constexpr std::size_t kMaxHeadBytes = 16 * 1024;
inline constexpr std::size_t kMaxHeadLines = 100;
inline constexpr std::size_t kMaxBodyBytes = 64 * 1024;
inline constexpr std::size_t kMaxBatchBodyBytes = 1024 * 1024;

/// Every route there is: exact strings, compared with the target as it came.
inline constexpr std::string_view kVerifyTarget = "/v1/verify";
inline constexpr std::string_view kBatchTarget = "/v1/verify/batch";
inline constexpr std::string_view kLiveTarget = "/livez";
inline constexpr std::string_view kReadyTarget = "/readyz";

/// One HTTP request, as far as it means anything here. All borrowed.
struct Request {
  std::string_view method;
  std::string_view target;                        ///< as it came: not decoded, with its query
  std::optional<std::string_view> authorization;  ///< the header's value, as it came
  std::string_view body;
  Peer peer;  ///< the socket's, never a header's
};

/// One answer; its body is JSON.
struct Response {
  int status = 200;
  std::string body;
  const char* allow = nullptr;  ///< for 405: the Allow header
};

/// `{"error":{"code":…,"message":…}}`. The code is ours; the message one sentence, with everything of the client's
/// escaped.
[[nodiscard]] Response error_response(int status, std::string_view code, std::string_view message);

/// An answer of the front's own, to bytes that were no request or came at a bad time. It says that the connection ends,
/// and with a 503 when to come again.
void append_closing_response(const Response& response, std::string& to);

}  // namespace tokend
