#include "libtoken/caveat_set.h"

#include <algorithm>

#include "caveats/caveat_arena.h"
#include "caveats/decoder.h"
#include "wire/msgpack.h"

namespace libtoken {

using namespace msgpack;

namespace {

void write_head(Bytes& out, CaveatType type) { write_uint(out, static_cast<std::uint64_t>(type)); }

}  // namespace

DecodedCaveats::DecodedCaveats() : arena_(std::make_unique<CaveatArena>()) {}
DecodedCaveats::DecodedCaveats(DecodedCaveats&&) noexcept = default;
DecodedCaveats& DecodedCaveats::operator=(DecodedCaveats&&) noexcept = default;
DecodedCaveats::~DecodedCaveats() = default;

Bytes& CaveatSet::begin(CaveatType type) {
  ++count_;
  write_head(bytes_, type);
  return bytes_;
}

CaveatSet& CaveatSet::organization(std::uint64_t id, ActionMask mask) {
  Bytes& out = begin(CaveatType::kOrganization);
  write_array(out, 2);
  write_uint(out, id);
  write_uint(out, mask.bits);
  return *this;
}

CaveatSet& CaveatSet::apps(Ids ids) {
  std::sort(ids.begin(), ids.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  Bytes& out = begin(CaveatType::kApps);
  write_array(out, 1);
  write_map(out, ids.size());
  for (const auto& [id, mask] : ids) {
    write_uint(out, id);
    write_uint(out, mask.bits);
  }
  return *this;
}

CaveatSet& CaveatSet::names(CaveatType type, Names names) {
  std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  Bytes& out = begin(type);
  write_array(out, 1);
  write_map(out, names.size());
  for (const auto& [name, mask] : names) {
    write_str(out, name);
    write_uint(out, mask.bits);
  }
  return *this;
}

CaveatSet& CaveatSet::validity_window(std::int64_t not_before_unix_s, std::int64_t not_after_unix_s) {
  Bytes& out = begin(CaveatType::kValidityWindow);
  write_array(out, 2);
  write_int(out, not_before_unix_s);
  write_int(out, not_after_unix_s);
  return *this;
}

CaveatSet& CaveatSet::mutations(const std::vector<std::string>& mutations) {
  Bytes& out = begin(CaveatType::kMutations);
  write_array(out, 1);
  write_array(out, mutations.size());
  for (const std::string& mutation : mutations) write_str(out, mutation);
  return *this;
}

CaveatSet& CaveatSet::commands(const std::vector<Command>& commands) {
  Bytes& out = begin(CaveatType::kCommands);
  write_array(out, commands.size());
  for (const Command& command : commands) {
    write_array(out, 2);
    write_array(out, command.args.size());
    for (const std::string& arg : command.args) write_str(out, arg);
    write_bool(out, command.exact);
  }
  return *this;
}

CaveatSet& CaveatSet::if_present(const CaveatSet& ifs, ActionMask otherwise) {
  const Bytes list = ifs.encoded_list();
  Bytes& out = begin(CaveatType::kIfPresent);
  write_array(out, 2);
  out.insert(out.end(), list.begin(), list.end());
  write_uint(out, otherwise.bits);
  return *this;
}

CaveatSet& CaveatSet::action(ActionMask mask) {
  write_uint(begin(CaveatType::kAction), mask.bits);
  return *this;
}

CaveatSet& CaveatSet::is_member() {
  write_array(begin(CaveatType::kIsMember), 0);
  return *this;
}

CaveatSet& CaveatSet::flysrc(std::string_view organization, std::string_view app, std::string_view instance) {
  Bytes& out = begin(CaveatType::kFlySrc);
  write_array(out, 3);
  write_str(out, organization);
  write_str(out, app);
  write_str(out, instance);
  return *this;
}

CaveatSet& CaveatSet::number(CaveatType type, std::uint64_t value) {
  Bytes& out = begin(type);
  if (type == CaveatType::kConfineUser || type == CaveatType::kConfineOrganization || type == CaveatType::kIsUser)
    write_array(out, 1);
  write_uint(out, value);
  return *this;
}

CaveatSet& CaveatSet::text(CaveatType type, std::string_view value) {
  Bytes& out = begin(type);
  if (type == CaveatType::kFromMachineSource) write_array(out, 1);
  write_str(out, value);
  return *this;
}

CaveatSet& CaveatSet::google_user_id(ByteView big_endian) {
  write_bin(begin(CaveatType::kGoogleUserID), big_endian);
  return *this;
}

CaveatSet& CaveatSet::bind_to_parent(ByteView prefix) {
  write_bin(begin(CaveatType::kBindToParentToken), prefix);
  return *this;
}

CaveatSet& CaveatSet::third_party(std::string_view location, ByteView verifier_key, ByteView ticket) {
  Bytes& out = begin(CaveatType::kThirdParty);
  write_array(out, 3);
  write_str(out, location);
  write_bin(out, verifier_key);
  write_bin(out, ticket);
  return *this;
}

CaveatSet& CaveatSet::encoded(ByteView type_and_body) {
  const Bytes copy(type_and_body.begin(), type_and_body.end());  // it may be a view into this very set
  ++count_;
  bytes_.insert(bytes_.end(), copy.begin(), copy.end());
  return *this;
}

CaveatSet& CaveatSet::append(const CaveatSet& more) {
  const Bytes copy = more.bytes_;  // `more` may be this very set
  count_ += more.count_;
  bytes_.insert(bytes_.end(), copy.begin(), copy.end());
  return *this;
}

Result<DecodedCaveats> CaveatSet::check() const {
  DecodedCaveats decoded;
  Decoder decoder(bytes_, *decoded.arena_);
  if (!decoder.bare_caveats(count_, decoded.caveats_)) {
    const Fault& fault = decoder.fault();
    return fail(fault.kind, std::string("no token can hold these caveats: ") + fault.what);
  }
  return decoded;
}

Bytes CaveatSet::encoded_list() const {
  Bytes list;
  write_array(list, 2 * count_);
  list.insert(list.end(), bytes_.begin(), bytes_.end());
  return list;
}

}  // namespace libtoken
