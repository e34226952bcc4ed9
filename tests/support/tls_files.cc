#include "tls_files.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

TlsFiles::TlsFiles(const std::filesystem::path& directory, const std::string& name)
    : certificate(directory / (name + ".crt")), key(directory / (name + ".key")) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pair(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> own(X509_new(), X509_free);
  X509_set_version(own.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(own.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(own.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(own.get()), 3600);
  X509_set_pubkey(own.get(), pair.get());
  X509_NAME* subject = X509_get_subject_name(own.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(own.get(), subject);
  X509_sign(own.get(), pair.get(), EVP_sha256());
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> crt(std::fopen(certificate.c_str(), "w"), std::fclose);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pem(std::fopen(key.c_str(), "w"), std::fclose);
  if (!crt || !pem || PEM_write_X509(crt.get(), own.get()) != 1 ||
      PEM_write_PrivateKey(pem.get(), pair.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    throw std::runtime_error("no certificate was made");
  }
}
