#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "net/http.h"

namespace tokend {

/// What a request's head says: views into the head's bytes, not decoded.
struct Head {
  std::string_view method;
  std::string_view target;
  std::optional<std::string_view> authorization;
  std::size_t body_bytes = 0;       ///< of a chunked body 0 until all of it is there
  std::size_t most_body_bytes = 0;  ///< what the limit allows
  bool is_chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;  ///< false with HTTP/1.0, which has no 100
};

/// How many bytes the body of a request may have, by its method and target.
using BodyLimit = std::size_t (*)(std::string_view method, std::string_view target) noexcept;

/// Reads a head, its blank line included, strictly (RFC 9112 §2 to §6). A Framer has already made sure that it holds no
/// control bytes and that its lines end in CR LF. Whatever two programs could understand differently is refused: a
/// repeated or unclear length, a transfer encoding other than one `chunked`, folded lines, two tokens. Of a target in
/// absolute form (RFC 9112 §3.2.2) the path and the query are taken. After a refusal nobody can tell where the next
/// request begins, so that the connection must end.
[[nodiscard]] tl::expected<Head, Response> read_head(std::string_view head, BodyLimit body_limit);

}  // namespace tokend
