#include "world.h"

#include <cstdlib>

#include "libtoken/bundle.h"
#include "libtoken/profile.h"
#include "libtoken/third_party.h"

namespace bench {
namespace {

template <class T>
T must(libtoken::Result<T> result) {
  if (!result) std::abort();
  return std::move(*result);
}

}  // namespace

World::World()
    : kid_(16, 0x6b), root_{libtoken::SigningKey::generate(), kOrg}, shared_key_(libtoken::EncryptionKey::generate()) {}

const libtoken::RootKey* World::find(libtoken::ByteView kid) const noexcept {
  return libtoken::equal(kid, kid_) ? &root_ : nullptr;
}

std::string World::readonly_header() const {
  libtoken::CaveatSet caveats = libtoken::readonly_profile(kOrg);
  caveats.validity_window(kNow - 300, kNow + 86400);
  return "FlyV1 " + must(libtoken::Macaroon::mint(kid_, kLocation, root_.key, caveats)).text();
}

std::string World::deploy_header() const {
  libtoken::CaveatSet caveats = libtoken::deploy_profile(kOrg, kApp);
  caveats.validity_window(kNow - 300, kNow + 86400);
  libtoken::Macaroon token = must(libtoken::Macaroon::mint(kid_, kLocation, root_.key, caveats));
  if (!libtoken::add_third_party(token, kThirdParty, shared_key_, {})) std::abort();
  const auto& third_party = std::get<libtoken::ThirdParty>(token.unverified_caveats().back().body);
  libtoken::CaveatSet own = must(libtoken::binding_to(token));
  own.validity_window(kNow - 300, kNow + 3600);
  const auto opened = must(libtoken::OpenedTicket::open(third_party.ticket, shared_key_));
  return "FlyV1 " + token.text() + "," + must(opened.discharge(kThirdParty, own)).text();
}

std::string World::header_of(std::size_t caveats) const {
  libtoken::CaveatSet set;
  for (std::size_t i = 0; i < caveats; ++i)
    set.validity_window(kNow - 1000 - static_cast<std::int64_t>(i), kNow + 86400);
  return "FlyV1 " + must(libtoken::Macaroon::mint(kid_, kLocation, root_.key, set)).text();
}

libtoken::Access World::read_access() const {
  libtoken::Access access;
  access.action = libtoken::kRead;
  access.now_unix_s = kNow;
  access.org = kOrg;
  return access;
}

libtoken::Access World::deploy_access() const {
  libtoken::Access access = read_access();
  access.action = libtoken::kWrite;
  access.app = kApp;
  return access;
}

}  // namespace bench
