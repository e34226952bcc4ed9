#include <initializer_list>
#include <limits>
#include <optional>

#include "caveats/caveat_table.h"
#include "libtoken/caveat_json.h"
#include "libtoken/text.h"
#include "wire/decimal.h"

namespace libtoken {
namespace {

using json = Json;

/// Reads caveats out of JSON. The first problem is kept with its place; what is read after it is meaningless, so the
/// caller must check problem() at the end.
class CaveatJsonReader {
 public:
  [[nodiscard]] const std::optional<Error>& problem() const noexcept { return problem_; }

  CaveatSet caveats(const json& list) {
    CaveatSet out;
    if (list.is_object()) {
      caveat(list, out);
    } else if (list.is_array()) {
      for (std::size_t i = 0; i < list.size() && !problem_; ++i) {
        const Place place(*this, "[" + std::to_string(i) + "]");
        caveat(list[i], out);
      }
    } else {
      refuse("expected a caveat object, or an array of them");
    }
    return out;
  }

 private:
  // The current place, for error messages: `[2].body.mask`.
  class Place {
   public:
    Place(CaveatJsonReader& reader, const std::string& step) : path_(reader.path_), size_(path_.size()) {
      path_ += step;
    }
    ~Place() { path_.resize(size_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    std::string& path_;
    std::size_t size_;
  };

  void refuse(const std::string& what) {
    if (problem_) return;
    const std::string where = path_.empty() ? "" : path_.front() == '.' ? path_.substr(1) + ": " : path_ + ": ";
    problem_ = Error{ErrorKind::kMalformed, escape_untrusted(where) + what, 0};
  }

  // Exactly these members; the optional ones may be missing.
  bool has_members(const json& value, std::initializer_list<const char*> required,
                   std::initializer_list<const char*> optional = {}) {
    if (!value.is_object()) return refuse("expected an object"), false;
    for (const char* name : required)
      if (!value.contains(name)) return refuse("the member \"" + std::string(name) + "\" is missing"), false;
    for (const auto& [name, ignored] : value.items()) {
      const auto is_name = [&name = name](const char* known) { return name == known; };
      if (std::none_of(required.begin(), required.end(), is_name) &&
          std::none_of(optional.begin(), optional.end(), is_name))
        return refuse("the member \"" + escape_untrusted(name, 64) + "\" is unknown"), false;
    }
    return true;
  }

  // Runs `read` on a member, with the place kept.
  template <class Read>
  auto at(const json& object, const char* name, Read read) {
    const Place place(*this, std::string(".") + name);
    return (this->*read)(object.at(name));
  }

  std::string text(const json& value) {
    if (!value.is_string()) return refuse("expected a string"), "";
    return value.get<std::string>();
  }

  bool boolean(const json& value) {
    if (!value.is_boolean()) return refuse("expected true or false"), false;
    return value.get<bool>();
  }

  std::uint64_t uint64(const json& value) {
    // "-0" and 1.0 are numbers that JSON allows and we do not: only plain integers.
    if (!value.is_number_unsigned()) return refuse("expected a whole number from 0 to 2^64 - 1"), 0;
    return value.get<std::uint64_t>();
  }

  std::uint64_t uint32(const json& value) {
    const std::uint64_t number = uint64(value);
    if (number > std::numeric_limits<std::uint32_t>::max()) refuse("expected a whole number from 0 to 2^32 - 1");
    return number;
  }

  std::int64_t int64(const json& value) {
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (value.is_number_unsigned() && value.get<std::uint64_t>() <= kMax) return value.get<std::int64_t>();
    if (value.is_number_integer() && !value.is_number_unsigned() && value.get<std::int64_t>() < 0)
      return value.get<std::int64_t>();
    return refuse("expected a whole number of 64 bits with a sign"), 0;
  }

  ActionMask mask(const json& value) {
    const Result<ActionMask> parsed = parse_caveat_mask(text(value));
    if (!parsed) return refuse(parsed.error().message), kNoAction;
    return *parsed;
  }

  Bytes base64(const json& value) {
    Result<Bytes> bytes = from_base64(text(value));
    if (!bytes) return refuse(bytes.error().message), Bytes();
    return *bytes;
  }

  Bytes google_id(const json& value) {
    constexpr std::size_t kMostBytes = 32;
    const std::string decimal = value.is_number_unsigned() ? value.dump() : text(value);
    const std::optional<Bytes> bytes = decimal_to_big_endian(decimal, kMostBytes);
    if (!bytes) return refuse("expected a whole number of at most 32 bytes, preferably as a decimal string"), Bytes();
    return *bytes;
  }

  std::vector<std::string> texts(const json& value) {
    std::vector<std::string> list;
    if (!value.is_array()) return refuse("expected an array of strings"), list;
    for (std::size_t i = 0; i < value.size(); ++i) {
      const Place place(*this, "[" + std::to_string(i) + "]");
      list.push_back(text(value[i]));
    }
    return list;
  }

  CaveatSet::Names names(const json& value) {
    CaveatSet::Names set;
    if (!value.is_object()) return refuse("expected an object of names and masks"), set;
    for (const auto& [name, letters] : value.items()) {
      const Place place(*this, "." + name);
      set.emplace_back(name, mask(letters));
    }
    return set;
  }

  CaveatSet::Ids ids(const json& value) {
    CaveatSet::Ids set;
    if (!value.is_object()) return refuse("expected an object of ids and masks"), set;
    for (const auto& [name, letters] : value.items()) {
      const Place place(*this, "." + name);
      const std::optional<std::uint64_t> id = parse_decimal(name);
      if (!id) refuse("an id is a plain decimal number");
      set.emplace_back(id.value_or(0), mask(letters));
    }
    return set;
  }

  std::vector<CaveatSet::Command> commands(const json& value) {
    std::vector<CaveatSet::Command> list;
    if (!value.is_array()) return refuse("expected an array of commands"), list;
    for (std::size_t i = 0; i < value.size(); ++i) {
      const Place place(*this, "[" + std::to_string(i) + "]");
      if (!has_members(value[i], {"args"}, {"exact"})) return list;
      const bool exact = value[i].contains("exact") && at(value[i], "exact", &CaveatJsonReader::boolean);
      list.push_back({at(value[i], "args", &CaveatJsonReader::texts), exact});
    }
    return list;
  }

  CaveatSet inner_caveats(const json& value) {
    if (!value.is_array()) return refuse("expected an array of caveats"), CaveatSet();
    ++if_present_depth_;
    CaveatSet inner = caveats(value);
    --if_present_depth_;
    return inner;
  }

  const CaveatRow* type(const json& value) {
    const std::string name = text(value);
    const CaveatRow* row = find_row(std::string_view(name));
    if (row == nullptr)
      if (const std::optional<std::uint64_t> number = parse_decimal(name))
        row = find_row(static_cast<CaveatType>(*number));
    if (row == nullptr) refuse("\"" + escape_untrusted(name, 64) + "\" is not a known type of caveat");
    return row;
  }

  void caveat(const json& value, CaveatSet& out) {
    if (!has_members(value, {"type", "body"})) return;
    const CaveatRow* row = at(value, "type", &CaveatJsonReader::type);
    if (row == nullptr) return;
    if (if_present_depth_ > 0 && (row->kind == CaveatKind::kStructure || row->kind == CaveatKind::kAttestation))
      return refuse("a third-party caveat, binding or attestation cannot stand inside IfPresent");
    const Place place(*this, ".body");
    body(row->type, value.at("body"), out);
  }

  // `{NAME: {id: mask, …}}`
  void names_body(CaveatType type, const json& body, const char* member, CaveatSet& out) {
    if (has_members(body, {member})) out.names(type, at(body, member, &CaveatJsonReader::names));
  }

  void id_body(CaveatType type, const json& body, const char* member, CaveatSet& out) {
    if (has_members(body, {member})) out.number(type, at(body, member, &CaveatJsonReader::uint64));
  }

  void body(CaveatType type, const json& body, CaveatSet& out) {
    using Self = CaveatJsonReader;
    switch (type) {
      case CaveatType::kOrganization:
        if (has_members(body, {"id", "mask"}))
          out.organization(at(body, "id", &Self::uint64), at(body, "mask", &Self::mask));
        return;
      case CaveatType::kApps:
        if (has_members(body, {"apps"})) out.apps(at(body, "apps", &Self::ids));
        return;
      case CaveatType::kVolumes: return names_body(type, body, "volumes", out);
      case CaveatType::kMachines: return names_body(type, body, "machines", out);
      case CaveatType::kFeatureSet:
      case CaveatType::kMachineFeatureSet:
      case CaveatType::kAppFeatureSet: return names_body(type, body, "features", out);
      case CaveatType::kClusters: return names_body(type, body, "clusters", out);
      case CaveatType::kStorageObjects: return names_body(type, body, "storage_objects", out);
      case CaveatType::kValidityWindow:
        if (has_members(body, {"not_before", "not_after"}))
          out.validity_window(at(body, "not_before", &Self::int64), at(body, "not_after", &Self::int64));
        return;
      case CaveatType::kMutations:
        if (has_members(body, {"mutations"})) out.mutations(at(body, "mutations", &Self::texts));
        return;
      case CaveatType::kConfineUser:
      case CaveatType::kConfineOrganization: return id_body(type, body, "id", out);
      case CaveatType::kIsUser: return id_body(type, body, "uint64", out);
      case CaveatType::kThirdParty:
        if (has_members(body, {"Location", "VerifierKey", "Ticket"}))
          out.third_party(at(body, "Location", &Self::text), at(body, "VerifierKey", &Self::base64),
                          at(body, "Ticket", &Self::base64));
        return;
      case CaveatType::kBindToParentToken: out.bind_to_parent(base64(body)); return;
      case CaveatType::kIfPresent:
        if (has_members(body, {"ifs", "else"}))
          out.if_present(at(body, "ifs", &Self::inner_caveats), at(body, "else", &Self::mask));
        return;
      case CaveatType::kFromMachineSource:
        if (has_members(body, {"id"})) out.text(type, at(body, "id", &Self::text));
        return;
      case CaveatType::kConfineGoogleHD: out.text(type, text(body)); return;
      case CaveatType::kConfineGitHubOrg:
      case CaveatType::kMaxValidity:
      case CaveatType::kFlyioUserID:
      case CaveatType::kGitHubUserID: out.number(type, uint64(body)); return;
      case CaveatType::kAllowedRoles: out.number(type, uint32(body)); return;
      case CaveatType::kIsMember:
        if (has_members(body, {})) out.is_member();
        return;
      case CaveatType::kGoogleUserID: out.google_user_id(google_id(body)); return;
      case CaveatType::kAction: out.action(mask(body)); return;
      case CaveatType::kCommands: out.commands(commands(body)); return;
      case CaveatType::kFlySrc:
        if (has_members(body, {"organization", "app", "instance"}))
          out.flysrc(at(body, "organization", &Self::text), at(body, "app", &Self::text),
                     at(body, "instance", &Self::text));
        return;
    }
  }

  std::string path_;
  std::size_t if_present_depth_ = 0;
  std::optional<Error> problem_;
};

}  // namespace

Result<CaveatSet> caveats_from_json(const json& caveats) {
  CaveatJsonReader reader;
  CaveatSet read = reader.caveats(caveats);
  if (reader.problem()) return tl::unexpected(*reader.problem());
  if (const auto checked = read.check(); !checked) return tl::unexpected(checked.error());
  return read;
}

Result<CaveatSet> parse_caveats_json(std::string_view text) {
  const Result<json> parsed = parse_json(text);
  if (!parsed) return tl::unexpected(parsed.error());
  return caveats_from_json(*parsed);
}

}  // namespace libtoken
