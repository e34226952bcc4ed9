#include <algorithm>

#include "authority/audit/actor.h"
#include "authority/tokens/key_json.h"
#include "commands/commands.h"
#include "commands/consent.h"
#include "libtoken/bytes.h"
#include "libtoken/text.h"
#include "output/listing.h"
#include "input/name_options.h"
#include "service/open_store.h"
#include "input/times.h"

namespace tokenctl {
namespace {

using libtoken::authority::KeyInfo;
using libtoken::authority::ShowOrg;

Outcome<libtoken::Bytes> parse_kid(const std::string& text) {
  auto kid = libtoken::from_hex(text);
  if (kid && kid->size() == libtoken::authority::kKidBytes) return std::move(*kid);
  return fail(Exit::kUsage, in_quotes(text) + " is no key's id: those are 32 hex digits, and keys list shows them");
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
  remark("new tokens are signed with this key; what the one before has signed stays good until keys retire ends it; "
         "keys list shows its id");
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const KeysRetire& command) {
  const auto kid = parse_kid(command.kid);
  if (!kid) return tl::unexpected<Failure>(kid.error());
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  const auto keys = libtoken::authority::list_keys(*store, std::nullopt, now_unix_s());
  if (!keys) return fail(keys.error());
  const auto key = std::find_if(keys->begin(), keys->end(), [&](const KeyInfo& one) { return one.kid == *kid; });
  std::size_t live = 0;
  if (key != keys->end() && key->state == libtoken::authority::KeyState::kVerifying) {
    live = key->live_tokens;
    remark(live == 0 ? std::string("no live token dies with this key of ") + key->org_name
                     : counted(live, "live token") + " of " + key->org_name + (live == 1 ? " dies" : " die") +
                           " with this key");
    if (const auto consent = ask_consent("A retired key never verifies again.", command.yes); !consent)
      return tl::unexpected<Failure>(consent.error());
  }
  const auto retired =
      libtoken::authority::retire_key(*store, *kid, live, libtoken::authority::local_actor(), now_unix_s());
  // The id is one, so what is wrong is the key's state: the active one is refused, and the command line makes sense.
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
             ? std::string("the old ones are forgotten: backups of before do not open any more")
             : "the key file has " + counted(done->key_encryption_keys, "key") +
                   " now, all of which open: back it up anew; --forget-old leaves the newest alone");
  return Exit::kDone;
}

}  // namespace tokenctl
