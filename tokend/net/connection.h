#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "net/deadlines.h"
#include "net/file_descriptor.h"
#include "net/framer.h"
#include "net/peer.h"
#include "net/tls.h"

namespace tokend {

class Job;

/// One client's connection, as its worker keeps it. While it waits it holds no buffer.
struct Connection : DeadlineEntry {
  enum class Phase : std::uint8_t {
    kServing,
    kClosing,  ///< it ends once `out` is sent
    /// Everything is sent. What the client still sends is read and thrown away: closing now would reset the connection,
    /// and the client might lose what it has not read yet.
    kLingering,
  };

  FileDescriptor fd;
  TlsSession tls{nullptr, SSL_free};
  Peer peer;
  Framer framer;
  Phase phase = Phase::kServing;
  bool admitted = true;           ///< counted in Limits
  bool ended = false;             ///< the client has closed its side
  bool tls_wants_write = false;   ///< TLS must send something before it can receive more
  bool told_to_continue = false;  ///< 100 Continue was sent for the request under way
  bool runnable = false;          ///< in the worker's list of connections with requests left over from the last turn
  bool closed = false;
  std::uint32_t watched = 0;  ///< the events that epoll watches it for
  std::size_t counted = 0;    ///< its bytes in Limits::recount()
  std::size_t lingered = 0;   ///< bytes thrown away in kLingering
  std::string in;             ///< received, and not answered yet
  std::string out;            ///< to be sent, from `sent` on
  std::size_t sent = 0;
  std::shared_ptr<Job> job;  ///< has the next response; no other request is answered meanwhile
  std::size_t place = 0;     ///< index in the worker's list

  [[nodiscard]] bool has_unsent() const noexcept { return sent < out.size(); }

  enum class Io : std::uint8_t { kDone, kBlocked, kEnded, kFailed };
  /// Receives up to `size` bytes; with kDone `got` is at least 1.
  [[nodiscard]] Io receive(char* to, std::size_t size, std::size_t& got) noexcept;
  /// Sends as much of `out` as the socket takes. kDone: all of it.
  [[nodiscard]] Io send_some() noexcept;
  /// Closes our side, so that the client sees the end.
  void end_sending() noexcept;
};

}  // namespace tokend
