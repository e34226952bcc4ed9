#include "authority/issuer.h"

#include <utility>

#include "authority/rows.h"
#include "authority/store_state.h"
#include "libtoken/caveat_set.h"
#include "libtoken/macaroon.h"
#include "libtoken/text.h"

namespace libtoken::authority {
namespace {

constexpr std::size_t kMostLabelBytes = 200;
// FORMAT.md §7: a window that ends later never clears.
constexpr std::int64_t kLatestEnd = std::int64_t{1} << 55;

bool is_for_one_app(Profile profile) {
  return profile == Profile::kDeploy || profile == Profile::kSsh || profile == Profile::kMachineExec;
}

Result<void> check_request(const MintRequest& request, std::int64_t now_unix_s) {
  const std::string named = std::string("a token of the profile ") + to_string(request.profile);
  if (is_for_one_app(request.profile) && !request.app) {
    return fail(ErrorKind::kInvalidArgument, named + " needs the app that it is for");
  }
  if (!is_for_one_app(request.profile) && request.app) {
    return fail(ErrorKind::kInvalidArgument, named + " is for a whole org, and takes no app");
  }
  if (request.profile != Profile::kMachineExec && !request.commands.empty()) {
    return fail(ErrorKind::kInvalidArgument, named + " takes no commands");
  }
  if (request.profile == Profile::kMachineExec && request.commands.empty()) {
    return fail(ErrorKind::kInvalidArgument, named + " needs a command");
  }
  for (const CaveatSet::Command& command : request.commands) {
    // No arguments are the beginning of every command.
    if (command.args.empty()) return fail(ErrorKind::kInvalidArgument, "a command without a word is no command");
  }
  if (request.not_after_unix_s && *request.not_after_unix_s <= now_unix_s) {
    return fail(ErrorKind::kInvalidArgument, "the token would be over before it is made: give a later end");
  }
  if (request.not_after_unix_s && *request.not_after_unix_s > kLatestEnd) {
    return fail(ErrorKind::kInvalidArgument, "the end is too far away: let the token never end instead");
  }
  for (const std::string* label : {&request.name, &request.holder}) {
    if (label->size() > kMostLabelBytes || !is_utf8(bytes_of(*label)) || label->find('\0') != std::string::npos) {
      return fail(ErrorKind::kInvalidArgument, "a token's name and its holder are UTF-8 texts of at most " +
                                                   std::to_string(kMostLabelBytes) + " bytes");
    }
  }
  return {};
}

Result<void> check_clock(soci::session& sql, std::int64_t now_unix_s) {
  constexpr std::int64_t kTolerance = std::chrono::seconds(kClockTolerance).count();
  if (now_unix_s >= newest_record(sql) - kTolerance) return {};
  return fail(ErrorKind::kClock,
              "the clock is more than five minutes behind the store's newest record: set it right first");
}

// What each copy of the token says: one copy, but for Profile::kSsh.
std::vector<CaveatSet> copies_of(const MintRequest& request, std::uint64_t org, std::uint64_t app,
                                 std::int64_t now_unix_s) {
  std::vector<CaveatSet> copies;
  switch (request.profile) {
    case Profile::kOrg: copies = {org_profile(org, request.role)}; break;
    case Profile::kReadonly: copies = {readonly_profile(org)}; break;
    case Profile::kDeploy: copies = {deploy_profile(org, app)}; break;
    case Profile::kSsh: copies = ssh_profile(org, app); break;
    case Profile::kMachineExec: copies = {machine_exec_profile(org, app, request.commands)}; break;
    case Profile::kWireguard: copies = {wireguard_profile(org)}; break;
  }
  if (request.not_after_unix_s) {
    // A judge whose clock is as far behind as we allow accepts the token at once.
    const std::int64_t not_before = now_unix_s - std::chrono::seconds(kClockTolerance).count();
    for (CaveatSet& copy : copies) copy.validity_window(not_before, *request.not_after_unix_s);
  }
  return copies;
}

struct Signed {
  std::string header;
  TokenId id;
};

Result<Signed> sign(const OrgKey& key, const std::string& location, const std::vector<CaveatSet>& copies) {
  const auto bare = Macaroon::mint(key.kid, location, key.root.key, {});
  if (!bare) return tl::unexpected(bare.error());
  Signed made{"", bare->id()};
  for (const CaveatSet& caveats : copies) {
    Macaroon copy = bare->clone();
    if (auto narrowed = copy.attenuate(caveats); !narrowed) return tl::unexpected(narrowed.error());
    made.header += (made.header.empty() ? "FlyV1 " : ",") + copy.text();
  }
  return made;
}

void insert_token(soci::session& sql, const MintRequest& request, const Minted& minted, const OrgKey& key,
                  std::int64_t now_unix_s) {
  const std::string id = to_string(minted.id);
  const std::string kid = to_hex(key.kid);
  const std::string profile = to_string(request.profile);
  const auto org = static_cast<long long>(minted.org.id);
  auto app = static_cast<long long>(minted.app ? minted.app->id : 0);
  soci::indicator has_app = minted.app ? soci::i_ok : soci::i_null;
  long long not_after = request.not_after_unix_s.value_or(0);
  soci::indicator has_end = request.not_after_unix_s ? soci::i_ok : soci::i_null;
  const long long now = now_unix_s;
  sql << "INSERT INTO tokens (id, org, kid, profile, app, name, holder, not_after, created) VALUES"
         " (:id, :org, :kid, :profile, :app, :name, :holder, :not_after, :created)",
      soci::use(id), soci::use(org), soci::use(kid), soci::use(profile), soci::use(app, has_app),
      soci::use(request.name), soci::use(request.holder), soci::use(not_after, has_end), soci::use(now);
}

// The app that the request names, which must be the org's.
Result<std::optional<App>> app_of(soci::session& sql, const MintRequest& request, const Org& org) {
  if (!request.app) return std::optional<App>{};
  auto app = select_app(sql, *request.app);
  if (!app) return tl::unexpected(app.error());
  if (app->org != org.id) {
    return fail(ErrorKind::kInvalidArgument, "the app " + app->name + " is not of the org " + org.name);
  }
  return std::optional<App>(std::move(*app));
}

}  // namespace

Result<Minted> mint(Store& store, const MintRequest& request, std::int64_t now_unix_s) {
  if (auto good = check_request(request, now_unix_s); !good) return tl::unexpected(good.error());
  return write_transaction(store, [&](soci::session& sql) -> Result<Minted> {
    if (auto good = check_clock(sql, now_unix_s); !good) return tl::unexpected(good.error());
    auto org = select_org(sql, request.org);
    if (!org) return tl::unexpected(org.error());
    auto app = app_of(sql, request, *org);
    if (!app) return tl::unexpected(app.error());
    const auto key = select_active_key(sql, store.state(), org->id);
    if (!key) return tl::unexpected(key.error());

    auto made = sign(*key, store.location(),
                     copies_of(request, org->id, *app ? (*app)->id : 0, now_unix_s));
    if (!made) return tl::unexpected(made.error());
    Minted minted{std::move(made->header), made->id, std::move(*org), std::move(*app)};
    insert_token(sql, request, minted, *key, now_unix_s);
    note_record(sql, now_unix_s);
    return minted;
  });
}

}  // namespace libtoken::authority
