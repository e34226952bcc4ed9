#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tokend {

inline constexpr std::size_t kMaxBodyBytes = 64 * 1024;

/// One HTTP request, as far as it means anything here. All borrowed.
struct Request {
  std::string_view method;
  std::string_view target;                        ///< as it came: not decoded, with its query
  std::optional<std::string_view> authorization;  ///< the header's value, as it came
  std::string_view body;
  std::string_view peer;  ///< `127.0.0.1:4711`, from the socket
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

}  // namespace tokend
