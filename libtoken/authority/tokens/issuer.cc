#include "authority/tokens/issuer.h"

#include <algorithm>
#include <utility>

#include "authority/audit/audit_rows.h"
#include "authority/keys/root_key_rows.h"
#include "authority/registry/registry_rows.h"
#include "authority/revocation/revocation_rows.h"
#include "authority/sealing/private_file.h"
#include "authority/store/label_text.h"
#include "authority/store/reserve.h"
#include "authority/store/store_state.h"
#include "authority/tokens/live_counts.h"
#include "authority/tokens/token_rows.h"
#include "libtoken/caveat_set.h"
#include "libtoken/macaroon.h"
#include "libtoken/text.h"

namespace libtoken::authority {
namespace {

constexpr std::size_t kMaxLabelBytes = 200;
// FORMAT.md §7: a window that ends later never clears.
constexpr std::int64_t kLatestEnd = std::int64_t{1} << 55;

// A token ends no later than its maker.
std::optional<std::int64_t> end_of(const MintRequest& request) {
  const auto& own = request.not_after_unix_s;
  const auto makers = request.maker ? request.maker->not_after_unix_s : std::nullopt;
  if (!own || !makers) return own ? own : makers;
  return std::min(*own, *makers);
}

Result<void> check_request(const MintRequest& request, std::int64_t now_unix_s) {
  const std::string named = std::string("a token of the profile ") + to_string(request.profile);
  if (is_for_one_app(request.profile) && !request.app) {
    return fail(ErrorKind::kInvalidArgument, named + " needs the app that it is for");
  }
  if (!is_for_one_app(request.profile) && request.app) {
    return fail(ErrorKind::kInvalidArgument, named + " is for a whole org and takes no app");
  }
  if (request.profile != Profile::kMachineExec && !request.commands.empty()) {
    return fail(ErrorKind::kInvalidArgument, named + " takes no commands");
  }
  if (request.profile == Profile::kMachineExec && request.commands.empty()) {
    return fail(ErrorKind::kInvalidArgument, named + " needs a command");
  }
  for (const CaveatSet::Command& command : request.commands) {
    // A prefix without words would allow every command.
    if (command.args.empty()) return fail(ErrorKind::kInvalidArgument, "a command needs at least one word");
  }
  if (request.not_after_unix_s && *request.not_after_unix_s > kLatestEnd) {
    return fail(ErrorKind::kInvalidArgument, "the end is too far away: let the token never end instead");
  }
  const auto end = end_of(request);
  if (end && *end <= now_unix_s) {
    return fail(ErrorKind::kInvalidArgument, "the token would have expired before it is made: give a later end");
  }
  for (const std::string* label : {&request.name, &request.holder}) {
    if (!is_utf8(bytes_of(*label)) || label->find('\0') != std::string::npos ||
        trimmed_label(*label).size() > kMaxLabelBytes) {
      return fail(ErrorKind::kInvalidArgument, "a token's name and its holder must be UTF-8 of at most " +
                                                   std::to_string(kMaxLabelBytes) + " bytes");
    }
    if (holds_token(*label)) {
      return fail(ErrorKind::kInvalidArgument,
                  "a token's name and its holder are shown to others, and must not contain a token");
    }
    if (is_invisible_label(*label)) return fail(ErrorKind::kInvalidArgument, kInvisibleLabel);
    const std::u32string kept = code_points(trimmed_label(*label));
    const auto is_control = [](char32_t c) { return c < 0x20 || (c >= 0x7f && c <= 0x9f) || is_noncharacter(c); };
    if (std::any_of(kept.begin(), kept.end(), is_control)) {
      return fail(ErrorKind::kInvalidArgument, "a token's name and its holder must not contain control characters");
    }
  }
  return {};
}

// This is checked under the store's write lock. A revocation of the maker that comes later waits for the lock and then
// finds the new token; one that came earlier is found here.
Result<void> check_maker(soci::session& sql, const MintRequest& request, const Org& org) {
  if (!request.maker) return {};
  const Maker& maker = *request.maker;
  if (maker.org != org.id) {
    return fail(ErrorKind::kInvalidArgument, "the token that asks belongs to another org than " + org.name);
  }
  if (select_is_revoked(sql, maker.id)) return fail(ErrorKind::kRevoked, "the token that asks has been revoked");
  const std::string kid = to_hex(maker.kid);
  const auto owner = static_cast<long long>(org.id);
  long long keys = 0;
  sql << "SELECT count(*) FROM keys WHERE kid = :kid AND org = :org AND state <> 'retired'", soci::use(kid),
      soci::use(owner), soci::into(keys);
  if (keys == 0) return fail(ErrorKind::kRevoked, "the key of the token that asks has been retired");
  return {};
}

bool has_window(const CaveatSet& caveats, std::int64_t not_before, std::int64_t not_after) {
  const auto decoded = caveats.check();
  if (!decoded) return false;
  return std::any_of(decoded->caveats().begin(), decoded->caveats().end(), [&](const Caveat& caveat) {
    const auto* window = std::get_if<ValidityWindow>(&caveat.body);
    return window != nullptr && window->not_before_unix_s == not_before && window->not_after_unix_s == not_after;
  });
}

// The caveats of each copy of the token. There is one copy, except for kSsh.
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
  if (const auto end = end_of(request)) {
    // The window begins in the past, so that a daemon whose clock is behind by no more than we allow accepts the token
    // at once. It has the maker's end too, if that is earlier: among the maker's caveats that end may be inside an
    // IfPresent, and the token must certainly end when its record says.
    std::int64_t not_before = now_unix_s - std::chrono::seconds(kClockTolerance).count();
    // A repeated caveat would be left out, and the profile could not be recognised without its own window.
    while (request.maker && has_window(request.maker->caveats, not_before, *end)) --not_before;
    for (CaveatSet& copy : copies) copy.validity_window(not_before, *end);
  }
  if (request.maker) {
    for (CaveatSet& copy : copies) copy = CaveatSet(request.maker->caveats).append(copy);
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
    if (auto narrowed = copy.attenuate(caveats); !narrowed) {
      // The profile's caveats alone always fit, so the maker's are too many.
      return fail(ErrorKind::kInvalidArgument, "the token cannot be made: " + narrowed.error().message);
    }
    made.header += (made.header.empty() ? "FlyV1 " : ",") + copy.text();
  }
  return made;
}

void insert_token(soci::session& sql, const MintRequest& request, const Minted& minted, const OrgKey& key,
                  const std::string& first_maker, const Actor& actor, std::int64_t now_unix_s) {
  const std::string id = to_string(minted.id);
  const std::string kid = to_hex(key.kid);
  const std::string profile = to_string(request.profile);
  const auto org = static_cast<long long>(minted.org.id);
  const auto app = static_cast<long long>(minted.app ? minted.app->id : 0);
  soci::indicator has_app = minted.app ? soci::i_ok : soci::i_null;
  const std::string app_name = minted.app ? minted.app->name : "";
  const std::string name = trimmed_label(request.name);
  const std::string name_key = label_key(request.name);
  const std::string holder = trimmed_label(request.holder);
  const std::string holder_key = label_key(request.holder);
  const std::string maker = request.maker ? to_string(request.maker->id) : "";
  soci::indicator has_maker = request.maker ? soci::i_ok : soci::i_null;
  const std::string local_user = request.maker ? "" : actor.local_user;
  const long long not_after = minted.not_after_unix_s.value_or(0);
  soci::indicator has_end = minted.not_after_unix_s ? soci::i_ok : soci::i_null;
  const long long now = now_unix_s;
  sql << "INSERT INTO tokens (id, org, kid, profile, app, app_name, name, name_key, holder, holder_key, maker,"
         " first_maker, local_user, not_after, created) VALUES (:id, :org, :kid, :profile, :app, :app_name, :name,"
         " :name_key, :holder, :holder_key, :maker, :first_maker, :local_user, :not_after, :created)",
      soci::use(id), soci::use(org), soci::use(kid), soci::use(profile), soci::use(app, has_app), soci::use(app_name),
      soci::use(name), soci::use(name_key), soci::use(holder), soci::use(holder_key), soci::use(maker, has_maker),
      soci::use(first_maker, has_maker), soci::use(local_user), soci::use(not_after, has_end), soci::use(now);
}

// A maker without a record (it was made elsewhere with the org's key, or its record was lost) gets one, so that what it
// makes is found and revoked with it and with its key. The record has no end: the holder may have narrowed the copy
// that was presented, and may have other copies that end later or never.
void insert_unknown_maker(soci::session& sql, const Maker& maker, std::int64_t now_unix_s) {
  const std::string id = to_string(maker.id);
  const std::string kid = to_hex(maker.kid);
  const auto org = static_cast<long long>(maker.org);
  const std::string profile = to_string(maker.profile);
  const std::string name = "not issued here";
  const long long now = now_unix_s;
  sql << "INSERT INTO tokens (id, org, kid, profile, app_name, name, name_key, holder, holder_key, local_user,"
         " seen_only, created) VALUES (:id, :org, :kid, :profile, '', :name, :name_key, '', '', '', 1, :created)",
      soci::use(id), soci::use(org), soci::use(kid), soci::use(profile), soci::use(name), soci::use(name),
      soci::use(now);
}

// The detail of the audit entry.
std::string mint_detail(const MintRequest& request, const Minted& minted) {
  std::string words = std::string("profile ") + to_string(request.profile);
  if (minted.app) words += ", app " + minted.app->name;
  if (const std::string holder = trimmed_label(request.holder); !holder.empty()) words += ", for " + holder;
  return words;
}

// The org that the request names, or else the org of the app that it names.
Result<Org> org_of(soci::session& sql, const MintRequest& request) {
  if (request.org) return select_org(sql, *request.org);
  if (!request.app) return fail(ErrorKind::kInvalidArgument, "the org that the token is for is missing");
  const auto app = select_app(sql, *request.app);
  if (!app) return tl::unexpected(app.error());
  return select_org(sql, app->org);
}

// The app that the request names, which must belong to the org.
Result<std::optional<App>> app_of(soci::session& sql, const MintRequest& request, const Org& org) {
  if (!request.app) return std::optional<App>{};
  auto app = select_app(sql, *request.app);
  if (!app) return tl::unexpected(app.error());
  if (app->org != org.id) {
    return fail(ErrorKind::kInvalidArgument, "the app " + app->name + " does not belong to the org " + org.name);
  }
  return std::optional<App>(std::move(*app));
}

}  // namespace

