#include <array>

#include "libtoken/caveat_json.h"
#include "wire/decimal.h"

namespace libtoken {
namespace {

using json = Json;

json to_json(const NameSet& set) {
  json object = json::object();
  for (const NameEntry& entry : set) object[std::string(entry.name)] = to_string(entry.mask);
  return object;
}

json to_json(const IdSet& set) {
  json object = json::object();
  for (const IdEntry& entry : set) object[std::to_string(entry.id)] = to_string(entry.mask);
  return object;
}

json to_json(const TextList& list) {
  json array = json::array();
  for (const TextItem& item : list) array.push_back(item.text);
  return array;
}

// An object of one member. (Braces would make an array of a nested initializer list.)
json one(const char* name, json value) {
  json object = json::object();
  object[name] = std::move(value);
  return object;
}

json body_of(const Organization& body) { return {{"id", body.id}, {"mask", to_string(body.mask)}}; }
json body_of(const Volumes& body) { return one("volumes", to_json(body.volumes)); }
json body_of(const Apps& body) { return one("apps", to_json(body.apps)); }
json body_of(const ValidityWindow& body) {
  return {{"not_before", body.not_before_unix_s}, {"not_after", body.not_after_unix_s}};
}
json body_of(const FeatureSet& body) { return one("features", to_json(body.features)); }
json body_of(const Mutations& body) { return one("mutations", to_json(body.mutations)); }
json body_of(const Machines& body) { return one("machines", to_json(body.machines)); }
json body_of(const ConfineUser& body) { return one("id", body.id); }
json body_of(const ConfineOrganization& body) { return one("id", body.id); }
json body_of(const IsUser& body) { return one("uint64", body.id); }
json body_of(const ThirdParty& body) {
  return {
      {"Location", body.location}, {"VerifierKey", to_base64(body.verifier_key)}, {"Ticket", to_base64(body.ticket)}};
}
json body_of(const BindToParentToken& body) { return to_base64(body.prefix); }
json body_of(const IfPresent& body) {
  json ifs = json::array();
  for (const Caveat& inner : body.ifs) ifs.push_back(caveat_to_json(inner));
  return {{"ifs", std::move(ifs)}, {"else", to_string(body.otherwise)}};
}
json body_of(const MachineFeatureSet& body) { return one("features", to_json(body.features)); }
json body_of(const FromMachineSource& body) { return one("id", body.id); }
json body_of(const Clusters& body) { return one("clusters", to_json(body.clusters)); }
json body_of(const ConfineGoogleHD& body) { return body.hosted_domain; }
json body_of(const ConfineGitHubOrg& body) { return body.id; }
json body_of(const MaxValidity& body) { return body.seconds; }
json body_of(const IsMember&) { return json::object(); }
json body_of(const FlyioUserID& body) { return body.id; }
json body_of(const GitHubUserID& body) { return body.id; }
json body_of(const GoogleUserID& body) { return big_endian_to_decimal(body.big_endian); }
json body_of(const ActionCaveat& body) { return to_string(body.mask); }
json body_of(const Commands& body) {
  json array = json::array();
  for (const CommandEntry& entry : body.commands) {
    json command = one("args", to_json(entry.args));
    if (entry.exact) command["exact"] = true;
    array.push_back(std::move(command));
  }
  return array;
}
json body_of(const AppFeatureSet& body) { return one("features", to_json(body.features)); }
json body_of(const StorageObjects& body) { return one("storage_objects", to_json(body.prefixes)); }
json body_of(const AllowedRoles& body) { return body.roles; }
json body_of(const FlySrc& body) {
  return {{"organization", body.organization}, {"app", body.app}, {"instance", body.instance}};
}

}  // namespace

json caveat_to_json(const Caveat& caveat) {
  if (const auto* unknown = std::get_if<UnknownCaveat>(&caveat.body))
    return {{"type", std::to_string(static_cast<std::uint64_t>(caveat.type))}, {"msgpack", to_hex(unknown->body)}};
  json body = std::visit(
      [](const auto& known) -> json {
        if constexpr (std::is_same_v<std::decay_t<decltype(known)>, UnknownCaveat>)
          return nullptr;
        else
          return body_of(known);
      },
      caveat.body);
  return {{"type", name_of(caveat.type)}, {"body", std::move(body)}};
}

}  // namespace libtoken
