#include "commands.h"
#include "libtoken/text.h"
#include "open_store.h"

namespace tokenctl {

using libtoken::authority::Store;
using libtoken::authority::StoreAddress;

Outcome<Exit> run(const Globals& globals, const StoreInit& command) {
  const StoreAddress address = store_address(globals);
  const auto store = Store::init(address, command.location.value_or(libtoken::authority::kDefaultLocation));
  if (!store) {
    const bool usage = store.error().kind == libtoken::ErrorKind::kInvalidArgument;
    return fail(usage ? Exit::kUsage : Exit::kFailed, store.error().message);
  }
  const std::string kek_file = address.kek_file ? address.kek_file->string() : store->path() + ".kek";
  if (globals.json) {
    answer_json({{"store", address.url}, {"kek_file", kek_file}, {"location", store->location()}});
  }
  const auto shown = [](const std::string& path) { return libtoken::escape_untrusted(path); };
  remark("made " + shown(store->path()) + " for tokens of " + shown(store->location()));
  remark("its key-encryption key is " + shown(kek_file) +
         ": without it the store is of no use, so back up both, apart");
  return Exit::kDone;
}

}  // namespace tokenctl
