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

/// One client, as its worker keeps it. A connection that waits holds no buffer.
struct Connection : DeadlineEntry {
  enum class Phase : std::uint8_t {
    kServing,
    kClosing,    ///< what is in `out` is the last that is said
    kLingering,  ///< all is said; what the client still sends is thrown away, lest a reset destroys what it has not read
  };

  FileDescriptor fd;
  TlsSession tls{nullptr, SSL_free};
  Peer peer;
  Framer framer;
  Phase phase = Phase::kServing;
  bool admitted = true;         ///< counted in Limits
  bool ended = false;           ///< the client sends no more
  bool tls_wants_write = false;  ///< TLS has something of its own to say before it can read
  bool told_to_continue = false;
  bool runnable = false;  ///< in the worker's list of those with requests left over from their last turn
  bool closed = false;
  std::uint32_t watched = 0;  ///< what epoll was told
  std::size_t counted = 0;    ///< bytes in Limits::recount()
  std::size_t lingered = 0;
  std::string in;   ///< received and not answered
  std::string out;  ///< to be sent, from `sent` on
  std::size_t sent = 0;
  std::shared_ptr<Job> job;  ///< being answered; nothing else is meanwhile
  std::size_t place = 0;          ///< in the worker's list

  [[nodiscard]] bool has_unsent() const noexcept { return sent < out.size(); }

  enum class Io : std::uint8_t { kDone, kBlocked, kEnded, kFailed };
  /// Up to `size` bytes; in kDone `got` is at least 1.
  [[nodiscard]] Io receive(char* to, std::size_t size, std::size_t& got) noexcept;
  /// As much of `out` as the socket takes. kDone: all of it.
  [[nodiscard]] Io send_some() noexcept;
  /// Says that nothing more will come.
  void end_sending() noexcept;
};

}  // namespace tokend
