#include "net/peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "libtoken/text.h"

namespace tokend {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool parse_address(const std::string& text, std::array<std::uint8_t, 16>& to, unsigned& width) {
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) {
    std::copy(kMapped.begin(), kMapped.end(), to.begin());
    std::memcpy(to.data() + kMapped.size(), &v4, sizeof v4);
    width = 32;
    return true;
  }
  width = 128;
  return inet_pton(AF_INET6, text.c_str(), to.data()) == 1;
}

bool same_bits(const std::array<std::uint8_t, 16>& a, const std::array<std::uint8_t, 16>& b, unsigned bits) noexcept {
  const std::size_t whole = bits / 8;
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin())) return false;
  return bits % 8 == 0 || (a[whole] ^ b[whole]) >> (8 - bits % 8) == 0;
}

}  // namespace

Peer Peer::from(const sockaddr_storage& storage) noexcept {
  Peer peer;
  if (storage.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &storage, sizeof in);
    std::copy(kMapped.begin(), kMapped.end(), peer.address.begin());
    std::memcpy(peer.address.data() + kMapped.size(), &in.sin_addr, sizeof in.sin_addr);
    peer.port = ntohs(in.sin_port);
    peer.is_unix = false;
  } else if (storage.ss_family == AF_INET6) {
    sockaddr_in6 in6{};
    std::memcpy(&in6, &storage, sizeof in6);
    std::memcpy(peer.address.data(), &in6.sin6_addr, sizeof in6.sin6_addr);
    peer.port = ntohs(in6.sin6_port);
    peer.is_unix = false;
  }
  return peer;
}

bool Peer::is_v4() const noexcept { return std::equal(kMapped.begin(), kMapped.end(), address.begin()); }

bool Peer::is_loopback() const noexcept {
  if (is_unix) return false;
  if (is_v4()) return address[12] == 127;
  return std::all_of(address.begin(), address.end() - 1, [](std::uint8_t b) { return b == 0; }) && address[15] == 1;
}

std::string Peer::host() const {
  if (is_unix) return "unix";
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_v4()) {
    inet_ntop(AF_INET, address.data() + kMapped.size(), text.data(), text.size());
  } else {
    inet_ntop(AF_INET6, address.data(), text.data(), text.size());
  }
  return text.data();
}

std::string Peer::to_string() const {
  if (is_unix) return "unix";
  return (is_v4() ? host() : "[" + host() + "]") + ":" + std::to_string(port);
}

libtoken::Result<AddressRange> AddressRange::parse(std::string_view text) {
  AddressRange range;
  unsigned width = 0;
  const std::size_t slash = std::min(text.find('/'), text.size());
  bool good = parse_address(std::string(text.substr(0, slash)), range.prefix_, width);
  unsigned bits = width;
  if (good && slash != text.size()) {
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + slash + 1, end, bits);
    good = parsed.ec == std::errc{} && parsed.ptr == end && bits <= width;
  }
  if (!good) {
    return libtoken::fail(libtoken::ErrorKind::kInvalidArgument,
                          "\"" + libtoken::escape_untrusted(text, 100) +
                              "\" is no address or range such as 192.0.2.7, 10.0.0.0/8 or fd00::/8");
  }
  range.bits_ = bits + (128 - width);
  return range;
}

bool AddressRange::contains(const Peer& peer) const noexcept {
  return !peer.is_unix && same_bits(prefix_, peer.address, bits_);
}

libtoken::Result<std::vector<AddressRange>> parse_address_ranges(std::string_view text) {
  std::vector<AddressRange> ranges;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    auto range = AddressRange::parse(text.substr(0, comma));
    if (!range) return tl::unexpected(range.error());
    ranges.push_back(*range);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return ranges;
}

}  // namespace tokend
