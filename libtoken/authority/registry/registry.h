#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "authority/audit/actor.h"
#include "authority/store/store.h"

namespace libtoken::authority {

/// An org or an app as people write it: a name or an id.
using NameOrId = std::variant<std::string, std::uint64_t>;

inline constexpr std::uint64_t kMaxId = (std::uint64_t{1} << 53) - 1;

/// `[a-z][a-z0-9-]{0,62}`
[[nodiscard]] bool is_valid_name(std::string_view name) noexcept;
/// 1 to 2^53 − 1
[[nodiscard]] constexpr bool is_valid_id(std::uint64_t id) noexcept { return id >= 1 && id <= kMaxId; }

/// Reads an org or an app as people write it: an id if it is all digits, otherwise a name. Error: kInvalidArgument (an
/// id out of range, or not a valid name).
[[nodiscard]] Result<NameOrId> parse_name_or_id(std::string_view text);

struct Org {
  std::uint64_t id = 0;
  std::string name;
  std::int64_t created_unix_s = 0;
};

struct App {
  std::uint64_t id = 0;
  std::string name;
  std::uint64_t org = 0;
  std::int64_t created_unix_s = 0;
};

/// Makes an org with a root key. `id`: nothing gives it the next free one; no id is given out twice, not even after the
/// org was deleted. Errors: kInvalidArgument (not a valid name or id), kAlreadyExists (another org has the name, or
/// some org has or had the id), kUnusableKeyFile.
[[nodiscard]] Result<Org> create_org(Store& store, const std::string& name, std::optional<std::uint64_t> id,
                                     const Actor& actor, std::int64_t now_unix_s);
/// Error: kNotFound.
[[nodiscard]] Result<Org> find_org(Store& store, const NameOrId& org);
/// All orgs, in the order of their names.
[[nodiscard]] Result<std::vector<Org>> list_orgs(Store& store);

/// Makes an app in an org. App names and ids are unique across orgs. `id` and errors as in create_org(), and kNotFound
/// (org).
[[nodiscard]] Result<App> create_app(Store& store, const NameOrId& org, const std::string& name,
                                     std::optional<std::uint64_t> id, const Actor& actor, std::int64_t now_unix_s);
/// Error: kNotFound.
[[nodiscard]] Result<App> find_app(Store& store, const NameOrId& app);
/// The apps of one org, or of all orgs, in the order of their names. Error: kNotFound (org).
[[nodiscard]] Result<std::vector<App>> list_apps(Store& store, const std::optional<NameOrId>& org);

/// Gives an org or an app another name. Its id and its tokens stay, and the old name is free again. Giving it the name
/// that it has changes nothing. Errors: kNotFound, kInvalidArgument, kAlreadyExists.
[[nodiscard]] Result<Org> rename_org(Store& store, const NameOrId& org, const std::string& name, const Actor& actor,
                                     std::int64_t now_unix_s);
[[nodiscard]] Result<App> rename_app(Store& store, const NameOrId& app, const std::string& name, const Actor& actor,
                                     std::int64_t now_unix_s);

}  // namespace libtoken::authority
