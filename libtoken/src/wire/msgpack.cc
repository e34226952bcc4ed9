#include "wire/msgpack.h"

#include <bit>
#include <cstring>
#include <limits>

#include "libtoken/text.h"

namespace libtoken::msgpack {
namespace {

std::uint64_t big_endian(const std::uint8_t* at, std::size_t bytes) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | at[i];
  return value;
}

// Sign-extends a number of so many bytes.
std::uint64_t sign_extended(std::uint64_t value, std::size_t bytes) noexcept {
  const unsigned shift = static_cast<unsigned>(64 - 8 * bytes);
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(value << shift) >> shift);
}

// The largest number that a head with so many value bytes less could have said.
std::uint64_t largest_below(std::size_t bytes) noexcept { return (std::uint64_t{1} << (4 * bytes)) - 1; }

void write_big_endian(Bytes& out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = bytes; i-- > 0;) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

}  // namespace

bool Reader::refuse(const char* what, ErrorKind kind) noexcept {
  fault_ = {kind, what, static_cast<std::size_t>(at_ - begin_), 0};
  return false;
}

bool Reader::refuse_cut(std::uint64_t missing) noexcept {
  fault_ = {ErrorKind::kTruncated, kOnlyFirstPart, static_cast<std::size_t>(at_ - begin_), missing + bytes_after_};
  return false;
}

// A head from c0 on: its value, if it has one, stands in the bytes that follow.
bool Reader::wide_head(std::uint8_t byte, Head& out) noexcept {
  if (byte >= 0xe0) return out = {Family::kInt, true, sign_extended(byte, 1)}, true;
  struct Wide {
    Family family;
    std::uint8_t value_bytes;
  };
  static constexpr Wide kWide[] = {
      {Family::kNil, 0},   {Family::kReserved, 0}, {Family::kBool, 0},  {Family::kBool, 0},   // c0
      {Family::kBin, 1},   {Family::kBin, 2},      {Family::kBin, 4},   {Family::kExt, 1},    // c4
      {Family::kExt, 2},   {Family::kExt, 4},      {Family::kFloat, 4}, {Family::kFloat, 8},  // c8
      {Family::kUint, 1},  {Family::kUint, 2},     {Family::kUint, 4},  {Family::kUint, 8},   // cc
      {Family::kInt, 1},   {Family::kInt, 2},      {Family::kInt, 4},   {Family::kInt, 8},    // d0
      {Family::kExt, 0},   {Family::kExt, 0},      {Family::kExt, 0},   {Family::kExt, 0},    // d4
      {Family::kExt, 0},   {Family::kStr, 1},      {Family::kStr, 2},   {Family::kStr, 4},    // d8
      {Family::kArray, 2}, {Family::kArray, 4},    {Family::kMap, 2},   {Family::kMap, 4},    // dc
  };
  const Wide& wide = kWide[byte - 0xc0];
  const std::size_t bytes = wide.value_bytes;
  const std::uint8_t* at = nullptr;
  if (!take(bytes, at)) return false;
  const std::uint64_t value = big_endian(at, bytes);
  out = {wide.family, true, value};
  switch (wide.family) {
    case Family::kBool: out.value = byte & 1U; break;
    case Family::kUint: out.shortest = value > (bytes == 1 ? 0x7f : largest_below(bytes)); break;
    case Family::kInt: {
      const auto number = static_cast<std::int64_t>(sign_extended(value, bytes));
      out.value = static_cast<std::uint64_t>(number);
      const std::int64_t least_below =
          bytes == 1 ? -32 : -static_cast<std::int64_t>(std::uint64_t{1} << (4 * bytes - 1));
      out.shortest = number < least_below;
      break;
    }
    case Family::kStr: out.shortest = value > (bytes == 1 ? 31 : largest_below(bytes)); break;
    case Family::kBin: out.shortest = bytes == 1 || value > largest_below(bytes); break;
    case Family::kArray:
    case Family::kMap: out.shortest = value > (bytes == 2 ? 15 : largest_below(bytes)); break;
    case Family::kExt:
      if (bytes == 0) out.value = std::uint64_t{1} << (byte - 0xd4);
      break;
    case Family::kNil:
    case Family::kFloat:
    case Family::kReserved: break;
  }
  return true;
}

bool Reader::int64(std::int64_t& value) noexcept {
  Head found;
  if (!head(found)) return false;
  if (found.family != Family::kUint && found.family != Family::kInt) return refuse("not a number");
  // A non-negative number in the signed family is never `shortest`.
  if (!found.shortest) return refuse("a number that is not in its shortest form");
  if (found.family == Family::kUint && found.value > std::numeric_limits<std::int64_t>::max())
    return refuse("a number too wide for its field");
  value = static_cast<std::int64_t>(found.value);
  return true;
}

bool Reader::boolean(bool& value) noexcept {
  Head found;
  if (!head(found)) return false;
  if (found.family != Family::kBool) return refuse("not true or false");
  value = found.value != 0;
  return true;
}

