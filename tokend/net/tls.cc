#include "net/tls.h"

#include <openssl/err.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "libtoken/text.h"

namespace tokend {
namespace {

using libtoken::ErrorKind;
using libtoken::fail;

tl::unexpected<libtoken::Error> refuse(const std::string& what, const std::string& path) {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return fail(ErrorKind::kInvalidArgument,
              what + " " + libtoken::escape_untrusted(path) + " cannot be used" +
                  (reason == nullptr ? std::string() : ": " + libtoken::escape_untrusted(reason, 200)));
}

/// OpenSSL reads whatever it is given to its end, which a device does not have.
libtoken::Result<void> check_file(const std::string& what, const std::string& path) {
  constexpr off_t kMostBytes = 8 * 1024 * 1024;  // all authorities that a system trusts have a few hundred KiB
  struct stat status {};
  const bool is_there = ::stat(path.c_str(), &status) == 0;
  if (is_there && S_ISREG(status.st_mode) && status.st_size <= kMostBytes) return {};
  const std::string why = !is_there                 ? std::generic_category().message(errno)
                          : S_ISREG(status.st_mode) ? "it is longer than 8 MiB"
                                                    : "it is not a regular file";
  return fail(ErrorKind::kInvalidArgument, what + " " + libtoken::escape_untrusted(path) + " cannot be used: " + why);
}

/// Refuses a key file with a passphrase, for which OpenSSL would ask on the terminal.
int no_passphrase(char*, int, int, void*) { return 0; }

}  // namespace

libtoken::Result<TlsContext> load_tls(const TlsFiles& files) {
  constexpr const char* kCertificate = "the TLS certificate";
  constexpr const char* kKey = "the TLS key";
  constexpr const char* kAuthorities = "the file of client authorities";
  auto good = check_file(kCertificate, files.certificate);
  if (good) good = check_file(kKey, files.key);
  if (good && !files.client_ca.empty()) good = check_file(kAuthorities, files.client_ca);
  if (!good) return tl::unexpected(good.error());
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  SSL_CTX* raw = context.get();
  if (raw == nullptr) return fail(ErrorKind::kInvalidArgument, "TLS cannot be initialised");
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // A connection keeps buffers only while they hold something, because thousands of connections may be waiting.
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_default_passwd_cb(raw, no_passphrase);
  if (SSL_CTX_use_certificate_chain_file(raw, files.certificate.c_str()) != 1) {
    return refuse(kCertificate, files.certificate);
  }
  if (SSL_CTX_use_PrivateKey_file(raw, files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(raw) != 1) {
    return refuse(kKey, files.key);
  }
  if (!files.client_ca.empty()) {
    STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(files.client_ca.c_str());
    if (names == nullptr || SSL_CTX_load_verify_locations(raw, files.client_ca.c_str(), nullptr) != 1) {
      sk_X509_NAME_pop_free(names, X509_NAME_free);
      return refuse(kAuthorities, files.client_ca);
    }
    SSL_CTX_set_client_CA_list(raw, names);
    SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  // Only sessions of this service are resumed.
  static constexpr unsigned char kService[] = "tokend";
  SSL_CTX_set_session_id_context(raw, kService, sizeof kService - 1);
  return context;
}

}  // namespace tokend
