#include "tokens/draft.h"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "tokens/chain.h"
#include "wire/msgpack.h"

namespace libtoken {

bool Draft::repeats(const Caveat& caveat) const noexcept {
  return std::any_of(caveats_.begin(), caveats_.end(),
                     [&](const Caveat* one) { return equal(one->encoded, caveat.encoded); });
}

Result<bool> Draft::add(const Caveat& caveat) {
  if (repeats(caveat)) return false;
  if (const Result<void> judged = judge(caveat); !judged) return tl::unexpected(judged.error());
  tail_ = chain_step(tail_, caveat.encoded);
  caveats_.push_back(&caveat);
  return true;
}

Result<void> Draft::judge(const Caveat& added) const {
  if (is_attestation(added.type) && attestations_ == Attestations::kRefused)
    return fail(ErrorKind::kMisplacedAttestation,
                std::string(name_of(added.type)) + " states a fact, and only a proof may do that");
  if (has_unreachable_else(added))
    return fail(
        ErrorKind::kUnreachableElse,
        "an IfPresent may hold resource sets, Mutations and Commands only: anything else keeps its else mask from "
        "ever applying, and so allows more than it seems to");
  const auto* third_party = std::get_if<ThirdParty>(&added.body);
  if (third_party == nullptr) return {};
  for (const Caveat* one : caveats_) {
    const auto* other = std::get_if<ThirdParty>(&one->body);
    if (other != nullptr && other->location == third_party->location)
      return fail(ErrorKind::kRepeatedThirdParty, "there is a third-party caveat for that location already");
  }
  return {};
}

Bytes Draft::encode(const Digest& tail) const {
  Bytes out;
  msgpack::write_array(out, 4);
  out.insert(out.end(), nonce_.begin(), nonce_.end());
  msgpack::write_str(out, location_);
  msgpack::write_array(out, 2 * caveats_.size());
  for (const Caveat* caveat : caveats_) out.insert(out.end(), caveat->encoded.begin(), caveat->encoded.end());
  msgpack::write_bin(out, tail);
  return out;
}

Bytes make_nonce(ByteView kid, bool proof) {
  std::array<std::uint8_t, 16> rnd;
  randombytes_buf(rnd.data(), rnd.size());
  Bytes nonce;
  msgpack::write_array(nonce, 3);
  msgpack::write_bin(nonce, kid);
  msgpack::write_bin(nonce, rnd);
  msgpack::write_bool(nonce, proof);
  return nonce;
}

}  // namespace libtoken
