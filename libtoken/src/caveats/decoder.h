#pragma once

#include <cstdint>
#include <span>

#include "caveats/caveat_arena.h"
#include "libtoken/caveat.h"
#include "libtoken/macaroon.h"
#include "wire/fault.h"
#include "wire/msgpack.h"

namespace libtoken {

/// Decodes macaroons, tickets and caveats in place (FORMAT.md §3, §7). The results are views into the input, and
/// caveats in the arena; both must outlive them.
class Decoder {
 public:
  Decoder(ByteView input, CaveatArena& arena) noexcept : input_(input), in_(input), arena_(arena) {}

  /// The whole input is one macaroon. False: see fault().
  [[nodiscard]] bool macaroon(MacaroonView& macaroon);
  /// The whole input is one ticket's content, `[r, caveats]` (FORMAT.md §5).
  [[nodiscard]] bool ticket(ByteView& r, std::span<const Caveat>& caveats);
  /// The whole input is `count` caveats one after the other, without a list header. Each must fit into a token by
  /// itself; whether all of them do is checked when they are added, after repeats were dropped.
  [[nodiscard]] bool bare_caveats(std::size_t count, std::span<const Caveat>& caveats);

  [[nodiscard]] const Fault& fault() const noexcept { return in_.fault(); }

 private:
  enum class Where : std::uint8_t { kToken, kInsideIfPresent };

  [[nodiscard]] bool nonce(Nonce& nonce);
  [[nodiscard]] bool caveat_list(std::size_t level, Where where, std::span<Caveat>& caveats);
  [[nodiscard]] bool caveat(std::size_t level, Where where, Caveat& caveat);
  [[nodiscard]] bool count_caveats(std::uint64_t more) noexcept;
  [[nodiscard]] bool at_end() noexcept;

  // One overload per body. `level` is the nesting level of an array or map at this place.
  [[nodiscard]] bool body(std::size_t level, CaveatType type, CaveatBody& body);
  [[nodiscard]] bool read(std::size_t level, UnknownCaveat& body);
  [[nodiscard]] bool read(std::size_t level, Organization& body);
  [[nodiscard]] bool read(std::size_t level, ValidityWindow& body);
  [[nodiscard]] bool read(std::size_t level, Mutations& body);
  [[nodiscard]] bool read(std::size_t level, ThirdParty& body);
  [[nodiscard]] bool read(std::size_t level, BindToParentToken& body);
  [[nodiscard]] bool read(std::size_t level, IfPresent& body);
  [[nodiscard]] bool read(std::size_t level, FromMachineSource& body);
  [[nodiscard]] bool read(std::size_t level, ConfineGoogleHD& body);
  [[nodiscard]] bool read(std::size_t level, IsMember& body);
  [[nodiscard]] bool read(std::size_t level, GoogleUserID& body);
  [[nodiscard]] bool read(std::size_t level, ActionCaveat& body);
  [[nodiscard]] bool read(std::size_t level, Commands& body);
  [[nodiscard]] bool read(std::size_t level, AllowedRoles& body);
  [[nodiscard]] bool read(std::size_t level, FlySrc& body);
  [[nodiscard]] bool read_id_body(std::size_t level, std::uint64_t& id);
  [[nodiscard]] bool mask(ActionMask& mask) noexcept;
  [[nodiscard]] bool names_body(std::size_t level, NameSet& set);
  [[nodiscard]] bool ids_body(std::size_t level, IdSet& set);
  [[nodiscard]] bool texts(std::size_t level, TextList& list);

  ByteView input_;
  msgpack::Reader in_;
  CaveatArena& arena_;
  std::uint64_t caveat_count_ = 0;
};

}  // namespace libtoken
