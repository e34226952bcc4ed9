#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libtoken/result.h"

namespace tokend {

/// The other end of a connection, as the socket says. An IPv4 address is kept in its IPv6 form (::ffff:1.2.3.4).
struct Peer {
  std::array<std::uint8_t, 16> address{};
  std::uint16_t port = 0;
  bool is_unix = true;

  [[nodiscard]] static Peer from(const sockaddr_storage& storage) noexcept;
  [[nodiscard]] bool is_v4() const noexcept;
  /// 127.0.0.0/8 or ::1.
  [[nodiscard]] bool is_loopback() const noexcept;
  /// `127.0.0.1`, `::1`, `unix`.
  [[nodiscard]] std::string host() const;
  /// `127.0.0.1:4711`, `[::1]:4711`, `unix`.
  [[nodiscard]] std::string to_string() const;
};

/// A range of addresses: `10.0.0.0/8`, `fd00::/8`, or one address.
class AddressRange {
 public:
  /// Error: kInvalidArgument.
  [[nodiscard]] static libtoken::Result<AddressRange> parse(std::string_view text);
  [[nodiscard]] bool contains(const Peer& peer) const noexcept;

 private:
  std::array<std::uint8_t, 16> prefix_{};
  unsigned bits_ = 128;
};

/// Reads ranges with commas between them; an empty text has none. Error: kInvalidArgument.
[[nodiscard]] libtoken::Result<std::vector<AddressRange>> parse_address_ranges(std::string_view text);

}  // namespace tokend
