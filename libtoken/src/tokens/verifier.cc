#include "libtoken/verifier.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <optional>

#include "caveats/caveat_arena.h"
#include "caveats/decoder.h"
#include "tokens/chain.h"
#include "tokens/header.h"
#include "tokens/verifier_scratch.h"
#include "wire/aead.h"
#include "wire/declassify.h"

namespace libtoken {

std::optional<TokenId> KeySource::expect(const RootKey&, ByteView) const noexcept { return std::nullopt; }

VerifierScratch::VerifierScratch() : state_(std::make_unique<State>()) {}
VerifierScratch::VerifierScratch(VerifierScratch&&) noexcept = default;
VerifierScratch& VerifierScratch::operator=(VerifierScratch&&) noexcept = default;
VerifierScratch::~VerifierScratch() = default;

/// Verifying one header.
struct Verifier::Run {
  using State = VerifierScratch::State;

  const Verifier& verifier;
  State& scratch;

  // A step either went well, or refused the token at hand, or found that the header asks for too much work.
  enum class Step : std::uint8_t { kOk, kRefused, kTooMuch };

  void verify(std::string_view header) {
    if (!decode_parts(header)) return;
    bool any_permission_token = false;
    for (State::Part& part : scratch.parts) {
      if (!part.is_macaroon) {
        refuse(part, part.fault.kind, part.fault.what, part.fault.missing_bytes);
      } else if (is_permission_token(part)) {
        any_permission_token = true;
        if (verify_permission_token(part) == Step::kTooMuch)
          return refuse_whole("more work than one header may ask for");
      }
    }
    if (!any_permission_token)
      for (State::Part& part : scratch.parts)
        if (part.is_macaroon) refuse(part, ErrorKind::kWrongLocation, "it was made for another service");
    bind_spans();
  }

  [[nodiscard]] bool decode_parts(std::string_view header) {
    HeaderParts& split = scratch.header;
    if (!split.split(header)) {
      const Fault& fault = split.fault();
      scratch.refusals.push_back({Refusal::kWholeHeader, fault.kind, fault.what, fault.missing_bytes, {}, {}});
      return false;
    }
    for (const ByteView encoded : split.parts()) {
      State::Part& part = scratch.parts.emplace_back();
      part.index = scratch.parts.size() - 1;
      scratch.bytes_left += 2 * std::min(encoded.size(), kMaxTokenBytes);
      Decoder decoder(encoded, scratch.caveats);
      part.is_macaroon = decoder.macaroon(part.macaroon);
      if (!part.is_macaroon) part.fault = decoder.fault();
    }
    return true;
  }

  [[nodiscard]] bool is_permission_token(const State::Part& part) const noexcept {
    return part.is_macaroon && part.macaroon.location == verifier.location_;
  }

  void refuse(const State::Part& part, ErrorKind kind, const char* what, std::uint64_t missing_bytes = 0,
              std::string_view third_party = {}) {
    scratch.refusals.push_back({part.index, kind, what, missing_bytes, third_party, {}});
  }

  void refuse_whole(const char* what) {
    scratch.tokens.clear();
    scratch.refusals.clear();
    scratch.refusals.push_back({Refusal::kWholeHeader, ErrorKind::kTooLarge, what, 0, {}, {}});
  }

  Step verify_permission_token(const State::Part& part) {
    const MacaroonView& token = part.macaroon;
    const RootKey* root = verifier.keys_->find(token.nonce.kid);
    if (root == nullptr) {
      refuse(part, ErrorKind::kUnknownKey, "no key has this key id");
      scratch.refusals.back().kid = token.nonce.kid;
      return Step::kRefused;
    }
    bool is_bound = false;
    bool attests = false;
    for (const Caveat& caveat : token.unverified_caveats) {
      is_bound = is_bound || caveat.type == CaveatType::kBindToParentToken;
      attests = attests || is_attestation(caveat.type);
    }
    if (is_bound || (attests && !token.nonce.proof)) {
      refuse(part, ErrorKind::kBadSignature,
             is_bound ? "a token that is bound like a discharge" : "an attestation in a token that is not a proof");
      return Step::kRefused;
    }
    const std::optional<TokenId> id = verifier.keys_->expect(*root, token.nonce.rnd);
    const Step chained = run_chain(root->key, token, scratch.stages.data());
    if (chained != Step::kOk) {
      if (chained == Step::kRefused) refuse(part, ErrorKind::kBadSignature, "its signature does not match");
      return chained;
    }
    scratch.stage_digests_made = false;

    const std::size_t first = scratch.yielded.size();
    const std::size_t first_discharge = scratch.discharges.size();
    const Step discharged = discharge_third_parties(part);
    if (discharged != Step::kOk) {
      scratch.yielded.resize(first);
      scratch.discharges.resize(first_discharge);
      return discharged;
    }
    VerifiedToken verified;
    verified.macaroon_ = &token;
    verified.id_ = id;
    verified.key_owner_ = root->owner;
    verified.part_ = part.index;
    scratch.tokens.push_back(verified);
    scratch.yielded_ends.push_back(scratch.yielded.size());
    scratch.discharge_ends.push_back(scratch.discharges.size());
    return Step::kOk;
  }

