#include "net/connection.h"

#include <openssl/err.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace tokend {

Connection::Io Connection::receive(char* to, std::size_t size, std::size_t& got) noexcept {
  if (tls == nullptr) {
    ssize_t received = 0;
    do received = ::recv(fd.get(), to, size, MSG_DONTWAIT);
    while (received < 0 && errno == EINTR);
    if (received > 0) {
      got = static_cast<std::size_t>(received);
      return Io::kDone;
    }
    if (received == 0) return Io::kEnded;
    return errno == EAGAIN || errno == EWOULDBLOCK ? Io::kBlocked : Io::kFailed;
  }
  ERR_clear_error();
  tls_wants_write = false;
  if (SSL_read_ex(tls.get(), to, size, &got) == 1) return Io::kDone;
  switch (SSL_get_error(tls.get(), 0)) {
    case SSL_ERROR_WANT_READ: return Io::kBlocked;
    case SSL_ERROR_WANT_WRITE: tls_wants_write = true; return Io::kBlocked;
    case SSL_ERROR_ZERO_RETURN: return Io::kEnded;
    default: return Io::kFailed;
  }
}

Connection::Io Connection::send_some() noexcept {
  while (has_unsent()) {
    std::size_t part = 0;
    if (tls == nullptr) {
      const ssize_t taken = ::send(fd.get(), out.data() + sent, out.size() - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (taken < 0 && errno == EINTR) continue;
      if (taken < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? Io::kBlocked : Io::kFailed;
      part = static_cast<std::size_t>(taken);
    } else {
      ERR_clear_error();
      if (SSL_write_ex(tls.get(), out.data() + sent, out.size() - sent, &part) != 1) {
        const int error = SSL_get_error(tls.get(), 0);
        return error == SSL_ERROR_WANT_WRITE || error == SSL_ERROR_WANT_READ ? Io::kBlocked : Io::kFailed;
      }
    }
    sent += part;
  }
  out.clear();
  sent = 0;
  return Io::kDone;
}

void Connection::end_sending() noexcept {
  if (tls != nullptr && SSL_is_init_finished(tls.get()) == 1) {
    ERR_clear_error();
    SSL_shutdown(tls.get());
  }
  ::shutdown(fd.get(), SHUT_WR);
}

}  // namespace tokend
