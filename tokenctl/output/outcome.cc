#include "output/outcome.h"

#include "output/layout.h"

namespace tokenctl {
namespace {

using libtoken::ErrorKind;

Exit exit_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kMalformed:
    case ErrorKind::kTruncated:
    case ErrorKind::kTooLarge:
    case ErrorKind::kWrongLocation:
    case ErrorKind::kUnknownKey:
    case ErrorKind::kBadSignature:
    case ErrorKind::kMissingDischarge:
    case ErrorKind::kFinalized:
    case ErrorKind::kRepeatedThirdParty:
    case ErrorKind::kMisplacedAttestation:
    case ErrorKind::kUnreachableElse:
    case ErrorKind::kNotFound:
    case ErrorKind::kAlreadyExists:
    case ErrorKind::kConflict:
    case ErrorKind::kRevoked:
    case ErrorKind::kLimit: return Exit::kRefused;
    case ErrorKind::kInvalidArgument: return Exit::kUsage;
    case ErrorKind::kBadKey:
    case ErrorKind::kStoreUnavailable:
    case ErrorKind::kStoreFull:
    case ErrorKind::kUnusableStore:
    case ErrorKind::kUnusableKeyFile:
    case ErrorKind::kClock: return Exit::kFailed;
  }
  return Exit::kFailed;
}

}  // namespace

tl::unexpected<Failure> fail(const libtoken::Error& error) { return fail(exit_of(error.kind), sentence(error)); }

std::string sentence(const libtoken::Error& error) {
  if (error.kind != ErrorKind::kTruncated || error.missing_bytes == 0) return error.message;
  return "this is half a token: at least " + counted(error.missing_bytes, "byte") +
         (error.missing_bytes == 1 ? " of it is missing" : " of it are missing");
}

}  // namespace tokenctl