  // Runs the chain and compares its end with the tail. Every stage goes to `stages`, if given: T0 first, before
  // finalisation.
  Step run_chain(const SigningKey& key, const MacaroonView& token, Digest* stages) {
    const std::span<const Caveat> caveats = token.unverified_caveats;
    const std::size_t hmacs = 1 + caveats.size() + (token.nonce.proof ? 1 : 0);
    if (!spend(hmacs, token.encoded.size())) return Step::kTooMuch;
    Digest tail = chain_start(key, token.nonce.encoded);
    if (stages != nullptr) *stages++ = tail;
    for (const Caveat& caveat : caveats) {
      tail = chain_step(tail, caveat.encoded);
      if (stages != nullptr) *stages++ = tail;
    }
    if (token.nonce.proof) tail = chain_finalize(tail);
    return equal_secret(tail, token.tail) ? Step::kOk : Step::kRefused;
  }

  [[nodiscard]] bool spend(std::size_t hmacs, std::size_t bytes) noexcept {
    if (hmacs > scratch.hmacs_left || bytes > scratch.bytes_left) return false;
    scratch.hmacs_left -= hmacs;
    scratch.bytes_left -= bytes;
    return true;
  }

  // Yields the token's caveats, then those of its discharges.
  Step discharge_third_parties(const State::Part& part) {
    const std::span<const Caveat> caveats = part.macaroon.unverified_caveats;
    std::size_t third_parties = 0;
    for (const Caveat& caveat : caveats) {
      if (caveat.type == CaveatType::kThirdParty)
        ++third_parties;
      else
        scratch.yielded.push_back(&caveat);
    }
    if (third_parties == 0) return Step::kOk;
    if (third_parties > 1 && has_repeated_location(caveats)) {
      refuse(part, ErrorKind::kBadSignature, "two third-party caveats for one location");
      return Step::kRefused;
    }
    for (std::size_t i = 0; i < caveats.size(); ++i) {
      const auto* third_party = std::get_if<ThirdParty>(&caveats[i].body);
      if (third_party == nullptr) continue;
      // stages[i] is the tail as it stood before caveat i was signed.
      bool answered = false;
      const Step step = discharge(*third_party, scratch.stages[i], caveats.size() + 1, answered);
      if (step == Step::kRefused)
        refuse(part, ErrorKind::kMissingDischarge, answered ? kDischargeRefused : kDischargeMissing, 0,
               third_party->location);
      if (step != Step::kOk) return step;
    }
    return Step::kOk;
  }

  static bool has_repeated_location(std::span<const Caveat> caveats) noexcept {
    for (std::size_t i = 0; i < caveats.size(); ++i) {
      const auto* one = std::get_if<ThirdParty>(&caveats[i].body);
      if (one == nullptr) continue;
      for (std::size_t j = 0; j < i; ++j) {
        const auto* other = std::get_if<ThirdParty>(&caveats[j].body);
        if (other != nullptr && other->location == one->location) return true;
      }
    }
    return false;
  }

  static constexpr const char* kDischargeMissing = "there is no discharge for it in the header";
  static constexpr const char* kDischargeRefused =
      "the discharge for it in the header does not verify, or is bound to another token";

  // Finds the first discharge of the bundle that verifies, and yields its caveats. `answered`: there was one to try.
  Step discharge(const ThirdParty& caveat, const Digest& tail_before, std::size_t stage_count, bool& answered) {
    std::optional<SigningKey> r;
    for (const State::Part& candidate : scratch.parts) {
      if (!candidate.is_macaroon || is_permission_token(candidate)) continue;
      const MacaroonView& macaroon = candidate.macaroon;
      if (macaroon.location != caveat.location || !equal(macaroon.nonce.kid, caveat.ticket)) continue;
      answered = true;
      if (!may_discharge(macaroon)) continue;
      if (!r) r = open_verifier_key(caveat.verifier_key, tail_before);
      if (!r) return Step::kRefused;
      const Step chained = run_chain(*r, macaroon, nullptr);
      if (chained == Step::kTooMuch) return chained;
      if (chained == Step::kRefused || !is_bound_here(macaroon, stage_count)) continue;
      const Trust trust = trust_in(caveat, *r);
      if (trust == Trust::kContradicted) return Step::kRefused;
      for (const Caveat& one : macaroon.unverified_caveats) {
        if (one.type == CaveatType::kBindToParentToken) continue;
        if (is_attestation(one.type) && trust != Trust::kTrusted) continue;
        scratch.yielded.push_back(&one);
      }
      scratch.discharges.push_back({candidate.index, &macaroon});
      return Step::kOk;
    }
    return Step::kRefused;
  }

