#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "command_line/globals.h"
#include "libtoken/profile.h"

namespace tokenctl {

// What was written on the command line: one struct for each command. Values are texts as they were given, and a value
// that was given is not empty.

struct StoreInit {
  std::optional<std::string> location;
};
struct StoreCheck {};
struct StoreBackup {
  std::string file;
};
struct StoreRestore {
  std::string file;
  std::optional<std::string> old_store;
  bool rotate_keys = false;
  bool accept_lost_revocations = false;
  bool yes = false;
};
struct StorePrune {};

struct OrgsCreate {
  std::string name;
  std::optional<std::string> id;
};
struct OrgsList {};
struct OrgsShow {
  std::string org;
};
struct OrgsRename {
  std::string org;
  std::string name;
};
struct OrgsDelete {
  std::string org;
  bool yes = false;
};
struct AppsCreate {
  std::string name;
  std::string org;
  std::optional<std::string> id;
};
struct AppsList {
  std::optional<std::string> org;
};
struct AppsRename {
  std::string app;
  std::string name;
};
struct AppsDelete {
  std::string app;
  bool yes = false;
};
struct KeysList {
  std::optional<std::string> org;
};
struct KeysRotate {
  std::string org;
};
struct KeysRetire {
  std::string kid;
  bool yes = false;
};
struct KeysRewrap {
  bool forget_old = false;
};

struct Create {
  libtoken::Profile profile = libtoken::Profile::kReadonly;
  std::optional<std::string> org;
  std::optional<std::string> app;
  std::optional<std::string> role;
  std::vector<std::string> commands;
  std::vector<std::string> command_prefixes;
  std::vector<std::string> command_words;  ///< one more command, one element for each argument
  std::optional<std::string> expiry;
  std::optional<std::string> name;
  std::optional<std::string> holder;
};

struct List {
  std::optional<std::string> org;
  std::optional<std::string> app;
  std::optional<std::string> name;
  std::optional<std::string> holder;
  std::optional<std::string> profile;
  bool expired = false;
  bool revoked = false;
  std::optional<std::string> expiring;
  std::optional<std::string> made_by;
  std::optional<std::string> unused;
  std::optional<std::string> sort;
  bool reverse = false;
  bool csv = false;
};
struct Revoke {
  std::vector<std::string> ids;
  bool even_unknown = false;
  bool self = false;
  TokenFlags token;
  std::optional<std::string> name;
  std::optional<std::string> holder;
  std::optional<std::string> org;
};
struct Audit {
  std::optional<std::string> since;
  std::optional<std::string> org;
};
struct WhoAmI {};

struct Inspect {
  TokenFlags token;
};

struct Attenuate {
  TokenFlags token;
  std::optional<std::string> caveats_file;
  bool read_only = false;
  std::optional<std::string> org;
  std::vector<std::string> apps;
  std::vector<std::string> features;
  std::optional<std::string> action;
  std::optional<std::string> command;
  std::optional<std::string> expiry;
};

/// The access that `verify` and `can` judge.
struct AccessOptions {
  std::string action;
  std::optional<std::string> org;
  std::optional<std::string> app;
  std::optional<std::string> feature;
  std::optional<std::string> storage_object;
  std::optional<std::string> app_feature;
  std::optional<std::string> machine;
  std::optional<std::string> volume;
  std::optional<std::string> machine_feature;
  std::optional<std::string> command;
  std::vector<std::string> command_args;
  std::optional<std::string> cluster;
  std::optional<std::string> mutation;
  std::optional<std::string> source_machine;
  std::optional<std::string> source_app;
  std::optional<std::string> source_organization;
  std::optional<std::string> at;
};

struct Verify {
  TokenFlags token;
  AccessOptions access;
};
struct Can {
  TokenFlags token;
  AccessOptions access;
};

struct ThirdPartyAdd {
  TokenFlags token;
  std::string location;
  std::optional<std::string> caveats_file;
  std::optional<std::string> secret_file;
};
struct ThirdPartyTickets {
  TokenFlags token;
};
struct ThirdPartyDischarge {
  TokenFlags token;
  std::string location;
  std::optional<std::string> ticket;
  std::optional<std::string> expiry;
  std::optional<std::string> caveats_file;
  std::optional<std::string> secret_file;
  std::optional<std::string> user;
  std::vector<std::string> organizations;
  std::vector<std::string> google_domains;
  std::vector<std::string> github_organizations;
  bool unchecked = false;
  bool bind = false;
};
struct ThirdPartyAttach {
  TokenFlags token;
  std::string discharge_file;
};
struct ThirdPartyKeygen {
  std::optional<std::string> out;
};
struct ThirdPartyFetch {
  TokenFlags token;
  bool allow_http_loopback = false;
  std::optional<std::string> timeout;
  std::optional<std::string> poll_interval;
};

using Command =
    std::variant<StoreInit, StoreCheck, StoreBackup, StoreRestore, StorePrune, OrgsCreate, OrgsList, OrgsShow,
                 OrgsRename, OrgsDelete, AppsCreate, AppsList, AppsRename, AppsDelete, KeysList, KeysRotate, KeysRetire,
                 KeysRewrap, Create, List, Revoke, Audit, WhoAmI, Inspect, Attenuate, Verify, Can, ThirdPartyAdd,
                 ThirdPartyTickets, ThirdPartyDischarge, ThirdPartyAttach, ThirdPartyKeygen, ThirdPartyFetch>;

template <class T, class... Kinds>
inline constexpr bool kIsOneOf = (std::is_same_v<T, Kinds> || ...);

/// Whether it works on a store and on nothing else.
template <class T>
inline constexpr bool kNeedsStore =
    kIsOneOf<T, StoreInit, StoreCheck, StoreBackup, StoreRestore, StorePrune, OrgsCreate, OrgsShow, OrgsRename,
             OrgsDelete, AppsCreate, AppsRename, AppsDelete, KeysRetire, KeysRewrap, Verify>;

/// Whether a daemon can do it (`--server`). Every other command works on the store's files or on no store at all.
template <class T>
inline constexpr bool kDaemonCanDo =
    kIsOneOf<T, OrgsList, AppsList, KeysList, KeysRotate, Create, List, Revoke, Audit, WhoAmI>;

/// Whether it asks a daemon and uses no store.
template <class T>
inline constexpr bool kNeedsServer = kIsOneOf<T, WhoAmI>;

/// Whether it uses a store, if there is one, to look up names.
template <class T>
inline constexpr bool kLooksUpNames = kIsOneOf<T, Inspect, Attenuate, Can>;

/// Whether its answer is laid out for a terminal's width (`--wide`).
template <class T>
inline constexpr bool kLaysOut =
    kIsOneOf<T, OrgsList, AppsList, KeysList, List, Audit, WhoAmI, Inspect, ThirdPartyTickets>;

}  // namespace tokenctl
