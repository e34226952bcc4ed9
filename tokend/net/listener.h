#pragma once

#include <sys/types.h>

#include <string>

#include "net/file_descriptor.h"
#include "libtoken/result.h"
#include "net/listen_address.h"

namespace tokend {

/// A socket that listens, at one TCP address or at a path.
class Listener {
 public:
  /// Binds to the first address that can be had. A unix socket has mode 0660; one that was left behind by a process
  /// that is gone is replaced, and one where somebody listens is not. Error: kInvalidArgument (none can be had).
  [[nodiscard]] static libtoken::Result<Listener> open(const ListenTarget& target, bool tls);
  ~Listener();
  Listener(Listener&&) noexcept = default;
  Listener& operator=(Listener&&) = delete;

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  /// `http://127.0.0.1:8080`, with the port that was bound; `https://…`; `unix:/run/tokend.sock`.
  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] bool is_unix() const noexcept { return !path_.empty(); }
  [[nodiscard]] bool speaks_tls() const noexcept { return tls_; }
  /// Whoever comes from now on is turned away.
  void close() noexcept;

 private:
  Listener() = default;
  [[nodiscard]] static libtoken::Result<Listener> open_unix(const std::string& path);

  FileDescriptor fd_;
  std::string url_;
  std::string path_;  // of a unix socket
  ino_t inode_ = 0;   // so that only our own is removed
  bool tls_ = false;
};

}  // namespace tokend
