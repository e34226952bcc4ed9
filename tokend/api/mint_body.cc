#include "api/mint_body.h"

#include <chrono>
#include "libtoken/json.h"
#include <string>
#include <utility>

#include "libtoken/caveat_json.h"
#include "libtoken/text.h"
#include "libtoken/times.h"

namespace tokend {
namespace {

using libtoken::Profile;
using libtoken::authority::NameOrId;
using json = libtoken::Json;
using Refusal = std::optional<Response>;

constexpr std::size_t kMaxTextBytes = 4096;
constexpr std::size_t kMaxCommands = 100;
constexpr std::size_t kMaxCommandWords = 1024;  // of one, and of all

Response bad_field(const std::string& field, const std::string& why) {
  return error_response(400, "bad_field", field + ": " + why);
}

Response missing_field(const std::string& message) { return error_response(400, "missing_field", message); }

Response unknown_field(const std::string& prefix, const std::string& name) {
  return error_response(400, "unknown_field",
                        "there is no field " + prefix + libtoken::escape_untrusted(name, 100) + ".");
}

Refusal read_text(const json& value, const std::string& field, std::string& to) {
  if (!value.is_string()) return bad_field(field, "a string is wanted.");
  to = value.get_ref<const std::string&>();
  if (to.size() <= kMaxTextBytes) return std::nullopt;
  return bad_field(field, "at most " + std::to_string(kMaxTextBytes) + " bytes are read.");
}

/// A name is a string and an id a number, as everywhere in JSON.
Refusal read_ref(const json& value, const std::string& field, std::optional<NameOrId>& ref) {
  if (value.is_string()) {
    std::string name;
    if (auto refusal = read_text(value, field, name)) return refusal;
    ref.emplace(std::move(name));
    return std::nullopt;
  }
  if (!value.is_number_unsigned() || !libtoken::authority::is_valid_id(value.get<std::uint64_t>())) {
    return bad_field(field, value.is_number() ? "an id is a whole number from 1 to 9007199254740991."
                                              : "a name in quotes, or an id as a number, is wanted.");
  }
  ref.emplace(value.get<std::uint64_t>());
  return std::nullopt;
}

Refusal read_command(const json& value, const std::string& field, libtoken::CaveatSet::Command& command) {
  if (!value.is_object()) return bad_field(field, R"({"args":["ls","-l"],"exact":true} is wanted.)");
  for (const auto& [name, member] : value.items()) {
    if (name == "exact") {
      if (!member.is_boolean()) return bad_field(field + ".exact", "true or false is wanted.");
      command.exact = member.get<bool>();
    } else if (name != "args") {
      return unknown_field(field + ".", name);
    }
  }
  const auto args = value.find("args");
  if (args == value.end()) return missing_field(field + ".args is missing.");
  if (!args->is_array() || args->empty() || args->size() > kMaxCommandWords) {
    return bad_field(field + ".args", "a list of 1 to " + std::to_string(kMaxCommandWords) + " strings is wanted.");
  }
  for (std::size_t i = 0; i < args->size(); ++i) {
    const std::string place = field + ".args[" + std::to_string(i) + "]";
    if (auto refusal = read_text((*args)[i], place, command.args.emplace_back())) return refusal;
  }
  return std::nullopt;
}

Refusal read_commands(const json& value, std::vector<libtoken::CaveatSet::Command>& commands) {
  if (!value.is_array() || value.size() > kMaxCommands) {
    return bad_field("commands", "a list of at most " + std::to_string(kMaxCommands) + " commands is wanted.");
  }
  std::size_t words = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (auto refusal = read_command(value[i], "commands[" + std::to_string(i) + "]", commands.emplace_back())) {
      return refusal;
    }
    words += commands.back().args.size();
    if (words > kMaxCommandWords) {
      return bad_field("commands", "at most " + std::to_string(kMaxCommandWords) + " words in all are read.");
    }
  }
  return std::nullopt;
}

/// A text that is one of a few, or can be read in some other way.
template <class T, class Read>
Refusal read_parsed(const json& value, const std::string& field, T& to, Read read) {
  std::string text;
  if (auto refusal = read_text(value, field, text)) return refusal;
  auto parsed = read(text);
  if (!parsed) return bad_field(field, parsed.error().message + ".");
  to = *parsed;
  return std::nullopt;
}

Refusal read_field(const std::string& name, const json& value, std::int64_t now_unix_s, ManagementRequest& request) {
  auto& mint = request.mint;
  if (name == "org") return read_ref(value, name, request.org);
  if (name == "app") return read_ref(value, name, request.app);
  if (name == "name") return read_text(value, name, mint.name);
  if (name == "for") return read_text(value, name, mint.holder);
  if (name == "commands") return read_commands(value, mint.commands);
  if (name == "profile") return read_parsed(value, name, mint.profile, libtoken::parse_profile);
  if (name == "role") return read_parsed(value, name, mint.role, libtoken::parse_role);
  if (name == "expiry") {
    return read_parsed(value, name, mint.not_after_unix_s,
                       [&](const std::string& text) { return libtoken::parse_expiry(text, now_unix_s); });
  }
  return unknown_field("", name);
}

bool is_for_one_app(Profile profile) noexcept {
  return profile == Profile::kDeploy || profile == Profile::kSsh || profile == Profile::kMachineExec;
}

Refusal check_mint(const json& body, const ManagementRequest& request) {
  const Profile profile = request.mint.profile;
  const std::string quoted = std::string("\"") + to_string(profile) + "\"";
  if (is_for_one_app(profile) && !request.app) return missing_field("app is missing: " + quoted + " is for one app.");
  if (!is_for_one_app(profile) && request.app) return bad_field("app", quoted + " is for the org, not for one app.");
  if (profile == Profile::kMachineExec && request.mint.commands.empty()) {
    return missing_field("commands is missing: which commands may " + quoted + " run?");
  }
  if (profile != Profile::kMachineExec && body.contains("commands")) {
    return bad_field("commands", "only \"machine-exec\" takes commands.");
  }
  if (profile != Profile::kOrg && body.contains("role")) return bad_field("role", "only \"org\" has a role.");
  return std::nullopt;
}

tl::expected<json, Response> read_object(std::string_view body) {
  auto parsed = libtoken::parse_json(body);
  if (!parsed) {
    return tl::unexpected(
        error_response(400, "bad_json", "The body is not good JSON: " + parsed.error().message + "."));
  }
  if (!parsed->is_object()) {
    return tl::unexpected(error_response(400, "bad_json", "The body must be a JSON object."));
  }
  return std::move(*parsed);
}

}  // namespace

std::optional<Response> read_mint_body(std::string_view body, std::int64_t now_unix_s, ManagementRequest& request) {
  const auto object = read_object(body);
  if (!object) return object.error();
  request.mint.not_after_unix_s = now_unix_s + std::chrono::seconds(libtoken::authority::kDefaultLifetime).count();
  for (const auto& [name, value] : object->items()) {
    if (auto refusal = read_field(name, value, now_unix_s, request)) return refusal;
  }
  if (!object->contains("profile")) return missing_field("profile is missing: what kind of token shall it be?");
  return check_mint(*object, request);
}

std::optional<Response> read_rotate_body(std::string_view body, ManagementRequest& request) {
  if (body.empty()) return std::nullopt;
  const auto object = read_object(body);
  if (!object) return object.error();
  for (const auto& [name, value] : object->items()) {
    if (name != "org") return unknown_field("", name);
    if (request.org) return bad_field("org", "it stands in the query too; one must go.");
    if (auto refusal = read_ref(value, name, request.org)) return refusal;
  }
  return std::nullopt;
}

}  // namespace tokend
