#include "http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <csignal>
#include <cstdint>
#include <stdexcept>

namespace support {
namespace {

constexpr std::chrono::seconds kAnswerPatience{10};

HttpAnswer parse_head(std::string_view head) {
  HttpAnswer answer;
  answer.status = std::stoi(std::string(head.substr(head.find(' ') + 1, 3)));
  head.remove_prefix(head.find("\r\n") + 2);
  while (!head.empty() && head.substr(0, 2) != "\r\n") {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    std::string name(line.substr(0, line.find(':')));
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    std::string_view value = line.substr(line.find(':') + 1);
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    answer.headers[name] = value;
    head.remove_prefix(line.size() + 2);
  }
  return answer;
}

}  // namespace

HttpConnection::HttpConnection(int port, bool ipv6) {
  fd_ = ::socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  in.sin_port = htons(static_cast<std::uint16_t>(port));
  sockaddr_in6 in6{};
  in6.sin6_family = AF_INET6;
  in6.sin6_addr = in6addr_loopback;
  in6.sin6_port = in.sin_port;
  const int failed = ipv6 ? ::connect(fd_, reinterpret_cast<sockaddr*>(&in6), sizeof in6)
                          : ::connect(fd_, reinterpret_cast<sockaddr*>(&in), sizeof in);
  if (failed != 0) {
    ::close(fd_);
    throw std::runtime_error("nobody listens on port " + std::to_string(port));
  }
}

HttpConnection::HttpConnection(int port, const TlsClient& tls) : HttpConnection(port) {
  context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  bool good = SSL_CTX_load_verify_locations(context_.get(), tls.authority.c_str(), nullptr) == 1;
  if (!tls.certificate.empty()) {
    good = good && SSL_CTX_use_certificate_file(context_.get(), tls.certificate.c_str(), SSL_FILETYPE_PEM) == 1 &&
           SSL_CTX_use_PrivateKey_file(context_.get(), tls.key.c_str(), SSL_FILETYPE_PEM) == 1;
  }
  std::signal(SIGPIPE, SIG_IGN);  // TLS writes without MSG_NOSIGNAL
  const timeval patience{10, 0};  // TLS waits by itself, and must not wait for ever
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  tls_.reset(SSL_new(context_.get()));
  good = good && SSL_set_fd(tls_.get(), fd_) == 1 && SSL_connect(tls_.get()) == 1;
  if (!good) throw std::runtime_error("no TLS on port " + std::to_string(port));
}

HttpConnection::HttpConnection(const std::string& unix_path) {
  fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  unix_path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd_);
    throw std::runtime_error("nobody listens at " + unix_path);
  }
}

HttpConnection::~HttpConnection() { close(); }

void HttpConnection::close() noexcept {
  tls_.reset();
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void HttpConnection::half_close() {
  if (tls_ != nullptr) SSL_shutdown(tls_.get());
  ::shutdown(fd_, SHUT_WR);
}

void HttpConnection::reset() {
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void HttpConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = tls_ != nullptr ? SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                                         : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the server has hung up; what it said before can still be read
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool HttpConnection::receive_more(std::chrono::milliseconds patience) {
  pollfd one{fd_, POLLIN, 0};
  const bool pending = tls_ != nullptr && SSL_pending(tls_.get()) > 0;
  if (!pending && ::poll(&one, 1, static_cast<int>(patience.count())) <= 0) return false;
  std::array<char, 8192> buffer{};
  const ssize_t got = tls_ != nullptr ? SSL_read(tls_.get(), buffer.data(), static_cast<int>(buffer.size()))
                                      : ::recv(fd_, buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  in_.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

std::optional<HttpAnswer> HttpConnection::receive(bool to_head) {
  std::size_t end = 0;
  while ((end = in_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive_more(kAnswerPatience)) return std::nullopt;
  }
  HttpAnswer answer = parse_head(in_.substr(0, end + 4));
  in_.erase(0, end + 4);
  const auto length = answer.headers.find("content-length");
  const std::size_t size = to_head || length == answer.headers.end() ? 0 : std::stoul(length->second);
  while (in_.size() < size) {
    if (!receive_more(kAnswerPatience)) return std::nullopt;
  }
  answer.body = in_.substr(0, size);
  in_.erase(0, size);
  return answer;
}

bool HttpConnection::ended(std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (in_.empty() && std::chrono::steady_clock::now() < until) {
    pollfd one{fd_, POLLIN, 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (::poll(&one, 1, static_cast<int>(left.count())) <= 0) return false;
    // TLS has words of its own before the end, and tickets.
    char byte = 0;
    const ssize_t got = tls_ != nullptr ? SSL_peek(tls_.get(), &byte, 1) : ::recv(fd_, &byte, 1, MSG_PEEK);
    if (got > 0) return false;
    if (tls_ == nullptr || SSL_get_error(tls_.get(), static_cast<int>(got)) != SSL_ERROR_WANT_READ) return true;
  }
  return false;
}

std::string post_bytes(std::string_view target, std::string_view body, std::string_view headers) {
  return "POST " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::optional<HttpAnswer> round_trip(int port, std::string_view bytes) {
  HttpConnection connection(port);
  connection.send(bytes);
  return connection.receive();
}

HttpAnswer post(int port, std::string_view target, std::string_view body, std::string_view headers) {
  auto answer = round_trip(port, post_bytes(target, body, headers));
  if (!answer) throw std::runtime_error("no answer to POST");
  return *answer;
}

HttpAnswer get(int port, std::string_view target) {
  auto answer = round_trip(port, "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  if (!answer) throw std::runtime_error("no answer to GET");
  return *answer;
}

}  // namespace support
