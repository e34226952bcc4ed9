#include <unordered_set>
#include <vector>

#include "libtoken/caveat_json.h"
#include "libtoken/text.h"

namespace libtoken {
namespace {

using json = Json;

// Checks a text before a tree is built from it: nlohmann keeps the last of repeated members, and a tree of nothing but
// brackets takes a hundred times the memory of the text.
class StrictSax final : public json::json_sax_t {
 public:
  explicit StrictSax(std::size_t text_size) : text_size_(text_size) {}

  [[nodiscard]] const Error& problem() const noexcept { return problem_; }

  bool null() override { return refuse("null is not accepted"); }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return refuse("not JSON"); }
  bool start_object(std::size_t) override {
    members_.emplace_back();
    return enter();
  }
  bool end_object() override {
    members_.pop_back();
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override { return enter(); }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool key(string_t& name) override {
    return members_.back().insert(name).second ||
           refuse("the member \"" + escape_untrusted(name, 64) + "\" is repeated");
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    if (position > text_size_) {
      problem_ = {ErrorKind::kTruncated, "the JSON ends too early", 0};
      return false;
    }
    return refuse("not JSON, at byte " + std::to_string(position));
  }

 private:
  bool refuse(std::string message) {
    problem_ = {ErrorKind::kMalformed, std::move(message), 0};
    return false;
  }
  bool enter() {
    constexpr std::size_t kDeepest = 32;
    return ++depth_ <= kDeepest || refuse("JSON nested more than 32 deep");
  }

  std::size_t text_size_;
  std::size_t depth_ = 0;
  std::vector<std::unordered_set<std::string>> members_;
  Error problem_;
};

}  // namespace

Result<json> parse_json(std::string_view text) {
  // nlohmann skips a byte order mark.
  if (text.starts_with("\xef\xbb\xbf")) return fail(ErrorKind::kMalformed, "not JSON, at byte 1: a byte order mark");
  StrictSax sax(text.size());
  if (!json::sax_parse(text, &sax)) return tl::unexpected(sax.problem());
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

}  // namespace libtoken
