#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "job.h"
#include "management_request.h"

namespace tokend {

/// A request for the registry on its way to the desk and back. Whoever sends it has a token that verifies.
class ManagementJob final : public Job {
 public:
  ManagementJob(ManagementRequest asked, std::string_view header, const Peer& from, std::uint64_t org)
      : request(std::move(asked)), authorization(header), peer(from), asker_org(org) {}

  [[nodiscard]] std::size_t size_in_memory() const noexcept override { return kAbout + authorization.capacity(); }
  [[nodiscard]] Response response() override { return std::move(answer); }

  const ManagementRequest request;
  const std::string authorization;
  const Peer peer;
  const std::uint64_t asker_org;  ///< of its first token, for the share that one may have of the queue
  const std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now();
  Response answer;                ///< the desk's, until it is done

 private:
  static constexpr std::size_t kAbout = 4096;  // what was read out of the body, about
};

}  // namespace tokend
