#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace support {

struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

/// What a client of TLS trusts and shows. All are paths of PEM files.
struct TlsClient {
  std::string authority;
  std::string certificate;  ///< none: nothing is shown
  std::string key;
};

/// One connection that sends exactly the bytes it is told to. Waits ten seconds for an answer at most.
class HttpConnection {
 public:
  /// To 127.0.0.1, or ::1. Throws if nobody listens.
  explicit HttpConnection(int port, bool ipv6 = false);
  /// To 127.0.0.1 over TLS. Throws if the handshake fails.
  HttpConnection(int port, const TlsClient& tls);
  /// To a unix socket. Throws if nobody listens.
  explicit HttpConnection(const std::string& unix_path);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  void send(std::string_view bytes);
  /// The next answer; nothing if the connection ended first. `to_head`: an answer to HEAD, which has no body.
  [[nodiscard]] std::optional<HttpAnswer> receive(bool to_head = false);
  /// The server has ended the connection, or does in this time.
  /// Says that no more will be sent.
  void half_close();
  /// Ends the connection with a reset.
  void reset();
  [[nodiscard]] bool ended(std::chrono::milliseconds patience = std::chrono::seconds(5));

 private:
  bool receive_more(std::chrono::milliseconds patience);
  void close() noexcept;
  int fd_ = -1;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{nullptr, SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_{nullptr, SSL_free};
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
