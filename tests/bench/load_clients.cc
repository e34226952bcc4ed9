// Clients that a load test wants beside the load: `idle N`, `drip N` (a byte a second each), `deaf N` (ask until
// nothing more is taken, and never read). Says "ready" when all are connected, holds them for SECONDS, and says how
// many have heard of their end meanwhile, and how long after their first byte the last of them did. The deaf may not
// hear of it: the system does not take a reset from beyond a window that is shut.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
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

using Clock = std::chrono::steady_clock;

struct Client {
  int fd = -1;
  bool ended = false;
  Clock::time_point since;     ///< its first byte
  Clock::time_point has_sent;  ///< its last
};

int connect_to(int port, bool reads) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (!reads) {
    const int least = 1;  // the system makes it a few kilobytes
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof least);
  }
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  in.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&in), sizeof in) == 0) return fd;
  ::close(fd);
  return -1;
}

/// What was sent without waiting; 0: nothing is taken now, or ever again.
std::size_t put(int fd, std::string_view bytes) {
  const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

bool has_ended(int fd) {
  pollfd one{fd, POLLRDHUP, 0};
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
  const std::chrono::seconds duration(std::atoi(argv[4]));
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

  constexpr std::string_view kLive = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";
  std::string many;
  for (int i = 0; i < 200; ++i) many += kLive;
  std::vector<Client> clients;
  for (int i = 0; i < count; ++i) {
    Client client;
    client.fd = connect_to(port, kind != "deaf");
    if (client.fd < 0) continue;
    if (kind == "idle") {
      std::array<char, 512> answer{};
      if (put(client.fd, kLive) == 0 || ::recv(client.fd, answer.data(), answer.size(), 0) <= 0) return 1;
    }
    if (kind == "drip") put(client.fd, "x");
    client.since = client.has_sent = Clock::now();
    clients.push_back(client);
  }
  std::printf("ready: %zu of %d %s clients\n", clients.size(), count, argv[1]);
  std::fflush(stdout);

  const auto begun = Clock::now();
  auto next_byte = begun + std::chrono::seconds(1);
  std::size_t ended = 0;
  Clock::duration longest{0};
  // Looking at ten thousand takes milliseconds of a core that the daemon would have, and idle clients are to be idle:
  // so they are looked at once, at the end.
  if (kind == "idle") std::this_thread::sleep_for(duration);
  do {
    const bool byte_is_due = Clock::now() >= next_byte;
    if (byte_is_due) next_byte += std::chrono::seconds(1);
    for (Client& client : clients) {
      if (client.ended) continue;
      if (has_ended(client.fd)) {
        client.ended = true;
        ++ended;
        longest = std::max(longest, Clock::now() - client.since);
        continue;
      }
      if (kind == "drip" && byte_is_due) put(client.fd, "x");
      // Once the daemon reads no more, it just sits there.
      const bool still_asks = kind == "deaf" && Clock::now() - client.has_sent < std::chrono::seconds(1);
      if (still_asks && put(client.fd, many) > 0) client.has_sent = Clock::now();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  } while (Clock::now() - begun < duration);
  std::printf("ended: %zu of %zu %s clients, the last after %.1f s\n", ended, clients.size(), argv[1],
              std::chrono::duration<double>(longest).count());
  return 0;
}
