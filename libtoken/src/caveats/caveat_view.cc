// Reads single items out of bytes that the decoder has checked: all heads are well-formed and in their shortest form,
// and everything they announce is there.
#include "libtoken/caveat.h"

namespace libtoken {
namespace {

std::uint64_t read_number(const std::uint8_t*& at, std::size_t bytes) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | *at++;
  return value;
}

std::uint64_t read_uint(const std::uint8_t*& at) noexcept {
  const std::uint8_t head = *at++;
  return head < 0x80 ? head : read_number(at, std::size_t{1} << (head - 0xcc));
}

std::string_view read_str(const std::uint8_t*& at) noexcept {
  const std::uint8_t head = *at++;
  const std::size_t length = head < 0xc0 ? head & 0x1fU : read_number(at, std::size_t{1} << (head - 0xd9));
  const std::string_view text = text_of({at, length});
  at += length;
  return text;
}

// Absent (c0) reads as empty.
std::uint32_t read_array(const std::uint8_t*& at) noexcept {
  const std::uint8_t head = *at++;
  if (head == 0xc0) return 0;
  return static_cast<std::uint32_t>(head < 0xa0 ? head & 0x0fU : read_number(at, std::size_t{2} << (head - 0xdc)));
}

ActionMask read_mask(const std::uint8_t*& at) noexcept { return {static_cast<std::uint16_t>(read_uint(at))}; }

}  // namespace

void read_item(const std::uint8_t*& at, IdEntry& entry) {
  entry.id = read_uint(at);
  entry.mask = read_mask(at);
}

void read_item(const std::uint8_t*& at, NameEntry& entry) {
  entry.name = read_str(at);
  entry.mask = read_mask(at);
}

void read_item(const std::uint8_t*& at, TextItem& item) { item.text = read_str(at); }

void read_item(const std::uint8_t*& at, CommandEntry& entry) {
  ++at;  // an array of two
  const std::uint32_t count = read_array(at);
  entry.args = {at, count};
  for (std::uint32_t i = 0; i < count; ++i) read_str(at);
  entry.exact = *at++ == 0xc3;
}

}  // namespace libtoken
