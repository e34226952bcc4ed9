#include "libtoken/macaroon.h"

#include <algorithm>

#include "caveats/caveat_arena.h"
#include "caveats/decoder.h"
#include "libtoken/text.h"
#include "tokens/chain.h"
#include "tokens/draft.h"

namespace libtoken {
Macaroon::Macaroon(Bytes bytes, std::unique_ptr<CaveatArena> caveats, const MacaroonView& view) noexcept
    : bytes_(std::move(bytes)), caveats_(std::move(caveats)), view_(view) {}
Macaroon::Macaroon(Macaroon&&) noexcept = default;
Macaroon& Macaroon::operator=(Macaroon&&) noexcept = default;
Macaroon::~Macaroon() = default;

Result<Macaroon> Macaroon::decode(Bytes encoded) {
  auto arena = std::make_unique<CaveatArena>();
  MacaroonView view;
  Decoder decoder(encoded, *arena);
  if (!decoder.macaroon(view)) return tl::unexpected(decoder.fault().to_error());
  return Macaroon(std::move(encoded), std::move(arena), view);
}

Result<Macaroon> Macaroon::mint(ByteView kid, std::string_view location, const SigningKey& key,
                                const CaveatSet& caveats) {
  if (!is_utf8(bytes_of(location))) return fail(ErrorKind::kInvalidArgument, "a location is a URL in UTF-8");
  const Bytes nonce = make_nonce(kid, /*proof=*/false);
  const Digest tail = chain_start(key, nonce);
  Result<Macaroon> macaroon = decode(Draft(nonce, location, tail, Draft::Attestations::kRefused).encode(tail));
  if (!macaroon) return macaroon;
  if (Result<void> added = macaroon->attenuate(caveats); !added) return tl::unexpected(added.error());
  return macaroon;
}

Result<void> Macaroon::attenuate(const CaveatSet& caveats) {
  const Result<DecodedCaveats> more = caveats.check();
  if (!more) return tl::unexpected(more.error());

  Digest tail;
  std::copy(view_.tail.begin(), view_.tail.end(), tail.begin());
  Draft draft(view_.nonce.encoded, view_.location, tail, Draft::Attestations::kRefused);
  for (const Caveat& caveat : view_.unverified_caveats) draft.keep(caveat);
  bool any_added = false;
  for (const Caveat& caveat : more->caveats()) {
    if (view_.nonce.proof && !draft.repeats(caveat))
      return fail(ErrorKind::kFinalized, "this token is a proof, to which nobody can add caveats");
    const Result<bool> added = draft.add(caveat);
    if (!added) return tl::unexpected(added.error());
    any_added = any_added || *added;
  }
  if (!any_added) return {};

  Result<Macaroon> longer = decode(draft.encode(draft.tail()));
  if (!longer) return tl::unexpected(longer.error());
  *this = std::move(*longer);
  return {};
}

Macaroon Macaroon::clone() const {
  Bytes bytes = bytes_;
  return *decode(std::move(bytes));
}

std::string Macaroon::text() const { return "fm2_" + to_base64(bytes_); }

namespace {

// Calls `visit` with every window, those inside IfPresent too.
template <class Visit>
void visit_windows(const Caveat& caveat, const Visit& visit) {
  if (const auto* window = std::get_if<ValidityWindow>(&caveat.body)) visit(*window);
  if (const auto* if_present = std::get_if<IfPresent>(&caveat.body))
    for (const Caveat& inner : if_present->ifs) visit_windows(inner, visit);
}

void take_earlier_end(const Caveat& caveat, std::optional<std::int64_t>& earliest) {
  visit_windows(caveat, [&](const ValidityWindow& window) {
    earliest = std::min(earliest.value_or(window.not_after_unix_s), window.not_after_unix_s);
  });
}

}  // namespace

std::optional<std::int64_t> not_after_unix_s(std::span<const Caveat> caveats) {
  std::optional<std::int64_t> earliest;
  for (const Caveat& caveat : caveats) take_earlier_end(caveat, earliest);
  return earliest;
}

std::optional<std::int64_t> not_after_unix_s(std::span<const Caveat* const> caveats) {
  std::optional<std::int64_t> earliest;
  for (const Caveat* caveat : caveats) take_earlier_end(*caveat, earliest);
  return earliest;
}

std::optional<std::int64_t> not_before_unix_s(std::span<const Caveat> caveats) {
  std::optional<std::int64_t> latest;
  for (const Caveat& caveat : caveats)
    visit_windows(caveat, [&](const ValidityWindow& window) {
      latest = std::max(latest.value_or(window.not_before_unix_s), window.not_before_unix_s);
    });
  return latest;
}

}  // namespace libtoken
