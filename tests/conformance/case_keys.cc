#include "conformance.h"
#include "libtoken/bundle.h"

namespace conformance {

CaseKeys::CaseKeys(const json& keys) {
  for (const auto& [kid, key] : keys.items())
    add(std::string(libtoken::text_of(hex_bytes(kid))), key.get<std::string>());
}

void CaseKeys::add(std::string kid, const std::string& key_hex) {
  const auto key = libtoken::SigningKey::from_bytes(hex_bytes(key_hex));
  if (key) keys_.emplace(std::move(kid), libtoken::RootKey{*key, 0});
}

const libtoken::RootKey* CaseKeys::find(libtoken::ByteView kid) const noexcept {
  const auto found = keys_.find(libtoken::text_of(kid));
  return found == keys_.end() ? nullptr : &found->second;
}

std::vector<libtoken::TrustedThirdParty> trusted_third_parties(const json& one) {
  std::vector<libtoken::TrustedThirdParty> trusted;
  if (!one.contains("trusted_third_parties")) return trusted;
  for (const auto& [location, keys] : one["trusted_third_parties"].items()) {
    libtoken::TrustedThirdParty& party = trusted.emplace_back();
    party.location = location;
    for (const json& key : keys) party.keys.push_back(value(libtoken::EncryptionKey::from_bytes(hex_bytes(key))));
  }
  return trusted;
}

libtoken::Bytes hex_bytes(const json& hex) { return value(libtoken::from_hex(hex.get<std::string>())); }

libtoken::SigningKey signing_key(const json& hex) { return value(libtoken::SigningKey::from_bytes(hex_bytes(hex))); }

libtoken::Macaroon macaroon(const json& text) {
  libtoken::Bundle bundle = value(libtoken::Bundle::parse(text.get<std::string>()));
  return value(std::move(bundle.parts().at(0)));
}

}  // namespace conformance
