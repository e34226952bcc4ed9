#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace libtoken {

/// Used in place of nlohmann::json and nlohmann::ordered_json, whose destructors allocate, and end the program if there
/// is no memory. The destructors of these allocate nothing. They are recursive, so that untrusted JSON must not be
/// deep: parse_json() limits it. Binary values are not used; their type only makes these types distinct from nlohmann's
/// own.
using Json = nlohmann::basic_json<std::map, std::vector, std::string, bool, std::int64_t, std::uint64_t, double,
                                  std::allocator, nlohmann::adl_serializer, std::vector<char>>;
using OrderedJson =
    nlohmann::basic_json<nlohmann::ordered_map, std::vector, std::string, bool, std::int64_t, std::uint64_t, double,
                         std::allocator, nlohmann::adl_serializer, std::vector<char>>;

template <class Value>
void destroy_json(Value& value, nlohmann::detail::value_t type) noexcept {
  using Type = nlohmann::detail::value_t;
  if (type == Type::object) delete value.object;
  if (type == Type::array) delete value.array;
  if (type == Type::string) delete value.string;
  if (type == Type::binary) delete value.binary;
}

}  // namespace libtoken

template <>
inline void libtoken::Json::json_value::destroy(nlohmann::detail::value_t type) {
  libtoken::destroy_json(*this, type);
}
template <>
inline void libtoken::OrderedJson::json_value::destroy(nlohmann::detail::value_t type) {
  libtoken::destroy_json(*this, type);
}
