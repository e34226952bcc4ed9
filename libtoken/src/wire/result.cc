#include "libtoken/result.h"

namespace libtoken {

const char* to_string(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::kMalformed: return "malformed";
    case ErrorKind::kTruncated: return "truncated";
    case ErrorKind::kTooLarge: return "too_large";
    case ErrorKind::kWrongLocation: return "wrong_location";
    case ErrorKind::kUnknownKey: return "unknown_key";
    case ErrorKind::kBadSignature: return "bad_signature";
    case ErrorKind::kMissingDischarge: return "missing_discharge";
    case ErrorKind::kFinalized: return "finalized";
    case ErrorKind::kRepeatedThirdParty: return "repeated_third_party";
    case ErrorKind::kMisplacedAttestation: return "misplaced_attestation";
    case ErrorKind::kUnreachableElse: return "unreachable_else";
    case ErrorKind::kInvalidArgument: return "invalid_argument";
    case ErrorKind::kBadKey: return "bad_key";
    case ErrorKind::kNotFound: return "not_found";
    case ErrorKind::kAlreadyExists: return "already_exists";
    case ErrorKind::kStoreUnavailable: return "store_unavailable";
    case ErrorKind::kStoreFull: return "store_full";
    case ErrorKind::kUnusableStore: return "unusable_store";
    case ErrorKind::kUnusableKeyFile: return "unusable_key_file";
    case ErrorKind::kClock: return "clock";
    case ErrorKind::kConflict: return "conflict";
    case ErrorKind::kRevoked: return "revoked";
    case ErrorKind::kLimit: return "limit";
  }
  return "";
}

}  // namespace libtoken
