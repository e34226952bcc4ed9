#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "caveats/caveat_arena.h"
#include "libtoken/verifier.h"
#include "tokens/header.h"
#include "wire/fault.h"
#include "wire/sha.h"

namespace libtoken {

/// The memory that verifying one header needs. clear() keeps it for the next.
struct VerifierScratch::State {
  /// The most work that one header may cause (FORMAT.md §5): kMaxHmacs HMACs over kFreeHashedBytes plus twice the
  /// bundle's bytes. A discharge that several copies of a token share is hashed, and later cleared, once for each copy.
  static constexpr std::size_t kMaxHmacs = 4096;
  static constexpr std::size_t kFreeHashedBytes = 64 * 1024;
  static constexpr std::size_t kMaxStages = kMaxCaveats + 1;

  struct Part {
    std::size_t index = 0;
    bool is_macaroon = false;
    MacaroonView macaroon;
    Fault fault;
  };

  HeaderParts header;
  CaveatArena caveats;  ///< of all parts
  std::vector<Part> parts;

  std::size_t hmacs_left = 0;
  std::size_t bytes_left = 0;

  // Of the permission token at hand: the tails of its chain, and SHA-256 of those that bindings were compared with.
  std::array<Digest, kMaxStages> stages;
  std::array<Digest, kMaxStages> stage_digests;
  std::array<bool, kMaxStages> stage_digest_made{};
  bool stage_digests_made = false;

  Bytes ticket;
  CaveatArena ticket_caveats;

  std::vector<VerifiedToken> tokens;
  std::vector<Refusal> refusals;
  std::vector<const Caveat*> yielded;     ///< by all verified tokens, one after the other
  std::vector<std::size_t> yielded_ends;  ///< where each one's end
  std::vector<UsedDischarge> discharges;  ///< of all verified tokens, likewise
  std::vector<std::size_t> discharge_ends;

  void clear() noexcept {
    caveats.clear();
    parts.clear();
    hmacs_left = kMaxHmacs;
    bytes_left = kFreeHashedBytes;
    tokens.clear();
    refusals.clear();
    yielded.clear();
    yielded_ends.clear();
    discharges.clear();
    discharge_ends.clear();
  }
};

}  // namespace libtoken
