#pragma once

#include <chrono>
#include <string>
#include <tl/expected.hpp>

#include "client/url.h"

namespace tokenctl {

/// No more of a reply's body is read, unless said.
inline constexpr std::size_t kMaxReplyBytes = std::size_t{1} << 20;

struct HttpRequest {
  std::string method;  ///< GET, POST or DELETE
  Url url;
  std::string json;                ///< a POST's body
  std::string authorization = {};  ///< that header's value, one line of it; "": none
  std::size_t most_reply_bytes = kMaxReplyBytes;
};

struct HttpReply {
  int status = 0;
  std::string body;
};

/// One request on a connection of its own, answered whole before `deadline` or not at all. Follows no redirect, knows
/// no proxy, and takes only certificates that the system trusts. The error is what went wrong, to go after a colon.
[[nodiscard]] tl::expected<HttpReply, std::string> http_exchange(const HttpRequest& request,
                                                                 std::chrono::steady_clock::time_point deadline);

}  // namespace tokenctl
