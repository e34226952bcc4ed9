#include "http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cctype>
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

HttpConnection::~HttpConnection() { ::close(fd_); }

void HttpConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the server has hung up; what it said before can still be read
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool HttpConnection::receive_more(std::chrono::milliseconds patience) {
  pollfd one{fd_, POLLIN, 0};
  if (::poll(&one, 1, static_cast<int>(patience.count())) <= 0) return false;
  std::array<char, 8192> buffer{};
  const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
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
  pollfd one{fd_, POLLIN, 0};
  if (!in_.empty() || ::poll(&one, 1, static_cast<int>(patience.count())) <= 0) return false;
  char byte = 0;
  return ::recv(fd_, &byte, 1, MSG_PEEK) <= 0;
}

std::string post_bytes(std::string_view target, std::string_view body, std::string_view headers) {
  return "POST " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::optional<HttpAnswer> exchange(int port, std::string_view bytes) {
  HttpConnection connection(port);
  connection.send(bytes);
  return connection.receive();
}

HttpAnswer post(int port, std::string_view target, std::string_view body, std::string_view headers) {
  auto answer = exchange(port, post_bytes(target, body, headers));
  if (!answer) throw std::runtime_error("no answer to POST");
  return *answer;
}

HttpAnswer get(int port, std::string_view target) {
  auto answer = exchange(port, "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  if (!answer) throw std::runtime_error("no answer to GET");
  return *answer;
}

}  // namespace support
