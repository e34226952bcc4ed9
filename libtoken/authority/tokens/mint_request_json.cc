#include "authority/tokens/mint_request_json.h"

#include <chrono>
#include <string>
#include <utility>

#include "libtoken/times.h"

namespace libtoken::authority {
namespace {

using json = Json;
using Outcome = std::optional<RequestProblem>;

constexpr std::size_t kMaxCommands = 100;
constexpr std::size_t kMaxCommandWords = 1024;  // of one, and of all

Outcome read_command(const json& value, const std::string& field, CaveatSet::Command& command) {
  if (!value.is_object()) return bad_field(field, R"({"args":["ls","-l"],"exact":true} is wanted.)");
  for (const auto& [name, member] : value.items()) {
    if (name == "exact") {
      if (!member.is_boolean()) return bad_field(field + ".exact", "true or false is wanted.");
      command.exact = member.get<bool>();
    } else if (name != "args") {
      return unknown_field(field + ".", name, {"args", "exact"});
    }
  }
  const auto args = value.find("args");
  if (args == value.end()) return missing_field(field + ".args is missing.");
  if (!args->is_array() || args->empty() || args->size() > kMaxCommandWords) {
    return bad_field(field + ".args", "a list of 1 to " + std::to_string(kMaxCommandWords) + " strings is wanted.");
  }
  for (std::size_t i = 0; i < args->size(); ++i) {
    const std::string place = field + ".args[" + std::to_string(i) + "]";
    if (auto problem = read_text((*args)[i], place, command.args.emplace_back())) return problem;
  }
  return std::nullopt;
}

Outcome read_commands(const json& value, std::vector<CaveatSet::Command>& commands) {
  if (!value.is_array() || value.size() > kMaxCommands) {
    return bad_field("commands", "a list of at most " + std::to_string(kMaxCommands) + " commands is wanted.");
  }
  std::size_t words = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (auto problem = read_command(value[i], "commands[" + std::to_string(i) + "]", commands.emplace_back())) {
      return problem;
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
Outcome read_parsed(const json& value, const std::string& field, T& to, Read read) {
  std::string text;
  if (auto problem = read_text(value, field, text)) return problem;
  auto parsed = read(text);
  if (!parsed) return bad_field(field, parsed.error().message + ".");
  to = *parsed;
  return std::nullopt;
}

Outcome read_field(const std::string& name, const json& value, std::int64_t now_unix_s, MintRequest& mint) {
  if (name == "org") return read_name_or_id(value, name, mint.org);
  if (name == "app") return read_name_or_id(value, name, mint.app);
  if (name == "name") return read_text(value, name, mint.name);
  if (name == "for") return read_text(value, name, mint.holder);
  if (name == "commands") return read_commands(value, mint.commands);
  if (name == "profile") return read_parsed(value, name, mint.profile, parse_profile);
  if (name == "role") return read_parsed(value, name, mint.role, parse_role);
  if (name == "expiry") {
    return read_parsed(value, name, mint.not_after_unix_s,
                       [&](const std::string& text) { return parse_expiry(text, now_unix_s); });
  }
  return unknown_field("", name, {"org", "app", "name", "for", "commands", "profile", "role", "expiry"});
}

Outcome check_mint(const json& body, const MintRequest& request) {
  const Profile profile = request.profile;
  const std::string quoted = std::string("\"") + to_string(profile) + "\"";
  if (is_for_one_app(profile) && !request.app) return missing_field("app is missing: " + quoted + " is for one app.");
  if (!is_for_one_app(profile) && request.app) return bad_field("app", quoted + " is for the org, not for one app.");
  if (profile == Profile::kMachineExec && request.commands.empty()) {
    return missing_field("commands is missing: which commands may " + quoted + " run?");
  }
  if (profile != Profile::kMachineExec && body.contains("commands")) {
    return bad_field("commands", "only \"machine-exec\" takes commands.");
  }
  if (profile != Profile::kOrg && body.contains("role")) return bad_field("role", "only \"org\" has a role.");
  return std::nullopt;
}

}  // namespace

tl::expected<MintRequest, RequestProblem> parse_mint_request(std::string_view body, std::int64_t now_unix_s) {
  const auto object = read_object(body);
  if (!object) return tl::unexpected(object.error());
  MintRequest parsed;
  parsed.not_after_unix_s = now_unix_s + std::chrono::seconds(kDefaultLifetime).count();
  for (const auto& [name, value] : object->items()) {
    if (auto problem = read_field(name, value, now_unix_s, parsed)) return tl::unexpected(std::move(*problem));
  }
  if (!object->contains("profile")) {
    return tl::unexpected(missing_field("profile is missing: what kind of token shall it be?"));
  }
  if (auto problem = check_mint(*object, parsed)) return tl::unexpected(std::move(*problem));
  return parsed;
}

OrderedJson mint_request_to_json(const MintRequest& request) {
  OrderedJson body{{"profile", to_string(request.profile)}};
  if (request.app) body["app"] = name_or_id_to_json(*request.app);
  if (request.org) body["org"] = name_or_id_to_json(*request.org);
  if (request.profile == Profile::kOrg) body["role"] = to_string(request.role);
  for (const CaveatSet::Command& command : request.commands)
    body["commands"].push_back({{"args", command.args}, {"exact", command.exact}});
  body["expiry"] = request.not_after_unix_s ? to_rfc3339(*request.not_after_unix_s) : "never";
  if (!request.name.empty()) body["name"] = request.name;
  if (!request.holder.empty()) body["for"] = request.holder;
  return body;
}

}  // namespace libtoken::authority
