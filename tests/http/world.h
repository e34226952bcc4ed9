#pragma once

#include <cstdint>
#include <ctime>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "authority/registry/registry.h"
#include "authority/store/store.h"
#include "authority/tokens/issuer.h"
#include "support/daemon.h"
#include "support/http_client.h"

/// A store of its own with two orgs, an app in each, and a way to mint.
struct World {
  World();

  [[nodiscard]] std::string file() const { return (directory.path() / "tokens.db").string(); }
  [[nodiscard]] std::string mint(libtoken::Profile profile, const std::string& org,
                                 const std::optional<std::string>& app = std::nullopt,
                                 std::optional<std::int64_t> lifetime_s = 3600);
  /// A token that the issuer would never make, signed with that org's true key.
  [[nodiscard]] std::string forge(const std::string& key_of, const std::string& location,
                                  const libtoken::CaveatSet& caveats);

  support::TempDir directory;
  libtoken::authority::StoreAddress address;
  std::optional<libtoken::authority::Store> store;
  std::int64_t now = std::time(nullptr);
  libtoken::authority::Org dev;
  libtoken::authority::Org prod;
  libtoken::authority::App dev_api;
  libtoken::authority::App prod_api;
};

/// tokend over this world's store, on a free port.
[[nodiscard]] support::Daemon start_tokend(const World& world, std::vector<std::string> more = {});

/// The same, once and for all the tests of a file that change nothing.
struct Service {
  World world;
  support::Daemon daemon = start_tokend(world);
};

/// POST /v1/verify with the token in the body; the answer must be a 200.
[[nodiscard]] nlohmann::json ask(const support::Daemon& daemon, const std::string& token, const nlohmann::json& access);
/// The codes of its reasons, joined by commas; "allowed" if it is allowed.
[[nodiscard]] std::string outcome(const nlohmann::json& answer);

/// What a token looks like with one bit of its tail changed.
[[nodiscard]] std::string with_broken_tail(const std::string& header);
/// The token with more caveats.
[[nodiscard]] std::string narrowed(const std::string& header, const libtoken::CaveatSet& caveats);

template <class T>
T must(libtoken::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}
