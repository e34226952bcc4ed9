#include "net/server.h"

#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace tokend {
namespace {

constexpr int kAcceptsATurn = 64;
constexpr std::chrono::milliseconds kPauseWithoutDescriptors{50};
/// Those beyond --max-connections who are told so; further ones are just closed.
constexpr std::size_t kMostRefusedAtOnce = 256;

}  // namespace

Server::Server(std::vector<Listener> listeners, Limits& limits, TlsContext tls,
               std::vector<std::unique_ptr<RequestHandler>> handlers, std::shared_ptr<spdlog::logger> log)
    : log_(std::move(log)),
      listeners_(std::move(listeners)),
      limits_(limits),
      faults_(log_, RateLimitedLog::kForFaults, "connections"),
      refusals_(log_, RateLimitedLog::kForFaults, "refused connections"),
      stop_event_(::eventfd(0, EFD_CLOEXEC)) {
  tls_.replace(std::move(tls));
  for (auto& handler : handlers) workers_.push_back(std::make_unique<Worker>(limits_, faults_, std::move(handler)));
}

Server::~Server() { stop(); }

std::string Server::urls() const {
  std::string urls;
  for (const Listener& listener : listeners_) urls += (urls.empty() ? "" : ", ") + listener.url();
  return urls;
}

libtoken::Result<void> Server::start() {
  bool started = static_cast<bool>(stop_event_);
  for (const auto& worker : workers_) started = started && worker->start();
  if (!started) return libtoken::fail(libtoken::ErrorKind::kInvalidArgument, "there are not enough file descriptors");
  for (const Listener& listener : listeners_) watched_.push_back({listener.fd(), POLLIN, 0});
  watched_.push_back({stop_event_.get(), POLLIN, 0});
  acceptor_ = std::thread([this] { accept_all(); });
  return {};
}

void Server::drain() noexcept {
  if (stop_event_) ::eventfd_write(stop_event_.get(), 1);
  if (acceptor_.joinable()) acceptor_.join();
  for (Listener& listener : listeners_) listener.close();
  for (const auto& worker : workers_) worker->drain();
}

bool Server::has_drained() const noexcept {
  return std::all_of(workers_.begin(), workers_.end(), [](const auto& worker) { return worker->has_ended(); });
}

void Server::stop() noexcept {
  drain();
  for (const auto& worker : workers_) worker->stop();
}

void Server::accept_all() {
  for (bool stopping = false; !stopping;) {
    ::poll(watched_.data(), watched_.size(), -1);
    stopping = watched_.back().revents != 0;  // who has come so far is still taken in
    for (std::size_t i = 0; i < listeners_.size(); ++i) {
      if (watched_[i].revents == 0 && !stopping) continue;
      for (int count = 0; (count < kAcceptsATurn || stopping) && accept_one(listeners_[i]);) ++count;
    }
  }
}

bool Server::accept_one(const Listener& listener) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  Arrival arrival;
  arrival.fd = FileDescriptor(
      ::accept4(listener.fd(), reinterpret_cast<sockaddr*>(&storage), &size, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!arrival.fd) {
    if (errno == EAGAIN || errno == EWOULDBLOCK) return false;
    if (errno != EINTR && errno != ECONNABORTED) {
      // Out of descriptors or memory, most likely: those under way must end first.
      faults_.warn("cannot accept a connection", std::strerror(errno));
      pollfd stop{stop_event_.get(), POLLIN, 0};
      ::poll(&stop, 1, static_cast<int>(kPauseWithoutDescriptors.count()));
      return false;
    }
    return true;
  }
  bool counted = false;
  try {
    if (!listener.is_unix()) arrival.peer = Peer::from(storage);
    const auto admission = limits_.admit(arrival.peer);
    arrival.admitted = counted = admission == Limits::Admission::kAdmitted;
    if (!arrival.admitted) {
      refusals_.warn(admission == Limits::Admission::kTooMany
                         ? "connections were refused: --max-connections is reached"
                         : "connections were refused: " + arrival.peer.host() + " has its share of them");
      // Over TLS a refusal would cost a handshake, which is more than whoever is refused should be given.
      if (listener.speaks_tls() || refused_open() >= kMostRefusedAtOnce) return true;
    } else if (listener.speaks_tls() && !make_tls(arrival)) {
      limits_.release(arrival.peer);
      faults_.warn("a connection could not be given TLS");
      return true;
    }
    least_loaded().adopt(arrival);
  } catch (const std::exception& error) {
    if (counted) limits_.release(arrival.peer);
    faults_.warn("a connection could not be accepted", error.what());
  }
  return true;
}

bool Server::make_tls(Arrival& arrival) const {
  const TlsContext context = tls_.current();
  arrival.tls.reset(SSL_new(context.get()));  // which keeps the context
  if (arrival.tls == nullptr || SSL_set_fd(arrival.tls.get(), arrival.fd.get()) != 1) return false;
  SSL_set_accept_state(arrival.tls.get());
  return true;
}

std::size_t Server::refused_open() const noexcept {
  std::size_t all = 0;
  for (const auto& worker : workers_) all += worker->load();
  const std::size_t admitted = limits_.connections();
  return all > admitted ? all - admitted : 0;
}

Worker& Server::least_loaded() noexcept {
  // Among equals they take turns.
  std::size_t best = next_worker_++ % workers_.size();
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    if (workers_[i]->load() < workers_[best]->load()) best = i;
  }
  return *workers_[best];
}

}  // namespace tokend
