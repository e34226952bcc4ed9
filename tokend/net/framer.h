#pragma once

#include <cstdint>
#include <string_view>

#include "net/http_head.h"

namespace tokend {

/// Finds where a request ends in bytes that come in pieces. Looks at each byte of a head once, whatever the pieces; small
/// enough to keep one for every connection. Without a socket or a clock.
class Framer {
 public:
  enum class State : std::uint8_t {
    kNothing,  ///< no byte of a request yet
    kHead,     ///< the head is under way
    kBody,     ///< the head is whole and acceptable; the body is under way
    kWhole,    ///< the request is whole
    kRefused,  ///< it is none, or none that we take; what follows it cannot be told apart from it
  };
  struct Look {
    State state = State::kNothing;
    Head head;             ///< in kBody and kWhole; views into `received`
    std::string_view body;  ///< in kWhole
    std::size_t size = 0;   ///< in kWhole: the bytes the request took of `received`
    Response refusal;       ///< in kRefused
  };

  /// `received` begins with the request's first byte and is, from call to call, the same bytes or more of them, until
  /// kWhole or kRefused; after kWhole the next request begins.
  [[nodiscard]] Look look(std::string_view received, BodyLimit body_limit);

 private:
  [[nodiscard]] Look scan_head(std::string_view received, BodyLimit body_limit);
  [[nodiscard]] Look with_head(std::string_view received, BodyLimit body_limit);
  [[nodiscard]] static Look refuse(Response refusal);

  std::uint32_t scanned_ = 0;      // bytes of the head that were looked at
  std::uint32_t line_start_ = 0;   // of the line under way
  std::uint32_t head_bytes_ = 0;   // 0 until the head is whole
  std::uint32_t start_ = 0;        // bytes before the request line
  std::uint16_t lines_ = 0;
};

}  // namespace tokend
