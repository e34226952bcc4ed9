// Clients that a load test wants beside the load: `idle N`, `drip N` (a byte a second each), `deaf N` (ask and never
// read). Says "ready" when all are connected, and holds them for SECONDS; then says how many the daemon has ended.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

int connect_to(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  in.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&in), sizeof in) == 0) return fd;
  ::close(fd);
  return -1;
}

/// Sent without waiting. False: the daemon has hung up.
bool put(int fd, std::string_view bytes) {
  return ::send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0 || errno == EAGAIN;
}

bool has_ended(int fd) {
  pollfd one{fd, POLLIN | POLLRDHUP, 0};
  return ::poll(&one, 1, 0) > 0 && (one.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: load_clients idle|drip|deaf N PORT SECONDS\n");
    return 2;
  }
  const std::string_view kind = argv[1];
  const int count = std::atoi(argv[2]);
  const int port = std::atoi(argv[3]);
  const int seconds = std::atoi(argv[4]);
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

  constexpr std::string_view kLive = "GET /livez HTTP/1.1\r\n\r\n";
  std::string many;
  for (int i = 0; i < 2000; ++i) many += kLive;
  std::vector<int> clients;
  for (int i = 0; i < count; ++i) {
    const int fd = connect_to(port);
    if (fd < 0) continue;
    clients.push_back(fd);
    if (kind == "idle") {
      std::array<char, 512> answer{};
      if (!put(fd, kLive) || ::recv(fd, answer.data(), answer.size(), 0) <= 0) return 1;
    }
  }
  std::printf("ready: %zu of %d %s clients\n", clients.size(), count, argv[1]);
  std::fflush(stdout);
  for (int second = 0; second < seconds; ++second) {
    for (const int fd : clients) {
      if (kind == "drip") put(fd, "x");
      if (kind == "deaf") put(fd, many);
    }
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
  std::size_t ended = 0;
  for (const int fd : clients) ended += has_ended(fd) || (kind != "idle" && !put(fd, "x")) ? 1 : 0;
  std::printf("after %d s the daemon has ended %zu of %zu %s clients\n", seconds, ended, clients.size(), argv[1]);
  return 0;
}
