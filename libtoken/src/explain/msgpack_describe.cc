#include <bit>
#include <cstdio>

#include "libtoken/explain.h"
#include "libtoken/text.h"
#include "wire/msgpack.h"

namespace libtoken {
namespace {

constexpr std::size_t kMostCharacters = 500;
constexpr std::size_t kDeepest = 32;

using msgpack::Family;
using msgpack::Head;

/// Writes elements as text until they end, cannot be read, or the text is long enough.
class Describer {
 public:
  explicit Describer(ByteView encoded) : encoded_(encoded) {}

  std::string describe() {
    if (!element(1)) text_ += "…";
    return std::move(text_);
  }

 private:
  // False: stop here.
  bool element(std::size_t level) {
    if (text_.size() > kMostCharacters || level > kDeepest) return false;
    msgpack::Reader reader(encoded_.subspan(at_));
    const std::uint8_t* first = reader.position();
    Head head;
    if (!reader.head(head)) return false;
    at_ = static_cast<std::size_t>(reader.position() - encoded_.data());
    switch (head.family) {
      case Family::kUint: text_ += std::to_string(head.value); return true;
      case Family::kInt: text_ += std::to_string(static_cast<std::int64_t>(head.value)); return true;
      case Family::kNil: text_ += "nil"; return true;
      case Family::kBool: text_ += head.value != 0 ? "true" : "false"; return true;
      case Family::kFloat: text_ += float_text(reader.position() - first, head.value); return true;
      case Family::kReserved: return false;
      case Family::kStr:
        return content(head.value, "\"", "\"", [](ByteView bytes) { return escape_untrusted(text_of(bytes), 200); });
      case Family::kBin: return content(head.value, "h'", "'", [](ByteView bytes) { return to_hex(bytes); });
      case Family::kExt: return content(1 + head.value, "ext h'", "'", [](ByteView bytes) { return to_hex(bytes); });
      case Family::kArray: return elements(level, head.value, false);
      case Family::kMap: return elements(level, head.value, true);
    }
    return false;
  }

  static std::string float_text(std::ptrdiff_t encoded_size, std::uint64_t bits) {
    constexpr std::ptrdiff_t kSinglePrecision = 5;
    const double value = encoded_size == kSinglePrecision ? std::bit_cast<float>(static_cast<std::uint32_t>(bits))
                                                          : std::bit_cast<double>(bits);
    char text[32];
    std::snprintf(text, sizeof text, "%.17g", value);
    return text;
  }

  template <class Write>
  bool content(std::uint64_t length, const char* open, const char* close, const Write& write) {
    const bool is_whole = length <= encoded_.size() - at_;
    const ByteView bytes = encoded_.subspan(at_, is_whole ? length : encoded_.size() - at_);
    constexpr std::size_t kMostBytes = 64;
    const bool is_long = bytes.size() > kMostBytes;
    text_ += open + write(is_long ? bytes.first(kMostBytes) : bytes) + (is_long ? "…" : "") + close;
    at_ += bytes.size();
    return is_whole;
  }

  bool elements(std::size_t level, std::uint64_t count, bool is_map) {
    text_ += is_map ? "{" : "[";
    for (std::uint64_t i = 0; i < count; ++i) {
      if (i > 0) text_ += ", ";
      if (!element(level + 1)) return false;
      if (!is_map) continue;
      text_ += ": ";
      if (!element(level + 1)) return false;
    }
    text_ += is_map ? "}" : "]";
    return true;
  }

  ByteView encoded_;
  std::size_t at_ = 0;
  std::string text_;
};

}  // namespace

std::string describe_msgpack(ByteView encoded) { return Describer(encoded).describe(); }

}  // namespace libtoken