bool is_for_one_app(Profile profile) noexcept {
  return profile == Profile::kDeploy || profile == Profile::kSsh || profile == Profile::kMachineExec;
}

Result<Minted> mint(Store& store, const MintRequest& request, const Actor& actor, std::int64_t now_unix_s) {
  if (auto good = check_request(request, now_unix_s); !good) return tl::unexpected(good.error());
  return write_transaction(store, [&](soci::session& sql) -> Result<Minted> {
    if (auto good = check_clock(sql, now_unix_s); !good) return tl::unexpected(good.error());
    if (!has_room_beside_reserve(store.path())) {
      return fail(ErrorKind::kStoreFull, "the disk of the store " + shown_path(store.path()) +
                                             " is full, and what is left is kept for revoking tokens: make room on it");
    }
    auto org = org_of(sql, request);
    if (!org) return tl::unexpected(org.error());
    if (auto good = check_maker(sql, request, *org); !good) return tl::unexpected(good.error());
    std::optional<Asker> maker;  // of `request.maker`; nothing: it has no record
    std::optional<MakerAndFirst> makers;
    if (request.maker) {
      maker = select_asker(sql, request.maker->id);
      const TokenId first = maker ? maker->first_maker : request.maker->id;
      makers = {to_string(request.maker->id), to_string(first)};
    }
    if (auto good = check_limits(sql, request.limits, org->id, makers, now_unix_s); !good) {
      return tl::unexpected(good.error());
    }
    auto app = app_of(sql, request, *org);
    if (!app) return tl::unexpected(app.error());
    const auto key = select_active_key(sql, store.state(), org->id);
    if (!key) return tl::unexpected(key.error());

    auto made = sign(*key, store.location(), copies_of(request, org->id, *app ? (*app)->id : 0, now_unix_s));
    if (!made) return tl::unexpected(made.error());
    Minted minted{std::move(made->header), made->id, std::move(*org), std::move(*app), end_of(request)};
    if (request.maker && !maker) insert_unknown_maker(sql, *request.maker, now_unix_s);
    insert_token(sql, request, minted, *key, makers ? makers->first_maker : "", actor, now_unix_s);
    insert_audit(sql, {AuditAction::kMint, minted.org.id, to_string(minted.id), mint_detail(request, minted)}, actor,
                 now_unix_s);
    return minted;
  });
}

}  // namespace libtoken::authority
