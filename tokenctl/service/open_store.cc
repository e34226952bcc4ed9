#include "service/open_store.h"

#include <cstdlib>

#include "authority/registry/labels.h"
#include "input/names.h"
#include "libtoken/text.h"
#include "output/output.h"

namespace tokenctl {
namespace {

using libtoken::Error;
using libtoken::ErrorKind;
using libtoken::authority::did_you_mean;
using libtoken::authority::nearest_names;
using libtoken::authority::Snapshot;
using libtoken::authority::Store;
using libtoken::authority::StoreAddress;

std::optional<std::string> store_of_environment() {
  const char* url = std::getenv("TOKENCTL_STORE");
  if (url == nullptr || *url == '\0') return std::nullopt;
  return url;
}

/// A store that cannot be opened is kFailed, a wrong address kUsage.
tl::unexpected<Failure> store_failure(const Error& error) {
  return fail(error.kind == ErrorKind::kInvalidArgument ? Exit::kUsage : Exit::kFailed, error.message);
}

}  // namespace

StoreAddress store_address(const Globals& globals) {
  StoreAddress address;
  if (globals.store) {
    address.url = *globals.store;
  } else if (const auto url = store_of_environment()) {
    address.url = *url;
  }
  if (globals.kek_file) address.kek_file = *globals.kek_file;
  return address;
}

Outcome<Store> open_store(const Globals& globals) {
  auto store = Store::open(store_address(globals));
  if (store) return std::move(*store);
  return store_failure(store.error());
}

Outcome<std::shared_ptr<const Snapshot>> open_registry(const Globals& globals) {
  auto store = Store::open(store_address(globals));
  auto snapshot = store ? Snapshot::load(*store) : tl::unexpected<Error>(store.error());
  if (snapshot) return std::move(*snapshot);
  if (globals.store) return store_failure(snapshot.error());
  if (store_of_environment())
    remark("names are not shown, because the store cannot be opened: " + snapshot.error().message);
  return nullptr;
}

const Snapshot* registry_of(const Snapshot* registry, std::string_view location) {
  return registry != nullptr && registry->location() == location ? registry : nullptr;
}

tl::unexpected<Failure> name_without_registry(const std::string& name) {
  return fail(Exit::kUsage, "cannot look up the name \"" + libtoken::escape_untrusted(name) +
                                "\": there is no store of the token's service here; give the id, or --store");
}

Outcome<std::uint64_t> org_id(const std::string& text, const Snapshot* registry) {
  const auto org = parse_org_or_app(text);
  if (!org) return tl::unexpected<Failure>(org.error());
  if (std::holds_alternative<std::uint64_t>(*org)) return std::get<std::uint64_t>(*org);
  if (registry == nullptr) return name_without_registry(text);
  if (const auto id = registry->org_id(text)) return *id;
  return fail(Exit::kRefused,
              "there is no org named \"" + text + "\"" + did_you_mean(nearest_names(text, registry->org_names())));
}

Outcome<std::uint64_t> app_id(const std::string& text, const Snapshot* registry) {
  const auto app = parse_org_or_app(text);
  if (!app) return tl::unexpected<Failure>(app.error());
  if (std::holds_alternative<std::uint64_t>(*app)) return std::get<std::uint64_t>(*app);
  if (registry == nullptr) return name_without_registry(text);
  if (const auto entry = registry->app(std::string_view(text))) return entry->id;
  return fail(Exit::kRefused,
              "there is no app named \"" + text + "\"" + did_you_mean(nearest_names(text, registry->app_names())));
}

}  // namespace tokenctl
