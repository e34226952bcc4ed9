#include "libtoken/third_party.h"

#include "caveats/caveat_arena.h"
#include "caveats/decoder.h"
#include "libtoken/text.h"
#include "tokens/chain.h"
#include "tokens/draft.h"
#include "wire/aead.h"
#include "wire/declassify.h"
#include "wire/msgpack.h"

namespace libtoken {
namespace {

constexpr std::size_t kBindingBytes = 16;

// Whether the third party will be able to read what it is sent.
Result<void> judge_content(ByteView content) {
  CaveatArena arena;
  Decoder decoder(content, arena);
  ByteView r;
  std::span<const Caveat> caveats;
  if (decoder.ticket(r, caveats)) return {};
  return fail(decoder.fault().kind, std::string("no ticket can hold these caveats: ") + decoder.fault().what);
}

}  // namespace

Result<void> add_third_party(Macaroon& token, std::string_view location, const EncryptionKey& shared_key,
                             const CaveatSet& for_third_party) {
  if (location.empty() || !is_utf8(bytes_of(location)))
    return fail(ErrorKind::kInvalidArgument, "a third party's location is a URL in UTF-8");
  const SigningKey r = SigningKey::generate();
  Bytes content;
  msgpack::write_array(content, 2);
  msgpack::write_bin(content, r.expose_secret());
  const Bytes list = for_third_party.encoded_list();
  content.insert(content.end(), list.begin(), list.end());
  if (const Result<void> readable = judge_content(content); !readable) return readable;

  CaveatSet caveat;
  caveat.third_party(location, seal(token.tail(), r.expose_secret()), seal(shared_key.expose_secret(), content));
  wipe(content);
  return token.attenuate(caveat);
}

std::vector<TicketView> tickets_of(const Bundle& bundle, std::string_view location) {
  std::vector<TicketView> tickets;
  const auto& parts = bundle.parts();
  for (std::size_t part = 0; part < parts.size(); ++part) {
    if (!parts[part] || parts[part]->location() != location) continue;
    const auto caveats = parts[part]->unverified_caveats();
    for (std::size_t i = 0; i < caveats.size(); ++i) {
      const auto* third_party = std::get_if<ThirdParty>(&caveats[i].body);
      if (third_party == nullptr) continue;
      TicketView view{part, i, third_party->location, third_party->ticket, {}};
      for (std::size_t other = 0; other < parts.size(); ++other)
        if (parts[other] && parts[other]->location() != location && parts[other]->location() == third_party->location &&
            equal(parts[other]->nonce().kid, third_party->ticket))
          view.discharges.push_back(other);
      tickets.push_back(std::move(view));
    }
  }
  return tickets;
}

OpenedTicket::OpenedTicket(Bytes ticket, SigningKey r, std::unique_ptr<CaveatSet> set, DecodedCaveats caveats) noexcept
    : ticket_(std::move(ticket)), r_(r), set_(std::move(set)), caveats_(std::move(caveats)) {}
OpenedTicket::OpenedTicket(OpenedTicket&&) noexcept = default;
OpenedTicket& OpenedTicket::operator=(OpenedTicket&&) noexcept = default;
OpenedTicket::~OpenedTicket() = default;

Result<OpenedTicket> OpenedTicket::open(ByteView ticket, const EncryptionKey& shared_key) {
  Bytes content(ticket.size() < kSealOverhead ? 0 : ticket.size() - kSealOverhead);
  if (!open_sealed(shared_key.expose_secret(), ticket, content.data()))
    return fail(ErrorKind::kBadKey, "this key does not open the ticket: it is another third party's, or damaged");
  declassify(content.data(), content.size());  // its form and its caveats; r is secret
  CaveatArena arena;
  Decoder decoder(content, arena);
  ByteView r_bytes;
  std::span<const Caveat> caveats;
  if (!decoder.ticket(r_bytes, caveats)) {
    wipe(content);
    return fail(decoder.fault().kind,
                std::string("the ticket opens, but what is in it is wrong: ") + decoder.fault().what);
  }
  classify(r_bytes.data(), r_bytes.size());
  const Result<SigningKey> r = SigningKey::from_bytes(r_bytes);
  auto set = std::make_unique<CaveatSet>();
  for (const Caveat& caveat : caveats) set->encoded(caveat.encoded);
  wipe(content);
  if (!r) return tl::unexpected(r.error());
  Result<DecodedCaveats> decoded = set->check();
  if (!decoded) return tl::unexpected(decoded.error());
  return OpenedTicket(Bytes(ticket.begin(), ticket.end()), *r, std::move(set), std::move(*decoded));
}

Result<Macaroon> OpenedTicket::discharge(std::string_view location, const CaveatSet& caveats) const {
  if (!is_utf8(bytes_of(location))) return fail(ErrorKind::kInvalidArgument, "a location is a URL in UTF-8");
  const Result<DecodedCaveats> checked = caveats.check();
  if (!checked) return tl::unexpected(checked.error());
  const Bytes nonce = make_nonce(ticket_, /*proof=*/true);
  Draft draft(nonce, location, chain_start(r_, nonce), Draft::Attestations::kWelcome);
  for (const Caveat& caveat : checked->caveats()) {
    if (caveat.type == CaveatType::kThirdParty)
      return fail(ErrorKind::kInvalidArgument, "a discharge with a third-party caveat of its own would never verify");
    if (const Result<bool> added = draft.add(caveat); !added) return tl::unexpected(added.error());
  }
  return Macaroon::decode(draft.encode(chain_finalize(draft.tail())));
}

Result<CaveatSet> binding_to(const Macaroon& parent) {
  if (parent.nonce().proof)
    return fail(ErrorKind::kInvalidArgument, "nothing can be bound to a proof, whose chain is hidden behind its tail");
  CaveatSet caveats;
  caveats.bind_to_parent(ByteView(sha256(parent.tail())).first(kBindingBytes));
  return caveats;
}

Result<void> bind_discharge(Macaroon& discharge, const Macaroon& parent) {
  const Result<CaveatSet> binding = binding_to(parent);
  if (!binding) return tl::unexpected(binding.error());
  return discharge.attenuate(*binding);
}

}  // namespace libtoken
