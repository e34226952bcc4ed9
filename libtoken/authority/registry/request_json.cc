#include "authority/registry/request_json.h"

#include <utility>

#include "authority/registry/labels.h"
#include "libtoken/caveat_json.h"
#include "libtoken/text.h"

namespace libtoken::authority {

using json = Json;
using Outcome = std::optional<RequestProblem>;

RequestProblem bad_field(const std::string& field, const std::string& why) { return {"bad_field", field + ": " + why}; }

RequestProblem missing_field(std::string message) { return {"missing_field", std::move(message)}; }

std::string no_such(const std::string& what, std::string_view name, const std::vector<std::string>& known,
                    const std::string& prefix) {
  auto near = nearest_names(name.substr(0, 100), known);
  for (std::string& one : near) one.insert(0, prefix);
  const std::string hint = did_you_mean(near);
  return "There is no " + what + " " + prefix + escape_untrusted(name, 100) + (hint.empty() ? "." : hint);
}

RequestProblem unknown_field(const std::string& prefix, const std::string& name,
                             const std::vector<std::string>& known) {
  return {"unknown_field", no_such("field", name, known, prefix)};
}

tl::expected<json, RequestProblem> read_object(std::string_view body) {
  auto parsed = parse_json(body);
  if (!parsed) {
    return tl::unexpected(RequestProblem{"bad_json", "The body cannot be read: " + parsed.error().message + "."});
  }
  if (!parsed->is_object()) return tl::unexpected(RequestProblem{"bad_json", "The body must be a JSON object."});
  return std::move(*parsed);
}

Outcome read_text(const json& value, const std::string& field, std::string_view& text) {
  if (!value.is_string()) return bad_field(field, "a string is wanted.");
  text = value.get_ref<const std::string&>();
  if (text.size() <= kMaxRequestTextBytes) return std::nullopt;
  return bad_field(field, "at most " + std::to_string(kMaxRequestTextBytes) + " bytes are read.");
}

Outcome read_text(const json& value, const std::string& field, std::string& text) {
  std::string_view view;
  if (auto problem = read_text(value, field, view)) return problem;
  text = view;
  return std::nullopt;
}

Outcome read_name_or_id(const json& value, const std::string& field,
                        std::variant<std::string_view, std::uint64_t>& to) {
  if (value.is_string()) return read_text(value, field, to.emplace<std::string_view>());
  if (value.is_number_unsigned() && is_valid_id(value.get<std::uint64_t>())) {
    to = value.get<std::uint64_t>();
    return std::nullopt;
  }
  return bad_field(field, value.is_number() ? "an id is a whole number from 1 to 9007199254740991."
                                            : "a name in quotes, or an id as a number, is wanted.");
}

Outcome read_name_or_id(const json& value, const std::string& field, std::optional<NameOrId>& to) {
  std::variant<std::string_view, std::uint64_t> view;
  if (auto problem = read_name_or_id(value, field, view)) return problem;
  if (const auto* name = std::get_if<std::string_view>(&view)) {
    to.emplace(std::string(*name));
  } else {
    to.emplace(std::get<std::uint64_t>(view));
  }
  return std::nullopt;
}

OrderedJson name_or_id_to_json(const NameOrId& name_or_id) {
  return std::visit([](const auto& value) { return OrderedJson(value); }, name_or_id);
}

}  // namespace libtoken::authority
