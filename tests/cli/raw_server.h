// A server on raw sockets, for scenarios that need replies no HTTP library would send.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iostream>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace raw_server {

inline std::mutex mutex;  // guards what follows
inline std::ofstream request_log;

struct Request {
  std::string method;
  std::string path;
  std::string body;
};

inline void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

inline bool read_request(int fd, Request& request) {
  std::string in;
  std::size_t end = std::string::npos;
  std::size_t length = 0;
  char block[8192];
  while (end == std::string::npos || in.size() < end + 4 + length) {
    const ssize_t got = ::recv(fd, block, sizeof block, 0);
    if (got <= 0) return false;
    in.append(block, static_cast<std::size_t>(got));
    end = in.find("\r\n\r\n");
    const std::size_t field = in.find("Content-Length: ");
    if (end != std::string::npos && field < end) length = std::stoul(in.substr(field + 16));
  }
  request.method = in.substr(0, in.find(' '));
  request.path =
      in.substr(request.method.size() + 1, in.find(' ', request.method.size() + 1) - request.method.size() - 1);
  request.body = in.substr(end + 4);
  const std::lock_guard lock(mutex);
  request_log << in << "\n" << std::flush;
  return true;
}

inline void reply(int fd, int status, const std::string& body, const std::string& headers = "") {
  send_all(fd, "HTTP/1.1 " + std::to_string(status) + " Answer\r\n" + headers +
                   "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                   "\r\nConnection: close\r\n\r\n" + body);
}

/// Listens on a free port of 127.0.0.1, says `listening on PORT`, appends every request to `log`, and has each
/// connection served by `make(port)(fd)`, until the process is ended. Returns only if it cannot.
template <class Make>
int run(const char* log, Make make) {
  std::signal(SIGPIPE, SIG_IGN);
  request_log.open(log, std::ios::app);
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener, 64) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return 3;
  }
  const int port = ntohs(address.sin_port);
  const auto serve = make(port);
  std::cout << "listening on " << port << std::endl;
  while (true) {
    const int fd = ::accept(listener, nullptr, nullptr);
    if (fd < 0) return 3;
    std::thread([fd, &serve] {
      serve(fd);
      ::shutdown(fd, SHUT_WR);
      ::close(fd);
    }).detach();
  }
}

}  // namespace raw_server
