#include "net/listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "libtoken/text.h"

namespace tokend {
namespace {

using libtoken::ErrorKind;
using libtoken::fail;
using libtoken::Result;

constexpr int kBacklog = 4096;
constexpr mode_t kUnixMode = 0660;

std::string last_error() { return std::generic_category().message(errno); }

void set_option(int fd, int level, int option, int value = 1) { ::setsockopt(fd, level, option, &value, sizeof value); }

Result<FileDescriptor> bind_to(const SocketAddress& address) {
  FileDescriptor fd(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const bool bound = fd && [&] {
    set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR);
    set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY);  // accepted connections inherit it, and
    // the buffer too: for a client that reads nothing, no megabytes are to be worked out and kept by the system.
    set_option(fd.get(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, 64 * 1024);
    if (address.storage.ss_family == AF_INET6) set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY);
    return ::bind(fd.get(), address.get(), address.size) == 0 && ::listen(fd.get(), kBacklog) == 0;
  }();
  if (!bound) return fail(ErrorKind::kInvalidArgument, "cannot listen on " + to_string(address) + ": " + last_error());
  return fd;
}

/// Removes a socket that nobody listens at any more, and nothing else.
Result<void> remove_dead_socket(const std::string& path, const sockaddr_un& address) {
  struct stat there {};
  if (::lstat(path.c_str(), &there) != 0) return {};
  const auto refuse = [&](const char* why) {
    return fail(ErrorKind::kInvalidArgument, "cannot listen on unix:" + libtoken::escape_untrusted(path) + ": " + why);
  };
  if (!S_ISSOCK(there.st_mode)) return refuse("a file that is not a socket is there");
  const FileDescriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
      errno != ECONNREFUSED) {
    return refuse("another process listens there");
  }
  ::unlink(path.c_str());
  return {};
}

}  // namespace

Result<Listener> Listener::open_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return fail(ErrorKind::kInvalidArgument, "the path of a unix socket may have at most 107 bytes");
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  if (auto clear = remove_dead_socket(path, address); !clear) return tl::unexpected(clear.error());
  Listener listener;
  listener.fd_ = FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // Nobody can connect before listen(), so that the mode that the umask gives does not matter.
  struct stat made {};
  const bool bound =
      listener.fd_ && ::bind(listener.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (!bound || ::chmod(path.c_str(), kUnixMode) != 0 || ::lstat(path.c_str(), &made) != 0 ||
      ::listen(listener.fd(), kBacklog) != 0) {
    return fail(ErrorKind::kInvalidArgument,
                "cannot listen on unix:" + libtoken::escape_untrusted(path) + ": " + last_error());
  }
  listener.path_ = path;
  listener.inode_ = made.st_ino;
  listener.url_ = "unix:" + path;
  return listener;
}

Result<Listener> Listener::open(const ListenTarget& target, bool tls) {
  if (!target.unix_path.empty()) return open_unix(target.unix_path);
  Result<FileDescriptor> fd = fail(ErrorKind::kInvalidArgument, "there is no address to listen on");
  for (std::size_t i = 0; i < target.addresses.size() && !fd; ++i) fd = bind_to(target.addresses[i]);
  if (!fd) return tl::unexpected(fd.error());
  SocketAddress bound;
  bound.size = sizeof bound.storage;
  if (::getsockname(fd->get(), reinterpret_cast<sockaddr*>(&bound.storage), &bound.size) != 0) {
    return fail(ErrorKind::kInvalidArgument, "cannot listen: " + last_error());
  }
  Listener listener;
  listener.fd_ = std::move(*fd);
  listener.url_ = (tls ? "https://" : "http://") + to_string(bound);
  listener.tls_ = tls;
  return listener;
}

void Listener::close() noexcept {
  if (!fd_) return;
  fd_.reset();
  struct stat there {};
  if (is_unix() && ::lstat(path_.c_str(), &there) == 0 && there.st_ino == inode_) ::unlink(path_.c_str());
}

Listener::~Listener() { close(); }

}  // namespace tokend
