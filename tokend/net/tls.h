#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <string>

#include "libtoken/result.h"

namespace tokend {

/// Paths of the files for TLS; an empty path: no such file.
struct TlsFiles {
  std::string certificate;  ///< PEM, the chain after it
  std::string key;          ///< PEM
  std::string client_ca;    ///< PEM; if given, a client must have a certificate that one of these authorities signed
};

using TlsContext = std::shared_ptr<SSL_CTX>;
using TlsSession = std::unique_ptr<SSL, decltype(&SSL_free)>;

/// Reads the files. Error: kInvalidArgument (one cannot be read, or key and certificate do not belong together).
[[nodiscard]] libtoken::Result<TlsContext> load_tls(const TlsFiles& files);

/// The context for new connections, which a reload replaces. Any number of threads may use it.
class TlsSource {
 public:
  [[nodiscard]] TlsContext current() const {
    const std::lock_guard lock(mutex_);
    return context_;
  }
  void replace(TlsContext context) {
    const std::lock_guard lock(mutex_);
    context_.swap(context);
  }

 private:
  mutable std::mutex mutex_;
  TlsContext context_;
};

}  // namespace tokend
