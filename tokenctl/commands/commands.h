#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "libtoken/profile.h"
#include "output/output.h"

namespace tokenctl {

// What each command was told, as text: one struct a command, filled in by command_line.cc. A value that was given is
// not empty.

struct Globals {
  std::optional<std::string> store;
  std::optional<std::string> kek_file;
  std::optional<std::string> server;
  std::optional<std::string> as_file;
  bool json = false;
};

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
  std::vector<std::string> command_words;  ///< one more command, each argument as it is
  std::optional<std::string> expiry;
  std::optional<std::string> name;
  std::optional<std::string> holder;
};

/// Where a token comes from, as far as flags say so.
struct TokenFlags {
  std::optional<std::string> file;
  std::optional<std::string> text;
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
};
struct Revoke {
  std::vector<std::string> ids;
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

/// The question that `verify` and `can` answer.
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

/// `third-party add`
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
                 OrgsRename, OrgsDelete, AppsCreate, AppsList, AppsRename, AppsDelete, KeysList, KeysRotate, KeysRetire, KeysRewrap,
                 Create, List, Revoke, Audit, WhoAmI, Inspect, Attenuate, Verify, Can, ThirdPartyAdd, ThirdPartyTickets,
                 ThirdPartyDischarge, ThirdPartyAttach, ThirdPartyKeygen, ThirdPartyFetch>;

/// Whether a daemon can be asked to do it (`--server`). Every other command works on the store's files, or on none.
template <class T>
inline constexpr bool kIsOfDaemon = false;
template <>
inline constexpr bool kIsOfDaemon<OrgsList> = true;
template <>
inline constexpr bool kIsOfDaemon<AppsList> = true;
template <>
inline constexpr bool kIsOfDaemon<KeysList> = true;
template <>
inline constexpr bool kIsOfDaemon<KeysRotate> = true;
template <>
inline constexpr bool kIsOfDaemon<Create> = true;
template <>
inline constexpr bool kIsOfDaemon<List> = true;
template <>
inline constexpr bool kIsOfDaemon<Revoke> = true;
template <>
inline constexpr bool kIsOfDaemon<Audit> = true;
template <>
inline constexpr bool kIsOfDaemon<WhoAmI> = true;

// Each does its command: the answer goes to stdout, remarks to stderr.
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const StoreInit& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const StoreCheck& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const StoreBackup& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const StoreRestore& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const StorePrune& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const OrgsCreate& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const OrgsList& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const OrgsShow& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const OrgsRename& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const OrgsDelete& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const AppsCreate& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const AppsList& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const AppsRename& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const AppsDelete& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const KeysList& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const KeysRotate& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const KeysRetire& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const KeysRewrap& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const Create& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const List& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const Revoke& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const Audit& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const WhoAmI& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const Inspect& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const Attenuate& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const Verify& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const Can& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const ThirdPartyAdd& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const ThirdPartyTickets& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const ThirdPartyDischarge& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const ThirdPartyAttach& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const ThirdPartyKeygen& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const ThirdPartyFetch& command);

}  // namespace tokenctl
