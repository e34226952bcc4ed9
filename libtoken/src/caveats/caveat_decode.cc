#include <optional>

#include "caveats/decoder.h"

namespace libtoken {

using Nil = msgpack::Reader::Nil;

bool Decoder::mask(ActionMask& mask) noexcept {
  std::uint64_t bits = 0;
  if (!in_.uint(UINT16_MAX, bits)) return false;
  mask.bits = static_cast<std::uint16_t>(bits);
  return true;
}

bool Decoder::body(std::size_t level, CaveatType type, CaveatBody& out) {
  switch (type) {
    case CaveatType::kOrganization: return read(level, out.emplace<Organization>());
    case CaveatType::kVolumes: return names_body(level, out.emplace<Volumes>().volumes);
    case CaveatType::kApps: return ids_body(level, out.emplace<Apps>().apps);
    case CaveatType::kValidityWindow: return read(level, out.emplace<ValidityWindow>());
    case CaveatType::kFeatureSet: return names_body(level, out.emplace<FeatureSet>().features);
    case CaveatType::kMutations: return read(level, out.emplace<Mutations>());
    case CaveatType::kMachines: return names_body(level, out.emplace<Machines>().machines);
    case CaveatType::kConfineUser: return read_id_body(level, out.emplace<ConfineUser>().id);
    case CaveatType::kConfineOrganization: return read_id_body(level, out.emplace<ConfineOrganization>().id);
    case CaveatType::kIsUser: return read_id_body(level, out.emplace<IsUser>().id);
    case CaveatType::kThirdParty: return read(level, out.emplace<ThirdParty>());
    case CaveatType::kBindToParentToken: return read(level, out.emplace<BindToParentToken>());
    case CaveatType::kIfPresent: return read(level, out.emplace<IfPresent>());
    case CaveatType::kMachineFeatureSet: return names_body(level, out.emplace<MachineFeatureSet>().features);
    case CaveatType::kFromMachineSource: return read(level, out.emplace<FromMachineSource>());
    case CaveatType::kClusters: return names_body(level, out.emplace<Clusters>().clusters);
    case CaveatType::kConfineGoogleHD: return read(level, out.emplace<ConfineGoogleHD>());
    case CaveatType::kConfineGitHubOrg: return in_.uint(UINT64_MAX, out.emplace<ConfineGitHubOrg>().id);
    case CaveatType::kMaxValidity: return in_.uint(UINT64_MAX, out.emplace<MaxValidity>().seconds);
    case CaveatType::kIsMember: return read(level, out.emplace<IsMember>());
    case CaveatType::kFlyioUserID: return in_.uint(UINT64_MAX, out.emplace<FlyioUserID>().id);
    case CaveatType::kGitHubUserID: return in_.uint(UINT64_MAX, out.emplace<GitHubUserID>().id);
    case CaveatType::kGoogleUserID: return read(level, out.emplace<GoogleUserID>());
    case CaveatType::kAction: return read(level, out.emplace<ActionCaveat>());
    case CaveatType::kCommands: return read(level, out.emplace<Commands>());
    case CaveatType::kAppFeatureSet: return names_body(level, out.emplace<AppFeatureSet>().features);
    case CaveatType::kStorageObjects: return names_body(level, out.emplace<StorageObjects>().prefixes);
    case CaveatType::kAllowedRoles: return read(level, out.emplace<AllowedRoles>());
    case CaveatType::kFlySrc: return read(level, out.emplace<FlySrc>());
  }
  return read(level, out.emplace<UnknownCaveat>());
}

bool Decoder::read(std::size_t level, UnknownCaveat& body) {
  const std::uint8_t* first = in_.position();
  if (!in_.skip(level)) return false;
  body.body = {first, in_.position()};
  return true;
}

bool Decoder::read(std::size_t level, Organization& body) {
  return in_.array_of(level, 2) && in_.uint(UINT64_MAX, body.id) && mask(body.mask);
}

bool Decoder::read(std::size_t level, ValidityWindow& body) {
  return in_.array_of(level, 2) && in_.int64(body.not_before_unix_s) && in_.int64(body.not_after_unix_s);
}

bool Decoder::read(std::size_t level, Mutations& body) {
  return in_.array_of(level, 1) && texts(level + 1, body.mutations);
}

bool Decoder::read(std::size_t level, ThirdParty& body) {
  return in_.array_of(level, 3) && in_.str(body.location) && in_.bin(Nil::kIsEmpty, body.verifier_key) &&
         in_.bin(Nil::kIsEmpty, body.ticket);
}

bool Decoder::read(std::size_t, BindToParentToken& body) { return in_.bin(Nil::kIsEmpty, body.prefix); }

bool Decoder::read(std::size_t level, IfPresent& body) {
  std::span<Caveat> ifs;
  if (!in_.array_of(level, 2) || !caveat_list(level + 1, Where::kInsideIfPresent, ifs) || !mask(body.otherwise))
    return false;
  body.ifs = {ifs.data(), static_cast<std::uint32_t>(ifs.size())};
  return true;
}

bool Decoder::read(std::size_t level, FromMachineSource& body) { return in_.array_of(level, 1) && in_.str(body.id); }

bool Decoder::read(std::size_t, ConfineGoogleHD& body) { return in_.str(body.hosted_domain); }

bool Decoder::read(std::size_t level, IsMember&) { return in_.array_of(level, 0); }

bool Decoder::read(std::size_t, GoogleUserID& body) {
  constexpr std::uint64_t kMostBytes = 32;
  if (!in_.bin(Nil::kRefused, body.big_endian, kMostBytes, "a GoogleUserID of more than 32 bytes")) return false;
  return body.big_endian.empty() || body.big_endian[0] != 0 || in_.refuse("a GoogleUserID with a leading zero byte");
}

bool Decoder::read(std::size_t, ActionCaveat& body) { return mask(body.mask); }

bool Decoder::read(std::size_t level, Commands& body) {
  if (in_.next_is_nil()) {
    in_.skip_nil();
    body.commands = {};
    return true;
  }
  std::uint64_t count = 0;
  if (!in_.array(level, 0, msgpack::kMaxLength, count)) return false;
  const std::uint8_t* first = in_.position();
  for (std::uint64_t i = 0; i < count; ++i) {
    TextList args;
    bool exact = false;
    if (!in_.array_of(level + 1, 2) || !texts(level + 2, args) || !in_.boolean(exact)) return false;
  }
  body.commands = {first, static_cast<std::uint32_t>(count)};
  return true;
}

bool Decoder::read(std::size_t, AllowedRoles& body) {
  std::uint64_t roles = 0;
  if (!in_.uint(UINT32_MAX, roles)) return false;
  body.roles = static_cast<std::uint32_t>(roles);
  return true;
}

bool Decoder::read(std::size_t level, FlySrc& body) {
  return in_.array_of(level, 3) && in_.str(body.organization) && in_.str(body.app) && in_.str(body.instance);
}

bool Decoder::read_id_body(std::size_t level, std::uint64_t& id) {
  return in_.array_of(level, 1) && in_.uint(UINT64_MAX, id);
}

bool Decoder::names_body(std::size_t level, NameSet& set) {
  if (!in_.array_of(level, 1)) return false;
  set = {};
  if (in_.next_is_nil()) {
    in_.skip_nil();
    return true;
  }
  std::uint64_t count = 0;
  if (!in_.map(level + 1, count)) return false;
  const std::uint8_t* first = in_.position();
  std::optional<std::string_view> previous;
  for (std::uint64_t i = 0; i < count; ++i) {
    std::string_view name;
    ActionMask actions;
    if (!in_.str(name)) return false;
    if (previous && name <= *previous) return in_.refuse("map keys that repeat or are out of order");
    if (!mask(actions)) return false;
    previous = name;
  }
  set = {first, static_cast<std::uint32_t>(count)};
  return true;
}

bool Decoder::ids_body(std::size_t level, IdSet& set) {
  if (!in_.array_of(level, 1)) return false;
  set = {};
  if (in_.next_is_nil()) {
    in_.skip_nil();
    return true;
  }
  std::uint64_t count = 0;
  if (!in_.map(level + 1, count)) return false;
  const std::uint8_t* first = in_.position();
  std::optional<std::uint64_t> previous;
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint64_t id = 0;
    ActionMask actions;
    if (!in_.uint(UINT64_MAX, id)) return false;
    if (previous && id <= *previous) return in_.refuse("map keys that repeat or are out of order");
    if (!mask(actions)) return false;
    previous = id;
  }
  set = {first, static_cast<std::uint32_t>(count)};
  return true;
}

bool Decoder::texts(std::size_t level, TextList& list) {
  if (in_.next_is_nil()) {
    in_.skip_nil();
    list = {};
    return true;
  }
  std::uint64_t count = 0;
  if (!in_.array(level, 0, msgpack::kMaxLength, count)) return false;
  const std::uint8_t* first = in_.position();
  for (std::uint64_t i = 0; i < count; ++i) {
    std::string_view text;
    if (!in_.str(text)) return false;
  }
  list = {first, static_cast<std::uint32_t>(count)};
  return true;
}

}  // namespace libtoken
