#pragma once

#include <sys/types.h>

#include <string>

#include "libtoken/result.h"
#include "net/file_descriptor.h"
#include "net/listen_address.h"

namespace tokend {

/// A listening socket: a TCP address, or a unix socket with a path.
class Listener {
 public:
  /// Binds to the first of the addresses that can be bound. A unix socket gets the mode 0660; it replaces one that a
  /// process has left behind, but not one where a process listens. Error: kInvalidArgument (none can be bound).
  [[nodiscard]] static libtoken::Result<Listener> open(const ListenTarget& target, bool tls);
  ~Listener();
  Listener(Listener&&) noexcept = default;
  Listener& operator=(Listener&&) = delete;

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  /// `http://127.0.0.1:8080`, with the port that was bound; `https://…`; `unix:/run/tokend.sock`.
  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] bool is_unix() const noexcept { return !path_.empty(); }
  [[nodiscard]] bool speaks_tls() const noexcept { return tls_; }
  /// Clients that come from now on are turned away; a unix socket's path is removed.
  void close() noexcept;

 private:
  Listener() = default;
  [[nodiscard]] static libtoken::Result<Listener> open_unix(const std::string& path);

  FileDescriptor fd_;
  std::string url_;
  std::string path_;  // of a unix socket
  ino_t inode_ = 0;   // of the unix socket, so that no other one is removed
  bool tls_ = false;
};

}  // namespace tokend
