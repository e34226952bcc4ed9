#pragma once

#include <map>
#include <string>
#include <vector>

#include "libtoken/access.h"
#include "libtoken/json.h"
#include "libtoken/verifier.h"

namespace conformance {

using json = libtoken::Json;

/// Why a case does not hold; "" if it does. Throws on a case that is not of its file's form, which counts as failed.
using RunCase = std::string (*)(const json& one);

std::string run_header(const json& one);
std::string run_codec(const json& one);
std::string run_attenuate(const json& one);
std::string run_verify(const json& one);
std::string run_ticket(const json& one);
std::string run_discharge(const json& one);
std::string run_edges(const json& one);

/// What a case's Access borrows from.
struct OwnedAccess {
  explicit OwnedAccess(const json& fields);
  OwnedAccess(const OwnedAccess&) = delete;
  OwnedAccess& operator=(const OwnedAccess&) = delete;
  libtoken::Access access;

 private:
  std::map<std::string, std::string> texts_;
  std::vector<std::string> command_texts_;
  std::vector<std::string_view> command_;
};

/// A case's `keys`: those that are no keys (of a wrong length, zeros) are left out, as a keyring would.
class CaseKeys final : public libtoken::KeySource {
 public:
  explicit CaseKeys(const json& keys);
  void add(std::string kid, const std::string& key_hex);
  const libtoken::RootKey* find(libtoken::ByteView kid) const noexcept override;

 private:
  std::map<std::string, libtoken::RootKey, std::less<>> keys_;
};

std::vector<libtoken::TrustedThirdParty> trusted_third_parties(const json& one);

libtoken::Bytes hex_bytes(const json& hex);
libtoken::SigningKey signing_key(const json& hex);
libtoken::Macaroon macaroon(const json& text);

/// The value of a Result, or an exception with its sentence.
template <class T>
T value(libtoken::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

}  // namespace conformance
