#include "server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "connection.h"
#include "exchange.h"
#include "libtoken/text.h"

namespace tokend {
namespace {

using libtoken::ErrorKind;
using libtoken::fail;
using libtoken::Result;

constexpr std::size_t kThreads = 64;
constexpr std::size_t kMaxWaiting = 1024;
constexpr int kBacklog = 1024;
constexpr std::size_t kMaxRequestsPerConnection = 10'000;
constexpr std::chrono::seconds kIdlePatience{60};
constexpr std::chrono::milliseconds kIdleSlice{100};

std::string last_error() { return std::generic_category().message(errno); }

void set_option(int fd, int level, int option) {
  const int on = 1;
  ::setsockopt(fd, level, option, &on, sizeof on);
}

Result<FileDescriptor> bind_to(const SocketAddress& address) {
  FileDescriptor fd(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const bool bound = fd.get() >= 0 && [&] {
    set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR);
    if (address.storage.ss_family == AF_INET6) set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY);
    return ::bind(fd.get(), address.get(), address.size) == 0 && ::listen(fd.get(), kBacklog) == 0;
  }();
  if (!bound) return fail(ErrorKind::kInvalidArgument, "cannot listen on " + to_string(address) + ": " + last_error());
  return fd;
}

}  // namespace

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Result<std::unique_ptr<Server>> Server::listen(const std::vector<SocketAddress>& addresses,
                                               const RequestHandlers& handlers, std::shared_ptr<spdlog::logger> log) {
  Result<FileDescriptor> listener = fail(ErrorKind::kInvalidArgument, "there is no address to listen on");
  for (std::size_t i = 0; i < addresses.size() && !listener; ++i) listener = bind_to(addresses[i]);
  if (!listener) return tl::unexpected(listener.error());
  SocketAddress bound;
  bound.size = sizeof bound.storage;
  FileDescriptor stop_event(::eventfd(0, EFD_CLOEXEC));
  if (stop_event.get() < 0 ||
      ::getsockname(listener->get(), reinterpret_cast<sockaddr*>(&bound.storage), &bound.size) != 0) {
    return fail(ErrorKind::kInvalidArgument, "cannot listen: " + last_error());
  }
  return std::unique_ptr<Server>(
      new Server(std::move(*listener), std::move(stop_event), "http://" + to_string(bound), handlers, std::move(log)));
}

Server::Server(FileDescriptor listener, FileDescriptor stop_event, std::string url, const RequestHandlers& handlers,
               std::shared_ptr<spdlog::logger> log)
    : listener_(std::move(listener)),
      stop_event_(std::move(stop_event)),
      url_(std::move(url)),
      handlers_(handlers),
      log_(std::move(log)) {}

Server::~Server() { stop(std::chrono::milliseconds(0)); }

void Server::start() {
  for (std::size_t i = 0; i < kThreads; ++i) threads_.emplace_back([this] { work(); });
  threads_.emplace_back([this] { accept_all(); });
}

bool Server::stop(std::chrono::milliseconds drain) {
  std::unique_lock lock(mutex_);
  if (stopping_) return true;
  stopping_ = true;
  ::eventfd_write(stop_event_.get(), 1);
  changed_.notify_all();
  const bool drained = changed_.wait_for(lock, drain, [this] { return open_.empty() && waiting_.empty(); });
  for (const int fd : waiting_) ::close(fd);
  waiting_.clear();
  for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  lock.unlock();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  return drained;
}

void Server::accept_all() {
  std::array<pollfd, 2> both{{{listener_.get(), POLLIN, 0}, {stop_event_.get(), POLLIN, 0}}};
  for (;;) {
    ::poll(both.data(), both.size(), -1);
    if (both[1].revents != 0) {
      ::shutdown(listener_.get(), SHUT_RDWR);  // who comes now is turned away, not left waiting
      return;
    }
    const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) {
      // Out of descriptors or memory: those under way must end first.
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        log_->error("cannot accept a connection: {}", last_error());
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
      }
      continue;
    }
    set_option(fd, IPPROTO_TCP, TCP_NODELAY);
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= kMaxWaiting) {
      ::close(fd);
      continue;
    }
    waiting_.push_back(fd);
    waiting_count_ = waiting_.size();
    changed_.notify_one();
  }
}

void Server::work() {
  Exchange exchange(handlers_);
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const int fd = waiting_.front();
    waiting_.pop_front();
    waiting_count_ = waiting_.size();
    open_.insert(fd);
    lock.unlock();
    serve(fd, exchange);
    lock.lock();
    if (stopping_) changed_.notify_all();
  }
}

void Server::serve(int fd, Exchange& exchange) {
  Connection connection(fd, stop_event_.get());
  try {
    for (std::size_t count = 1;; ++count) {
      const auto until = Connection::Clock::now() + kIdlePatience;
      bool begun = false;
      do {
        begun = connection.wait_for_request(std::min(until, Connection::Clock::now() + kIdleSlice));
      } while (!begun && !connection.stopping() && waiting_count_ == 0 && Connection::Clock::now() < until);
      if (!begun) break;
      const bool last = connection.stopping() || count == kMaxRequestsPerConnection;
      if (exchange.serve(connection, last) == Exchange::Next::kClose) break;
    }
  } catch (const std::exception& error) {
    log_->error("a connection ended with an error: {}", libtoken::escape_untrusted(error.what(), 400));
  }
  // Before the descriptor closes and its number is another's.
  const std::lock_guard lock(mutex_);
  open_.erase(fd);
}

}  // namespace tokend