  // Nesting is not for discharges, and only a proof may attest.
  static bool may_discharge(const MacaroonView& discharge) noexcept {
    return std::none_of(
        discharge.unverified_caveats.begin(), discharge.unverified_caveats.end(), [&](const Caveat& one) {
          return one.type == CaveatType::kThirdParty || (is_attestation(one.type) && !discharge.nonce.proof);
        });
  }

  static std::optional<SigningKey> open_verifier_key(ByteView sealed, const Digest& tail_before) {
    std::array<std::uint8_t, SigningKey::kSize> plaintext;
    if (sealed.size() != plaintext.size() + kSealOverhead || !open_sealed(tail_before, sealed, plaintext.data()))
      return std::nullopt;
    Result<SigningKey> r = SigningKey::from_bytes(plaintext);
    wipe(plaintext);
    return r ? std::optional(*r) : std::nullopt;
  }

  // Every binding must name a stage of the parent's chain. The last stage comes first: discharges are mostly bound to
  // the token as it stood when they were fetched.
  bool is_bound_here(const MacaroonView& discharge, std::size_t stage_count) {
    constexpr std::size_t kShortestPrefix = 16;
    for (const Caveat& caveat : discharge.unverified_caveats) {
      const auto* binding = std::get_if<BindToParentToken>(&caveat.body);
      if (binding == nullptr) continue;
      const ByteView prefix = binding->prefix;
      if (prefix.size() < kShortestPrefix || prefix.size() > sizeof(Digest)) return false;
      bool found = false;
      for (std::size_t i = stage_count; i-- > 0 && !found;)
        found = equal_secret(prefix, ByteView(stage_digest(i)).first(prefix.size()));
      if (!found) return false;
    }
    return true;
  }

  const Digest& stage_digest(std::size_t i) {
    if (!scratch.stage_digests_made) {
      scratch.stage_digest_made.fill(false);
      scratch.stage_digests_made = true;
    }
    if (!scratch.stage_digest_made[i]) {
      scratch.stage_digests[i] = sha256(scratch.stages[i]);
      scratch.stage_digest_made[i] = true;
    }
    return scratch.stage_digests[i];
  }

  enum class Trust : std::uint8_t { kNone, kTrusted, kContradicted };

  // A third party is trusted if a key shared with it opens the ticket; what is in the ticket must then be what the
  // verifier key says, or one who knows the shared key has tampered with it.
  Trust trust_in(const ThirdParty& caveat, const SigningKey& r) {
    for (const TrustedThirdParty& trusted : verifier.trusted_) {
      if (trusted.location != caveat.location) continue;
      for (const EncryptionKey& key : trusted.keys) {
        if (caveat.ticket.size() < kSealOverhead) continue;
        const std::size_t size = caveat.ticket.size() - kSealOverhead;
        if (scratch.ticket.size() < size) scratch.ticket.resize(size);
        if (!open_sealed(key.expose_secret(), caveat.ticket, scratch.ticket.data())) continue;
        declassify(scratch.ticket.data(), size);  // its form and its caveats; r is secret
        scratch.ticket_caveats.clear();
        Decoder decoder({scratch.ticket.data(), size}, scratch.ticket_caveats);
        ByteView ticket_r;
        std::span<const Caveat> ticket_caveats;
        const bool is_ticket = decoder.ticket(ticket_r, ticket_caveats) && ticket_r.size() == SigningKey::kSize;
        classify(ticket_r.data(), ticket_r.size());
        const bool matches = is_ticket && equal_secret(ticket_r, r.expose_secret());
        wipe(std::span(scratch.ticket).first(size));
        return matches ? Trust::kTrusted : Trust::kContradicted;
      }
    }
    return Trust::kNone;
  }

  // Now that `yielded` grows no more, its parts can be handed out.
  void bind_spans() noexcept {
    std::size_t caveats = 0;
    std::size_t discharges = 0;
    for (std::size_t i = 0; i < scratch.tokens.size(); ++i) {
      VerifiedToken& token = scratch.tokens[i];
      token.caveats_ = std::span(scratch.yielded).subspan(caveats, scratch.yielded_ends[i] - caveats);
      token.discharges_ = std::span(scratch.discharges).subspan(discharges, scratch.discharge_ends[i] - discharges);
      caveats = scratch.yielded_ends[i];
      discharges = scratch.discharge_ends[i];
    }
  }
};

Verifier::Verifier(std::string location, const KeySource& keys, std::vector<TrustedThirdParty> trusted)
    : location_(std::move(location)), keys_(&keys), trusted_(std::move(trusted)) {
  // It chooses the fastest ChaCha20 for this CPU, and may be called any number of times. Should it fail, the portable
  // one stays.
  [[maybe_unused]] const int chosen = sodium_init();
}

Verification Verifier::verify(std::string_view header, VerifierScratch& scratch) const {
  scratch.state_->clear();
  Run{*this, *scratch.state_}.verify(header);
  return {scratch.state_->tokens, scratch.state_->refusals};
}

}  // namespace libtoken
