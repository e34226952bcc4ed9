#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "libtoken/bytes.h"
#include "wire/fault.h"

namespace libtoken::msgpack {

/// The largest length or count anything in a token may claim (FORMAT.md §3).
inline constexpr std::uint64_t kMaxLength = 32768;
inline constexpr std::size_t kMaxLevel = 32;

enum class Family : std::uint8_t { kUint, kInt, kNil, kBool, kFloat, kStr, kBin, kArray, kMap, kExt, kReserved };

/// The head of an element: its type and its length or value.
struct Head {
  Family family{};
  bool shortest = true;     ///< there is no shorter encoding of it
  std::uint64_t value = 0;  ///< kExt: the length, its type byte not counted; kUint: the number; kInt: its two's
                            ///< complement; kBool: 0 or 1; else the length or count
};

/// Reads MessagePack front to back and stops at the first fault, in the order of FORMAT.md §3: a head is judged once
/// its own bytes are there. Every call returns whether it went well; after a failure only fault() may be called.
class Reader {
 public:
  explicit Reader(ByteView input) noexcept
      : begin_(input.data()), at_(input.data()), end_(input.data() + input.size()) {}

  [[nodiscard]] const Fault& fault() const noexcept { return fault_; }
  [[nodiscard]] bool at_end() const noexcept { return at_ == end_; }
  [[nodiscard]] const std::uint8_t* position() const noexcept { return at_; }
  [[nodiscard]] bool next_is_nil() const noexcept { return at_ != end_ && *at_ == 0xc0; }

  /// Records a fault of kind kMalformed here, or of another kind. Returns false.
  bool refuse(const char* what, ErrorKind kind = ErrorKind::kMalformed) noexcept;

  /// How many bytes must follow whatever is being read now: added to what is missing when the input ends.
  void set_bytes_after(std::uint64_t bytes) noexcept { bytes_after_ = bytes; }

  [[nodiscard]] bool uint(std::uint64_t max, std::uint64_t& value) noexcept;
  [[nodiscard]] bool int64(std::int64_t& value) noexcept;
  [[nodiscard]] bool boolean(bool& value) noexcept;
  [[nodiscard]] bool str(std::string_view& value) noexcept;
  enum class Nil : std::uint8_t { kRefused, kIsEmpty };
  /// At most `max` bytes (beyond: `too_long`, malformed, judged before whether they are there).
  [[nodiscard]] bool bin(Nil nil, ByteView& value, std::uint64_t max = kMaxLength,
                         const char* too_long = "longer than 32768") noexcept;
  /// Exactly so many bytes.
  [[nodiscard]] bool bin_of(std::uint64_t length, const char* wrong_length, const std::uint8_t*& value) noexcept;
  /// An array of `least` to `most` elements at a nesting level, the outermost being 1.
  [[nodiscard]] bool array(std::size_t level, std::uint64_t least, std::uint64_t most, std::uint64_t& count) noexcept;
  [[nodiscard]] bool array_of(std::size_t level, std::uint64_t arity) noexcept;
  [[nodiscard]] bool map(std::size_t level, std::uint64_t& count) noexcept;
  void skip_nil() noexcept { ++at_; }

  /// Any element, of which only well-formedness, lengths and nesting are judged.
  [[nodiscard]] bool skip(std::size_t level) noexcept;

  // For arrays with rules of their own: the head, judged for family, form and size; then the rest of the order.
  [[nodiscard]] bool array_head(std::uint64_t& count) noexcept;
  [[nodiscard]] bool judge_level(std::size_t level) noexcept;
  [[nodiscard]] bool judge_room(std::uint64_t bytes) noexcept;

  /// The next head, whatever it is; false only where it is cut short.
  [[nodiscard]] bool head(Head& head) noexcept;

 private:
  [[nodiscard]] bool wide_head(std::uint8_t byte, Head& head) noexcept;
  bool refuse_cut(std::uint64_t missing) noexcept;
  [[nodiscard]] bool length_head(Family family, const char* what, std::uint64_t& length) noexcept;
  [[nodiscard]] bool take(std::uint64_t length, const std::uint8_t*& bytes) noexcept;

  const std::uint8_t* begin_;
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::uint64_t bytes_after_ = 0;
  Fault fault_;
};

// Writing, always in the shortest form.
void write_uint(Bytes& out, std::uint64_t value);
void write_int(Bytes& out, std::int64_t value);
void write_bool(Bytes& out, bool value);
void write_str(Bytes& out, std::string_view value);
void write_bin(Bytes& out, ByteView value);
void write_array(Bytes& out, std::size_t count);
void write_map(Bytes& out, std::size_t count);

// Inline, because every element of every token goes through them.

inline bool Reader::judge_room(std::uint64_t bytes) noexcept {
  const auto left = static_cast<std::uint64_t>(end_ - at_);
  return bytes <= left || refuse_cut(bytes - left);
}

inline bool Reader::take(std::uint64_t length, const std::uint8_t*& bytes) noexcept {
  if (!judge_room(length)) return false;
  bytes = at_;
  at_ += length;
  return true;
}

inline bool Reader::judge_level(std::size_t level) noexcept {
  return level <= kMaxLevel || refuse("nested more than 32 deep");
}

inline bool Reader::head(Head& out) noexcept {
  const std::uint8_t* first = nullptr;
  if (!take(1, first)) return false;
  const std::uint8_t byte = *first;
  if (byte < 0x80) return out = {Family::kUint, true, byte}, true;
  if (byte < 0x90) return out = {Family::kMap, true, byte & 0x0fU}, true;
  if (byte < 0xa0) return out = {Family::kArray, true, byte & 0x0fU}, true;
  if (byte < 0xc0) return out = {Family::kStr, true, byte & 0x1fU}, true;
  return wide_head(byte, out);
}

inline bool Reader::uint(std::uint64_t max, std::uint64_t& value) noexcept {
  Head found;
  if (!head(found)) return false;
  if (found.family != Family::kUint) return refuse("not an unsigned number");
  if (!found.shortest) return refuse("a number that is not in its shortest form");
  if (found.value > max) return refuse("a number too wide for its field");
  value = found.value;
  return true;
}

inline bool Reader::length_head(Family family, const char* what, std::uint64_t& length) noexcept {
  Head found;
  if (!head(found)) return false;
  if (found.family != family) return refuse(what);
  if (!found.shortest) return refuse("a length that is not in its shortest form");
  if (found.value > kMaxLength) return refuse("longer than 32768");
  length = found.value;
  return true;
}

inline bool Reader::array_head(std::uint64_t& count) noexcept {
  return length_head(Family::kArray, "not an array", count);
}

inline bool Reader::array(std::size_t level, std::uint64_t least, std::uint64_t most, std::uint64_t& count) noexcept {
  if (!array_head(count)) return false;
  if (count < least || count > most) return refuse("an array of a wrong number of elements");
  return judge_level(level) && judge_room(count);
}

inline bool Reader::array_of(std::size_t level, std::uint64_t arity) noexcept {
  std::uint64_t count = 0;
  return array(level, arity, arity, count);
}

}  // namespace libtoken::msgpack
