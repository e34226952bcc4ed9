#include "libtoken/json_members.h"

#include "libtoken/times.h"

namespace libtoken {

using json = libtoken::Json;

JsonMembers::JsonMembers(const json& object, JsonFault& fault) : object_(object), fault_(fault) {
  if (!object.is_object()) fault.note("an object");
}

const json* JsonMembers::find(const char* name) const {
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

const json* JsonMembers::find_present(const char* name) const {
  if (!object_.contains(name)) fault_.note(name);
  return find(name);
}

std::string JsonMembers::text(const char* name) const {
  const json* value = find(name);
  if (value != nullptr && value->is_string()) return value->get<std::string>();
  fault_.note(name);
  return {};
}

std::uint64_t JsonMembers::number(const char* name) const {
  const json* value = find(name);
  if (value != nullptr && value->is_number_unsigned()) return value->get<std::uint64_t>();
  fault_.note(name);
  return 0;
}

bool JsonMembers::flag(const char* name) const {
  const json* value = find(name);
  if (value != nullptr && value->is_boolean()) return value->get<bool>();
  fault_.note(name);
  return false;
}

std::int64_t JsonMembers::time(const char* name) const {
  const auto parsed = parse_time(text(name));
  if (parsed) return *parsed;
  fault_.note(name);
  return 0;
}

TokenId JsonMembers::token_id(const char* name) const {
  const auto parsed = parse_token_id(text(name));
  if (parsed) return *parsed;
  fault_.note(name);
  return {};
}

std::string JsonMembers::text_or_empty(const char* name) const {
  return find(name) == nullptr ? std::string() : text(name);
}

std::optional<std::int64_t> JsonMembers::time_or_none(const char* name) const {
  if (find(name) == nullptr) return std::nullopt;
  return time(name);
}

std::string read_json_text(const json& value, JsonFault& fault) {
  if (value.is_string()) return value.get<std::string>();
  fault.note("a text");
  return {};
}

TokenId read_json_token_id(const json& value, JsonFault& fault) {
  const auto parsed = parse_token_id(read_json_text(value, fault));
  if (parsed) return *parsed;
  fault.note("a token's id");
  return {};
}

}  // namespace libtoken
