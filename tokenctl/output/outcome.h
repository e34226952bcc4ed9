#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "libtoken/result.h"

namespace tokenctl {

/// The program's exit status (README.md).
enum class Exit : int {
  kDone = 0,     ///< done, or allowed
  kRefused = 1,  ///< denied, not verified, not found, not a token
  kUsage = 2,    ///< the command line makes no sense
  kFailed = 3,   ///< the store, the network or a file failed
};

/// Why a command was not carried out: the exit status, and a sentence for stderr without a full stop.
struct Failure {
  Exit exit = Exit::kFailed;
  std::string message;
  /// Whether a request was sent whose outcome is not known: what it asks for may be done, or come to be done.
  bool unclear = false;
};

template <class T>
using Outcome = tl::expected<T, Failure>;

[[nodiscard]] inline tl::unexpected<Failure> fail(Exit exit, std::string message) {
  return tl::unexpected<Failure>(Failure{exit, std::move(message)});
}

/// A library's error as this program reports it.
[[nodiscard]] tl::unexpected<Failure> fail(const libtoken::Error& error);

/// The message of an error. For half a token it says how much is missing.
[[nodiscard]] std::string sentence(const libtoken::Error& error);

}  // namespace tokenctl
