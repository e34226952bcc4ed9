#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace support {

struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

/// One TCP connection that sends exactly the bytes it is told to. Waits ten seconds for an answer at most.
class HttpConnection {
 public:
  /// To 127.0.0.1, or ::1. Throws if nobody listens.
  explicit HttpConnection(int port, bool ipv6 = false);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  void send(std::string_view bytes);
  /// The next answer; nothing if the connection ended first. `to_head`: an answer to HEAD, which has no body.
  [[nodiscard]] std::optional<HttpAnswer> receive(bool to_head = false);
  /// The server has ended the connection, or does in this time.
  [[nodiscard]] bool ended(std::chrono::milliseconds patience = std::chrono::seconds(5));

 private:
  bool receive_more(std::chrono::milliseconds patience);
  int fd_ = -1;
  std::string in_;
};

/// A POST with a Content-Length, as bytes; `headers` are whole lines with their CRLF.
[[nodiscard]] std::string post_bytes(std::string_view target, std::string_view body, std::string_view headers = "");
/// On a connection of its own. Throws if there is no answer.
[[nodiscard]] HttpAnswer post(int port, std::string_view target, std::string_view body, std::string_view headers = "");
[[nodiscard]] HttpAnswer get(int port, std::string_view target);
/// Whatever bytes, on a connection of their own, and the first answer.
[[nodiscard]] std::optional<HttpAnswer> exchange(int port, std::string_view bytes);

}  // namespace support
