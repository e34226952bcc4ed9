#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <vector>

#include "libtoken/access.h"
#include "libtoken/keys.h"
#include "libtoken/macaroon.h"
#include "libtoken/verifier.h"

namespace bench {

inline constexpr std::int64_t kNow = 1'790'000'000;
inline constexpr std::uint64_t kOrg = 7;
inline constexpr std::uint64_t kApp = 12;
inline constexpr const char* kLocation = "https://tokens.localhost/v1";
inline constexpr const char* kThirdParty = "https://auth.localhost";

/// One root key and tokens signed with it.
class World final : public libtoken::KeySource {
 public:
  World();
  const libtoken::RootKey* find(libtoken::ByteView kid) const noexcept override;

  /// Organization, Organization r, ValidityWindow.
  std::string readonly_header() const;
  /// Organization, IfPresent, ValidityWindow, third party; and its bound discharge with a ValidityWindow.
  std::string deploy_header() const;
  /// So many caveats, each a ValidityWindow of its own.
  std::string header_of(std::size_t caveats) const;

  libtoken::Access read_access() const;
  libtoken::Access deploy_access() const;

  const libtoken::Bytes& kid() const noexcept { return kid_; }
  const libtoken::SigningKey& key() const noexcept { return root_.key; }

 private:
  libtoken::Bytes kid_;
  libtoken::RootKey root_;
  libtoken::EncryptionKey shared_key_;
};

/// Beside mean and median, the fastest of the repetitions: what the code takes when nothing on the machine disturbs it.
inline void with_fastest(benchmark::internal::Benchmark* benchmark) {
  benchmark->ComputeStatistics(
      "min", [](const std::vector<double>& times) { return *std::min_element(times.begin(), times.end()); });
}

}  // namespace bench
