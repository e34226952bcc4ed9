#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/chunked_body.h"
#include "net/http_head.h"

namespace tokend {

/// Finds where a request ends in bytes that arrive in pieces. It reads each byte of a head once, whatever the pieces,
/// and is small enough that every connection has one. Uses no socket and no clock.
class Framer {
 public:
  enum class State : std::uint8_t {
    kNothing,  ///< no byte of a request has arrived
    kHead,     ///< a part of the head has arrived
    kBody,     ///< the head is whole and acceptable; a part of the body is missing
    kWhole,    ///< the request is whole
    kRefused,  ///< it is no request that is taken; where it ends, and so where a next one begins, is not known
  };
  struct Look {
    State state = State::kNothing;
    Head head;                                  ///< in kBody and kWhole; views into `received`
    std::string_view body;                      ///< in kWhole
    std::size_t size = 0;                       ///< in kWhole: how many bytes of `received` the request is
    std::unique_ptr<const std::string> chunks;  ///< owns `body` if it came in chunks
    Response refusal;                           ///< in kRefused
  };

  /// `received` begins with the request's first byte. From call to call it is the same bytes, or more of them, until
  /// the state is kWhole or kRefused; after kWhole it begins with the next request. Throws if there is no memory.
  [[nodiscard]] Look look(std::string_view received, BodyLimit body_limit);

 private:
  [[nodiscard]] Look scan_head(std::string_view received, BodyLimit body_limit);
  [[nodiscard]] Look with_head(std::string_view received, BodyLimit body_limit);
  [[nodiscard]] static Look refuse(Response refusal);

  std::uint32_t scanned_ = 0;     // bytes of the head that were read
  std::uint32_t line_start_ = 0;  // where the line begins that is being read
  std::uint32_t head_bytes_ = 0;  // 0 until the head is whole
  std::uint32_t start_ = 0;       // bytes before the request line
  std::uint16_t lines_ = 0;
  ChunkedBody chunks_;
};

}  // namespace tokend
