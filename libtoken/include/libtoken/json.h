#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace libtoken {

/// Instead of nlohmann::json and nlohmann::ordered_json: the destructors of those ask for memory, and where there is
/// none they end the program. These are torn down level by level, so that a tree from a stranger must not be deep
/// (parse_json()). Nothing here holds binary values; their type is what makes these types our own.
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
