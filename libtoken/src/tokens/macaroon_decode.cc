#include "caveats/decoder.h"

namespace libtoken {
namespace {

// The least that a token's later parts take up, for saying how much of a cut one is missing.
constexpr std::uint64_t kLeastTail = 2 + kTailBytes;
constexpr std::uint64_t kLeastCaveats = 1 + kLeastTail;
constexpr std::uint64_t kLeastLocation = 1 + kLeastCaveats;

}  // namespace

Error Fault::to_error() const {
  std::string message = what;
  switch (kind) {
    case ErrorKind::kTruncated:
      message += ": at least " + std::to_string(missing_bytes) +
                 (missing_bytes == 1 ? " byte is missing" : " bytes are missing");
      break;
    case ErrorKind::kMalformed: message = "not a token: " + message + ", at byte " + std::to_string(offset); break;
    default: break;
  }
  return Error{kind, std::move(message), missing_bytes};
}

bool Decoder::macaroon(MacaroonView& out) {
  if (input_.size() > kMaxTokenBytes) return in_.refuse("a token of more than 32 KiB", ErrorKind::kTooLarge);
  in_.set_bytes_after(kLeastTail - 1);  // the array of four counts one byte of each part itself
  if (!in_.array_of(1, 4)) return false;
  in_.set_bytes_after(kLeastLocation);
  if (!nonce(out.nonce)) return false;
  in_.set_bytes_after(kLeastCaveats);
  if (!in_.str(out.location)) return false;
  in_.set_bytes_after(kLeastTail);
  std::span<Caveat> list;
  if (!caveat_list(2, Where::kToken, list)) return false;
  in_.set_bytes_after(0);
  const std::uint8_t* tail = nullptr;
  if (!in_.bin_of(kTailBytes, "a tail that is not 32 bytes long", tail) || !at_end()) return false;
  out.encoded = input_;
  out.unverified_caveats = list;
  out.tail = std::span<const std::uint8_t, kTailBytes>(tail, kTailBytes);
  return true;
}

bool Decoder::nonce(Nonce& out) {
  const std::uint8_t* first = in_.position();
  std::uint64_t fields = 0;
  if (!in_.array(2, 2, 3, fields)) return false;
  if (!in_.bin(msgpack::Reader::Nil::kIsEmpty, out.kid) || !in_.bin(msgpack::Reader::Nil::kIsEmpty, out.rnd))
    return false;
  out.version = fields == 3 ? 1 : 0;
  out.proof = false;
  if (fields == 3 && !in_.boolean(out.proof)) return false;
  out.encoded = {first, in_.position()};
  return true;
}

bool Decoder::ticket(ByteView& r, std::span<const Caveat>& caveats) {
  if (input_.size() > kMaxTokenBytes) return in_.refuse("a ticket of more than 32 KiB", ErrorKind::kTooLarge);
  std::span<Caveat> list;
  if (!in_.array_of(1, 2) || !in_.bin(msgpack::Reader::Nil::kRefused, r) || !caveat_list(2, Where::kToken, list))
    return false;
  caveats = list;
  return at_end();
}

bool Decoder::bare_caveats(std::size_t count, std::span<const Caveat>& out) {
  const std::span<Caveat> list = arena_.allocate(count);
  for (Caveat& one : list) {
    caveat_count_ = 1;
    if (!caveat(3, Where::kToken, one)) return false;
  }
  out = list;
  return at_end();
}

bool Decoder::at_end() noexcept { return in_.at_end() || in_.refuse("bytes after the end"); }

bool Decoder::count_caveats(std::uint64_t more) noexcept {
  caveat_count_ += more;
  return caveat_count_ <= kMaxCaveats || in_.refuse("more than 128 caveats", ErrorKind::kTooLarge);
}

bool Decoder::caveat_list(std::size_t level, Where where, std::span<Caveat>& out) {
  std::uint64_t elements = 0;
  if (!in_.array_head(elements)) return false;
  if (elements % 2 != 0) return in_.refuse("a caveat without its body");
  if (!count_caveats(elements / 2) || !in_.judge_level(level) || !in_.judge_room(elements)) return false;
  out = arena_.allocate(elements / 2);
  for (Caveat& one : out)
    if (!caveat(level + 1, where, one)) return false;
  return true;
}

bool Decoder::caveat(std::size_t level, Where where, Caveat& out) {
  const std::uint8_t* first = in_.position();
  std::uint64_t type = 0;
  if (!in_.uint(UINT64_MAX, type)) return false;
  out.type = static_cast<CaveatType>(type);
  // Verifying consumes or weighs these in the token itself; inside another caveat they would mean nothing.
  if (where == Where::kInsideIfPresent &&
      (out.type == CaveatType::kThirdParty || out.type == CaveatType::kBindToParentToken || is_attestation(out.type)))
    return in_.refuse("a third-party caveat, binding or attestation inside IfPresent");
  if (!body(level, out.type, out.body)) return false;
  out.encoded = {first, in_.position()};
  return true;
}

}  // namespace libtoken
