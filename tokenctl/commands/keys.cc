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
#include "service/open_store.h"
#include "service/service.h"

namespace tokenctl {
namespace {

using libtoken::authority::ShowOrg;

Outcome<libtoken::Bytes> parse_kid(const std::string& text) {
  auto kid = libtoken::from_hex(text);
  if (kid && kid->size() == libtoken::authority::kKidBytes) return std::move(*kid);
  return fail(Exit::kUsage,
              "cannot read the key id " + in_quotes(text) + "; write its 32 hex digits as keys list shows them");
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
    answer(to_text(*keys));
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
  const auto kid = parse_kid(command.kid);
  if (!kid) return tl::unexpected<Failure>(kid.error());
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
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
  const auto done =
      libtoken::authority::rewrap_keys(*store, command.forget_old, libtoken::authority::local_actor(), now_unix_s());
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
