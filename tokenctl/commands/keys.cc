#include <algorithm>

#include "authority/audit/actor.h"
#include "authority/keys/rewrap.h"
#include "authority/tokens/key_json.h"
#include "commands/confirm.h"
#include "commands/run.h"
#include "input/names.h"
#include "input/times.h"
#include "libtoken/bytes.h"
#include "libtoken/json.h"
#include "libtoken/text.h"
#include "output/layout.h"
#include "output/listing.h"
#include "output/output.h"
#include "output/progress.h"
#include "service/open_store.h"
#include "service/service.h"

namespace tokenctl {
namespace {

using libtoken::authority::ShowOrg;

constexpr std::size_t kLeastDigits = 8;

/// Whether a text may be a key's id or the beginning of one. Failure: kUsage.
Outcome<void> check_kid(const std::string& text) {
  const bool digits = text.find_first_not_of("0123456789abcdefABCDEF") == text.npos;
  if (digits && text.size() >= kLeastDigits && text.size() <= 2 * libtoken::authority::kKidBytes) return {};
  return fail(Exit::kUsage, "cannot read the key id " + in_quotes(text) +
                                "; write its 32 hex digits as keys list shows them, or the first 8 or more of them");
}

/// The id that begins so. Failures: kUsage (several do, which are named), kRefused (none does).
Outcome<libtoken::Bytes> find_kid(libtoken::authority::Store& store, const std::string& text) {
  if (text.size() == 2 * libtoken::authority::kKidBytes) return *libtoken::from_hex(text);
  const auto keys = libtoken::authority::list_keys(store, std::nullopt, now_unix_s());
  if (!keys) return fail(keys.error());
  std::string lower = text;
  for (char& c : lower) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  std::vector<libtoken::Bytes> found;
  std::string ids;
  for (const libtoken::authority::KeyInfo& key : *keys) {
    const std::string kid = libtoken::to_hex(key.kid);
    if (!kid.starts_with(lower)) continue;
    found.emplace_back(key.kid.begin(), key.kid.end());
    ids += (ids.empty() ? "" : ", ") + kid;
  }
  if (found.empty()) return fail(Exit::kRefused, "there is no root key whose id begins with " + in_quotes(text));
  if (found.size() > 1) return fail(Exit::kUsage, "several ids begin with " + in_quotes(text) + ": " + ids);
  return std::move(found.front());
}

}  // namespace

Outcome<Exit> run(const Globals& globals, const KeysList& command) {
  const auto org = parse_optional(command.org);
  if (!org) return tl::unexpected<Failure>(org.error());
  const auto service = open_service(globals);
  if (!service) return tl::unexpected<Failure>(service.error());
  const auto keys = (*service)->keys(*org);
  if (!keys) return tl::unexpected<Failure>(keys.error());
  if (globals.json) {
    answer_json(keys_to_json(*keys, command.org ? ShowOrg::kNo : ShowOrg::kYes));
  } else {
    answer(to_text(*keys, globals.wide));
  }
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const KeysRotate& command) {
  const auto org = parse_org_or_app(command.org);
  if (!org) return tl::unexpected<Failure>(org.error());
  const auto service = open_service(globals);
  if (!service) return tl::unexpected<Failure>(service.error());
  const auto key = (*service)->rotate_key(*org);
  if (!key) return tl::unexpected<Failure>(key.error());
  if (globals.json) {
    answer_json(key_to_json(*key, ShowOrg::kNo));
  } else {
    answer(libtoken::to_hex(key->kid) + "\n");
  }
  remark(
      "new tokens are signed with this key; tokens of the old key stay valid until keys retire ends it; keys list "
      "shows its id");
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const KeysRetire& command) {
  if (const auto checked = check_kid(command.kid); !checked) return tl::unexpected<Failure>(checked.error());
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  const auto kid = find_kid(*store, command.kid);
  if (!kid) return tl::unexpected<Failure>(kid.error());
  const auto key = libtoken::authority::find_key(*store, *kid, now_unix_s());
  if (!key) return fail(key.error());
  std::size_t live = 0;
  if (key->state == libtoken::authority::KeyState::kVerifying) {
    live = key->live_tokens;
    remark("retiring this key ends " + (live == 0 ? "no live token" : counted(live, "live token")) + " of " +
           key->org_name);
    if (const auto confirmed = confirm("A retired key never verifies again.", command.yes); !confirmed)
      return tl::unexpected<Failure>(confirmed.error());
  }
  const auto retired =
      libtoken::authority::retire_key(*store, *kid, live, libtoken::authority::local_actor(), now_unix_s());
  // The id was parsed above, so kInvalidArgument means the key's state: an active key cannot be retired.
  if (!retired && retired.error().kind == libtoken::ErrorKind::kInvalidArgument)
    return fail(Exit::kRefused, retired.error().message);
  if (!retired) return fail(retired.error());
  if (globals.json) answer_json(key_to_json(*retired, ShowOrg::kYes));
  remark("the key " + libtoken::to_hex(*kid) + " is retired");
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const KeysRewrap& command) {
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  std::optional<Progress> progress(std::in_place, "sealing the root keys");
  const auto done =
      libtoken::authority::rewrap_keys(*store, command.forget_old, libtoken::authority::local_actor(), now_unix_s());
  progress.reset();
  if (!done) return fail(done.error());
  if (globals.json) answer_json({{"keys", done->keys}, {"key_encryption_keys", done->key_encryption_keys}});
  remark("made a new key-encryption key and sealed " + counted(done->keys, "root key") + " with it");
  remark(done->key_encryption_keys == 1
             ? std::string("the old keys were removed from the key file: older backups can no longer be opened")
             : "the key file now has " + counted(done->key_encryption_keys, "key") +
                   ": back it up again; the old keys open older backups until keys rewrap --forget-old removes them");
  return Exit::kDone;
}

}  // namespace tokenctl
