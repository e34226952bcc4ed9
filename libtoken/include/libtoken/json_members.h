#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "libtoken/json.h"

#include "libtoken/result.h"
#include "libtoken/token_id.h"

// Reading JSON that one of our own programs wrote, where another program may have changed it on the way. Nothing here
// throws: the first thing that is wrong is noted, what is read of it is empty, and the caller asks at the end.
namespace libtoken {

/// What is wrong with a JSON document, if anything is.
class JsonFault {
 public:
  /// `what` is a short description such as `"id"`; only the first one counts.
  void note(const std::string& what) {
    if (what_.empty()) what_ = what;
  }
  /// The value if nothing is wrong, else kMalformed with a sentence that names the first thing that is.
  template <class T>
  [[nodiscard]] Result<T> value_or_error(T value) const {
    if (what_.empty()) return value;
    return fail(ErrorKind::kMalformed, what_ + " is missing or is not what it should be");
  }

 private:
  std::string what_;
};

/// The members of one object. Borrows the object and the fault. Members that it is not asked for do not matter, so that
/// a newer program may write more.
class JsonMembers {
 public:
  /// Anything but an object is a fault, and has no members.
  JsonMembers(const libtoken::Json& object, JsonFault& fault);

  /// Null if the member is not there, or is null.
  [[nodiscard]] const libtoken::Json* find(const char* name) const;
  /// Likewise, but a member that is not there is a fault.
  [[nodiscard]] const libtoken::Json* find_present(const char* name) const;

  // A member that is missing or of another kind is a fault; what is returned then is empty.
  [[nodiscard]] std::string text(const char* name) const;
  [[nodiscard]] std::uint64_t number(const char* name) const;
  [[nodiscard]] bool flag(const char* name) const;
  /// A time as in parse_time().
  [[nodiscard]] std::int64_t time(const char* name) const;
  [[nodiscard]] TokenId token_id(const char* name) const;

  // The same for a member that may be missing or null.
  [[nodiscard]] std::string text_or_empty(const char* name) const;
  [[nodiscard]] std::optional<std::int64_t> time_or_none(const char* name) const;

  /// The value of an enum whose to_string() is this text; the enum counts from 0 to `last`.
  template <class Enum>
  [[nodiscard]] Enum named(const char* name, Enum last) const {
    const std::string shown = text(name);
    for (std::underlying_type_t<Enum> i = 0; i <= static_cast<std::underlying_type_t<Enum>>(last); ++i) {
      if (shown == to_string(static_cast<Enum>(i))) return static_cast<Enum>(i);
    }
    fault_.note(name);
    return last;
  }

  /// A list, each item of which is read by `read_one(item, fault)`.
  template <class ReadOne>
  [[nodiscard]] auto list(const char* name, ReadOne read_one) const {
    std::vector<std::invoke_result_t<ReadOne, const libtoken::Json&, JsonFault&>> all;
    const libtoken::Json* items = find(name);
    if (items == nullptr || !items->is_array()) {
      fault_.note(name);
      return all;
    }
    all.reserve(items->size());
    for (const libtoken::Json& item : *items) all.push_back(read_one(item, fault_));
    return all;
  }

 private:
  const libtoken::Json& object_;
  JsonFault& fault_;
};

/// A text that stands alone, as in a list of them.
[[nodiscard]] std::string read_json_text(const libtoken::Json& value, JsonFault& fault);
/// Likewise a token's id.
[[nodiscard]] TokenId read_json_token_id(const libtoken::Json& value, JsonFault& fault);

}  // namespace libtoken
