#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "fair_queue.h"
#include "job.h"
#include "management_request.h"

namespace tokend {

/// Where a request waits for a thread that has the store.
enum class Lane : std::uint8_t {
  kRevoke,        ///< to revoke, by a token that may revoke any of its org
  kNarrowRevoke,  ///< to revoke, by a token that may not, or only those of an app
  kWrite,
  kRead,
};
inline constexpr std::size_t kLanes = 4;

/// A request for the registry on its way to the store and back. Whoever sends it has a token that verifies.
class ManagementJob final : public Job {
 public:
  ManagementJob(ManagementRequest asked, std::string_view header, const Peer& from, Lane waits_in, const Caller& asks)
      : request(std::move(asked)), authorization(header), peer(from), lane(waits_in), caller(asks) {}

  [[nodiscard]] std::size_t size_in_memory() const noexcept override { return kAbout + authorization.capacity(); }
  [[nodiscard]] Response response() override { return std::move(answer); }

  const ManagementRequest request;
  const std::string authorization;
  const Peer peer;
  const Lane lane;
  const Caller caller;  ///< by its first token that verifies
  const std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now();
  Response answer;  ///< the store queue's, until it is done

 private:
  static constexpr std::size_t kAbout = 4096;  // what was read out of the body, about
};

}  // namespace tokend
