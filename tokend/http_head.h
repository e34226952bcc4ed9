#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "http.h"

namespace tokend {

inline constexpr std::size_t kMaxHeadBytes = 32 * 1024;
inline constexpr std::size_t kMaxHeadLineBytes = 8000;

/// What a request's head says about the bytes after it, and the head that is handed on to the HTTP library.
struct Head {
  /// The request line and the few header fields that mean something here. The rest is dropped: what the library would
  /// make of a Range, an Accept-Encoding, a form's Content-Type or a REMOTE_ADDR is none of our answers' business.
  std::string forwarded;
  std::size_t body_bytes = 0;
  bool chunked = false;
  bool keep_alive = true;
};

/// Reads a head, its blank line included, strictly (RFC 9112 §2 to §6). What could be understood in two ways is
/// refused: a repeated or unclear length, a length beside chunks, folded lines, control bytes, a bare CR or LF, two
/// tokens. The refusal's bytes that follow cannot be told from a next request, so that its connection must end.
[[nodiscard]] tl::expected<Head, Response> read_head(std::string_view head);

}  // namespace tokend
