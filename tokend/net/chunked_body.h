#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "net/http.h"

namespace tokend {

/// Finds where a chunked body ends (RFC 9112 §7.1), in bytes that arrive in pieces. It looks at each chunk once,
/// whatever the pieces. Chunk extensions and trailer fields are left out. Uses no socket and no clock.
class ChunkedBody {
 public:
  /// Whether all of it is there. `received` begins with the body's first byte, and from call to call it is the same
  /// bytes or more of them. Refused with 400 if it is not well formed, with 413 if its chunks hold more than `most`
  /// bytes or what stands around them takes more than as many again and the size of a head. Throws if there is no
  /// memory.
  [[nodiscard]] tl::expected<bool, Response> look(std::string_view received, std::size_t most);

  /// Once it is whole: how many bytes of `received` it takes up, and what its chunks hold.
  [[nodiscard]] std::size_t size() const noexcept { return at_; }
  [[nodiscard]] std::string content(std::string_view received) const;

 private:
  enum class Step : std::uint8_t { kNext, kPart, kWhole, kMalformed, kTooLarge };
  Step chunk(std::string_view rest, std::size_t most);
  Step trailer(std::string_view rest);

  std::uint32_t at_ = 0;    // where the next chunk or trailer field begins
  std::uint32_t held_ = 0;  // bytes in the chunks before it
  std::uint16_t trailers_ = 0;
  bool in_trailers_ = false;
};

}  // namespace tokend
