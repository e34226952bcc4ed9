// A disk that is really full: a small file system in memory. Mounting it needs root; without, nothing is tested here.
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "registry_world.h"
#include "support/catch.h"

using namespace libtoken::authority;
using libtoken::Profile;

namespace {

/// A file system of 32 MiB, which goes with it.
class SmallDisk {
 public:
  SmallDisk() : mounted_(::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=32m") == 0) {}
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  [[nodiscard]] bool is_there() const noexcept { return mounted_; }
  [[nodiscard]] std::string file(const std::string& name) const { return (folder_.path() / name).string(); }

  void fill() const {
    std::ofstream filler(file("filler"), std::ios::binary);
    const std::string part(64 * 1024, 'x');
    while (filler.write(part.data(), static_cast<std::streamsize>(part.size())).flush()) {
    }
    // The last pages.
    std::ofstream rest(file("rest"), std::ios::binary);
    while (rest.write(part.data(), 512).flush()) {
    }
  }
  void empty() const {
    ::unlink(file("filler").c_str());
    ::unlink(file("rest").c_str());
  }

 private:
  support::TempDir folder_;
  bool mounted_;
};

}  // namespace

TEST_CASE("on a full disk nothing is made, everything is judged, and tokens can be ended", "[disk]") {
  const SmallDisk disk;
  if (!disk.is_there()) {
    WARN("no file system could be mounted");
    return;
  }
  const StoreAddress address{"sqlite:" + disk.file("tokens.db"), std::nullopt};
  const std::int64_t now = std::time(nullptr);
  std::string admin;
  std::vector<Made> tokens;
  {
    Store store = must(Store::init(address, kDefaultLocation));
    (void)must(create_org(store, "arcadia-prod", std::nullopt, local_actor(), now));
    MintRequest request;
    request.profile = Profile::kOrg;
    request.org = std::string("arcadia-prod");
    request.not_after_unix_s = now + 3600;
    admin = must(mint(store, request, local_actor(), now)).header;
    request.profile = Profile::kReadonly;
    for (int i = 0; i < 20; ++i) {
      const auto minted = must(mint(store, request, local_actor(), now));
      tokens.push_back({minted.header, to_string(minted.id)});
    }
  }
  const support::Daemon daemon(TOKEND_PROGRAM, {"--listen", "127.0.0.1:0", "--store", address.url});
  const nlohmann::json wanted{{"profile", "readonly"}, {"expiry", "1h"}};
  const nlohmann::json reading{{"org", "arcadia-prod"}, {"action", "r"}};
  REQUIRE(tell(daemon, admin, "POST", "/v1/tokens", wanted).outcome() == "201");

  disk.fill();
  // What the log of the store still has room for.
  std::string refused;
  for (int i = 0; i < 2000 && refused.empty(); ++i) {
    const std::string made = tell(daemon, admin, "POST", "/v1/tokens", wanted).outcome();
    if (made != "201") refused = made;
  }
  CHECK(refused == "507 store_full");
  for (const Made& token : tokens) {
    CHECK(outcome(ask(daemon, token.header, reading)) == "allowed");
    CHECK(tell(daemon, admin, "DELETE", "/v1/tokens/" + token.id).outcome() == "200");
    CHECK(outcome(ask(daemon, token.header, reading)) == "revoked");
  }
  // Making tokens must not take the space that was kept aside.
  CHECK(tell(daemon, admin, "POST", "/v1/tokens", wanted).outcome() == "507 store_full");

  disk.empty();
  CHECK(tell(daemon, admin, "POST", "/v1/tokens", wanted).outcome() == "201");
  for (const Made& token : tokens) CHECK(outcome(ask(daemon, token.header, reading)) == "revoked");
}