bool Reader::str(std::string_view& value) noexcept {
  std::uint64_t length = 0;
  const std::uint8_t* bytes = nullptr;
  if (!length_head(Family::kStr, "not a str", length) || !take(length, bytes)) return false;
  value = text_of({bytes, length});
  return is_utf8(bytes_of(value)) || refuse("a str that is not UTF-8");
}

bool Reader::bin(Nil nil, ByteView& value, std::uint64_t max, const char* too_long) noexcept {
  if (nil == Nil::kIsEmpty && next_is_nil()) {
    skip_nil();
    value = {};
    return true;
  }
  std::uint64_t length = 0;
  const std::uint8_t* bytes = nullptr;
  if (!length_head(Family::kBin, "not a bin", length)) return false;
  if (length > max) return refuse(too_long);
  if (!take(length, bytes)) return false;
  value = {bytes, length};
  return true;
}

bool Reader::bin_of(std::uint64_t wanted, const char* wrong_length, const std::uint8_t*& value) noexcept {
  std::uint64_t length = 0;
  if (!length_head(Family::kBin, "not a bin", length)) return false;
  if (length != wanted) return refuse(wrong_length);
  return take(length, value);
}

bool Reader::map(std::size_t level, std::uint64_t& count) noexcept {
  return length_head(Family::kMap, "not a map", count) && judge_level(level) && judge_room(2 * count);
}

bool Reader::skip(std::size_t level) noexcept {
  Head found;
  if (!head(found)) return false;
  const std::uint8_t* content = nullptr;
  switch (found.family) {
    case Family::kUint:
    case Family::kInt:
    case Family::kNil:
    case Family::kBool:
    case Family::kFloat: return true;
    case Family::kReserved: return refuse("the byte c1, which means nothing");
    case Family::kStr:
    case Family::kBin: return found.value <= kMaxLength ? take(found.value, content) : refuse("longer than 32768");
    case Family::kExt: return found.value <= kMaxLength ? take(1 + found.value, content) : refuse("longer than 32768");
    case Family::kArray:
    case Family::kMap: break;
  }
  if (found.value > kMaxLength) return refuse("longer than 32768");
  const std::uint64_t elements = found.family == Family::kMap ? 2 * found.value : found.value;
  if (!judge_level(level) || !judge_room(elements)) return false;
  for (std::uint64_t i = 0; i < elements; ++i)
    if (!skip(level + 1)) return false;
  return true;
}

void write_uint(Bytes& out, std::uint64_t value) {
  if (value < 0x80) return out.push_back(static_cast<std::uint8_t>(value));
  const std::size_t log2_bytes = value <= 0xff ? 0U : value <= 0xffff ? 1U : value <= 0xffffffff ? 2U : 3U;
  out.push_back(static_cast<std::uint8_t>(0xcc + log2_bytes));
  write_big_endian(out, value, std::size_t{1} << log2_bytes);
}

void write_int(Bytes& out, std::int64_t value) {
  if (value >= 0) return write_uint(out, static_cast<std::uint64_t>(value));
  if (value >= -32) return out.push_back(static_cast<std::uint8_t>(value));
  const std::size_t log2_bytes = value >= INT8_MIN ? 0U : value >= INT16_MIN ? 1U : value >= INT32_MIN ? 2U : 3U;
  out.push_back(static_cast<std::uint8_t>(0xd0 + log2_bytes));
  write_big_endian(out, static_cast<std::uint64_t>(value), std::size_t{1} << log2_bytes);
}

void write_bool(Bytes& out, bool value) { out.push_back(value ? 0xc3 : 0xc2); }

namespace {

// `short_head` up to `short_max` in its low bits, else the heads for 1, 2 and 4 bytes of length (0: there is none).
void write_length(Bytes& out, std::size_t length, std::uint8_t short_head, std::size_t short_max,
                  const std::uint8_t (&heads)[3]) {
  if (length <= short_max) return out.push_back(static_cast<std::uint8_t>(short_head | length));
  const std::size_t index = length <= 0xff && heads[0] != 0 ? 0U : length <= 0xffff ? 1U : 2U;
  out.push_back(heads[index]);
  write_big_endian(out, length, std::size_t{1} << index);
}

}  // namespace

void write_str(Bytes& out, std::string_view value) {
  write_length(out, value.size(), 0xa0, 31, {0xd9, 0xda, 0xdb});
  out.insert(out.end(), value.begin(), value.end());
}

void write_bin(Bytes& out, ByteView value) {
  const std::size_t index = value.size() <= 0xff ? 0U : value.size() <= 0xffff ? 1U : 2U;
  out.push_back(static_cast<std::uint8_t>(0xc4 + index));
  write_big_endian(out, value.size(), std::size_t{1} << index);
  out.insert(out.end(), value.begin(), value.end());
}

void write_array(Bytes& out, std::size_t count) { write_length(out, count, 0x90, 15, {0, 0xdc, 0xdd}); }
void write_map(Bytes& out, std::size_t count) { write_length(out, count, 0x80, 15, {0, 0xde, 0xdf}); }

}  // namespace libtoken::msgpack
