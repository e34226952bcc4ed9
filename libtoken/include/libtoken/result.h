#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

namespace libtoken {

/// What went wrong, as far as callers act on it. Error::message is for people.
enum class ErrorKind : std::uint8_t {
  // Reading what somebody sent (FORMAT.md §2, §3).
  kMalformed,  ///< not a token, a header, caveat JSON …
  kTruncated,  ///< only the first part of one; see Error::missing_bytes
  kTooLarge,   ///< beyond a limit of FORMAT.md §3 or §4

  // Verifying (FORMAT.md §4, §5).
  kWrongLocation,     ///< made for another service
  kUnknownKey,        ///< no root key has this key id
  kBadSignature,      ///< the chain does not end in the tail, or cannot be a chain of ours
  kMissingDischarge,  ///< a third-party caveat without a discharge that verifies

  // Adding caveats (FORMAT.md §4).
  kFinalized,             ///< a proof takes no more caveats
  kRepeatedThirdParty,    ///< there is a third-party caveat for that location already
  kMisplacedAttestation,  ///< attestations go into proofs only
  kUnreachableElse,       ///< an IfPresent whose else mask could never apply (FORMAT.md §7)

  // Arguments.
  kInvalidArgument,  ///< a value that is not allowed; the message says which
  kBadKey,           ///< a key of a wrong length, all zeros, or that does not open what it should

  // The authority: its store, files and registry.
  kNotFound,          ///< no such org, app, key, file …
  kAlreadyExists,     ///< the name, id or file is taken
  kStoreUnavailable,  ///< the store could not be read or written
  kStoreFull,         ///< nothing was written, because the store's disk is full
  kUnusableStore,     ///< not a store, or one of a newer version
  kUnusableKeyFile,   ///< the key-encryption key is missing, wrong, or readable by others
  kClock,             ///< the clock is behind the store's newest record
  kConflict,          ///< the store has changed since the caller looked at it
  kRevoked,           ///< the token that asks for this has been revoked
  kLimit,             ///< there are as many of these as there may be
};

/// The name of a kind in snake case (`kTooLarge` → "too_large"), for JSON, logs and test output.
[[nodiscard]] const char* to_string(ErrorKind kind) noexcept;

/// One failure. `message` is one sentence for people, without a final stop; it never holds a secret, and whatever it
/// quotes of a token is escaped (text.h).
struct Error {
  ErrorKind kind{};
  std::string message;
  /// For kTruncated: at least so many more bytes are needed. 0 where that is not known.
  std::uint64_t missing_bytes = 0;
  /// For kLimit: after so many seconds there is room again. 0 where that is not known.
  std::int64_t retry_after_s = 0;
};

template <class T>
using Result = tl::expected<T, Error>;

/// A failed Result: `return fail(ErrorKind::kMalformed, "…");`
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}

}  // namespace libtoken
