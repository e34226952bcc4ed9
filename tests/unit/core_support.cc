#include "core_support.h"

namespace core_test {

Bytes hex(std::string_view spaced) {
  std::string digits;
  for (const char c : spaced)
    if (c != ' ') digits += c;
  Result<Bytes> bytes = from_hex(digits);
  if (!bytes) throw std::runtime_error("not hex: " + digits);
  return *bytes;
}

Bytes copy_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }
Bytes repeated(std::size_t count, std::uint8_t byte) { return Bytes(count, byte); }

Bytes joined(std::initializer_list<ByteView> parts) {
  Bytes all;
  for (const ByteView part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

SigningKey key_of(std::uint8_t fill) { return value_of(SigningKey::from_bytes(repeated(32, fill))); }
EncryptionKey shared_key_of(std::uint8_t fill) { return value_of(EncryptionKey::from_bytes(repeated(32, fill))); }

void Keys::add(std::string_view kid, const SigningKey& key, std::uint64_t owner) {
  keys_.emplace(kid, RootKey{key, owner});
}

const RootKey* Keys::find(ByteView kid) const noexcept {
  const auto found = keys_.find(text_of(kid));
  return found == keys_.end() ? nullptr : &found->second;
}

Bytes RawToken::encode() const {
  Bytes nonce;
  msgpack::write_array(nonce, version == 0 ? 2 : 3);
  msgpack::write_bin(nonce, kid);
  msgpack::write_bin(nonce, repeated(16, 0x72));
  if (version != 0) msgpack::write_bool(nonce, proof);
  Digest tail = chain_start(key, nonce);
  const DecodedCaveats decoded = value_of(caveats.check());
  for (const Caveat& caveat : decoded.caveats()) tail = chain_step(tail, caveat.encoded);
  if (proof) tail = chain_finalize(tail);
  Bytes out;
  msgpack::write_array(out, 4);
  out.insert(out.end(), nonce.begin(), nonce.end());
  msgpack::write_str(out, location);
  const Bytes list = caveats.encoded_list();
  out.insert(out.end(), list.begin(), list.end());
  msgpack::write_bin(out, tail);
  return out;
}

Macaroon RawToken::macaroon() const { return value_of(Macaroon::decode(encode())); }

Bytes signed_token(const CaveatSet& caveats) {
  RawToken token;
  token.caveats = caveats;
  return token.encode();
}

Macaroon minted(const CaveatSet& caveats) {
  return value_of(Macaroon::mint(bytes_of("kid-1"), kHere, key_of(1), caveats));
}

std::string header_of(std::initializer_list<ByteView> tokens) {
  std::string header = "FlyV1 ";
  for (const ByteView token : tokens) header += (header.size() > 6 ? ",fm2_" : "fm2_") + to_base64(token);
  return header;
}

CaveatSet unknown_caveat() { return CaveatSet().encoded(hex("cc c8 c3")); }

std::string verdict(const CaveatSet& set, const Access& access) { return to_string(clear(Decoded(set)[0], access)); }

CaveatSet from_json(std::string_view text) { return value_of(parse_caveats_json(text)); }

std::string grounds(const Verification& verification) {
  std::string kinds;
  for (const Refusal& refusal : verification.refusals)
    kinds += (kinds.empty() ? "" : " ") + std::string(to_string(refusal.kind));
  return kinds;
}

}  // namespace core_test
