#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "net/http.h"

namespace tokend {

/// What a request's head says. Views into the head's bytes; values as they came, nothing decoded.
struct Head {
  std::string_view method;
  std::string_view target;
  std::optional<std::string_view> authorization;
  std::size_t body_bytes = 0;
  bool keep_alive = true;
  bool expects_continue = false;  ///< never of HTTP/1.0, which knows no 100
};

/// How many bytes the body of a request may have, by its method and target.
using BodyLimit = std::size_t (*)(std::string_view method, std::string_view target) noexcept;

/// Reads a head, its blank line included, strictly (RFC 9112 §2 to §6); a Framer has looked at its bytes, which are no
/// control bytes, and its lines, which end in CR LF. What could be understood in two ways is refused: a repeated or
/// unclear length, any transfer encoding, folded lines, two tokens. After a refusal the bytes that follow cannot be told
/// from a next request, so that the connection must end.
[[nodiscard]] tl::expected<Head, Response> read_head(std::string_view head, BodyLimit body_limit);

}  // namespace tokend
