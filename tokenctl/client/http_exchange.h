#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <tl/expected.hpp>

#include "client/url.h"

namespace tokenctl {

struct HttpRequest {
  std::string method;  ///< GET, POST or DELETE
  Url url;
  std::string json;                                       ///< the body of a POST, or of a DELETE that has one
  std::string authorization = {};                         ///< the header's value, without line breaks; "": no header
  std::size_t max_response_bytes = std::size_t{1} << 20;  ///< of the body; a whole number of MiB
};

struct HttpResponse {
  int status = 0;
  std::string body;
};

/// Why there is no response.
struct HttpFailure {
  /// What went wrong (name resolution, connection, certificate, deadline, size) in words that go after a colon. There
  /// is no text of the server's in them, and nothing of the request's.
  std::string words;
  bool may_have_arrived = false;  ///< the server may have read the request, and may still do what it asks for
};

/// Sends one request over a connection of its own and reads the whole response. Redirects are not followed and cookies
/// not kept. An https server's certificate must be trusted by the system, or through SSL_CERT_FILE or SSL_CERT_DIR.
/// Proxies come from the environment, as with curl(1); loopback addresses and plain http never go through one.
[[nodiscard]] tl::expected<HttpResponse, HttpFailure> http_exchange(const HttpRequest& request,
                                                                    std::chrono::steady_clock::time_point deadline);

}  // namespace tokenctl
