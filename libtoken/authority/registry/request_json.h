#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "authority/registry/registry.h"
#include "libtoken/json.h"

// What reading a client's request from JSON is made of.
namespace libtoken::authority {

/// Why a client's JSON is not a request: a code for programs, and a sentence for people with its full stop, in which
/// the client's own words are escaped.
struct RequestProblem {
  std::string_view code;  ///< static: "bad_json", "unknown_field", "bad_field", "missing_field"
  std::string message;
};

[[nodiscard]] RequestProblem bad_field(const std::string& field, const std::string& why);
[[nodiscard]] RequestProblem missing_field(std::string message);
/// `prefix` is where the field stands: "" or "access."; `known` are the fields that there are.
[[nodiscard]] RequestProblem unknown_field(const std::string& prefix, const std::string& name,
                                           const std::vector<std::string>& known);
/// `There is no field exipry; did you mean expiry?`: with its full stop, and the name escaped.
[[nodiscard]] std::string no_such(const std::string& what, std::string_view name, const std::vector<std::string>& known,
                                  const std::string& prefix = "");

/// The body of a request: one JSON object, as strict as libtoken::parse_json(). Problem: "bad_json".
[[nodiscard]] tl::expected<Json, RequestProblem> read_object(std::string_view body);

inline constexpr std::size_t kMaxRequestTextBytes = 4096;

/// A string of at most kMaxRequestTextBytes, in place: `text` is a view into `value`. `field` is its name in sentences.
[[nodiscard]] std::optional<RequestProblem> read_text(const Json& value, const std::string& field,
                                                      std::string_view& text);
[[nodiscard]] std::optional<RequestProblem> read_text(const Json& value, const std::string& field, std::string& text);

/// An org or an app: a JSON string is a name, a JSON number an id. The name is a view into `value`.
[[nodiscard]] std::optional<RequestProblem> read_name_or_id(const Json& value, const std::string& field,
                                                            std::variant<std::string_view, std::uint64_t>& to);
[[nodiscard]] std::optional<RequestProblem> read_name_or_id(const Json& value, const std::string& field,
                                                            std::optional<NameOrId>& to);

/// The same, written.
[[nodiscard]] OrderedJson name_or_id_to_json(const NameOrId& name_or_id);

}  // namespace libtoken::authority
