#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "authority/audit/actor.h"
#include "authority/store/store.h"

namespace libtoken::authority {

/// An org or an app as people write it: a name is a text, an id a number, and neither is taken for the other.
using NameOrId = std::variant<std::string, std::uint64_t>;

inline constexpr std::uint64_t kMaxId = (std::uint64_t{1} << 53) - 1;

/// `[a-z][a-z0-9-]{0,62}`
[[nodiscard]] bool is_valid_name(std::string_view name) noexcept;
/// 1 to 2^53 − 1
[[nodiscard]] constexpr bool is_valid_id(std::uint64_t id) noexcept { return id >= 1 && id <= kMaxId; }

/// All digits: an id (kInvalidArgument if it is out of range); else a name (kInvalidArgument if it is none).
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

/// A new org, with its root key, in one transaction. `id`: given out unless said; an id is never given twice, not even
/// after a deletion. Errors: kInvalidArgument (name, id), kAlreadyExists (the name, or the id now or ever).
[[nodiscard]] Result<Org> create_org(Store& store, const std::string& name, std::optional<std::uint64_t> id,
                                     const Actor& actor, std::int64_t now_unix_s);
/// Error: kNotFound.
[[nodiscard]] Result<Org> find_org(Store& store, const NameOrId& org);
/// By name.
[[nodiscard]] Result<std::vector<Org>> list_orgs(Store& store);

/// A new app of an org. App names are unique across orgs. Errors: kNotFound (org), kInvalidArgument, kAlreadyExists.
[[nodiscard]] Result<App> create_app(Store& store, const NameOrId& org, const std::string& name,
                                     std::optional<std::uint64_t> id, const Actor& actor,
                                     std::int64_t now_unix_s);
/// Error: kNotFound.
[[nodiscard]] Result<App> find_app(Store& store, const NameOrId& app);
/// By name; of one org, or of all. Error: kNotFound (org).
[[nodiscard]] Result<std::vector<App>> list_apps(Store& store, const std::optional<NameOrId>& org);

/// A new name; the id, and with it every token, stays. The old name is free again. Errors: kNotFound, kInvalidArgument,
/// kAlreadyExists. The name that it has already is no change.
[[nodiscard]] Result<Org> rename_org(Store& store, const NameOrId& org, const std::string& name, const Actor& actor,
                                     std::int64_t now_unix_s);
[[nodiscard]] Result<App> rename_app(Store& store, const NameOrId& app, const std::string& name, const Actor& actor,
                                     std::int64_t now_unix_s);

}  // namespace libtoken::authority
