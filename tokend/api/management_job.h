#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "state/fair_queue.h"
#include "net/job.h"
#include "api/management_request.h"

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
      : request(std::move(asked)), authorization(header), peer(from), lane(waits_in), caller(asks) {
    size_ = sizeof *this + authorization.capacity() + request.mint.name.capacity() + request.mint.holder.capacity();
    for (const auto& command : request.mint.commands) {
      for (const std::string& word : command.args) size_ += sizeof word + word.capacity();
    }
  }

  [[nodiscard]] std::size_t size_in_memory() const noexcept override { return size_; }
  [[nodiscard]] Response response() override { return std::move(answer); }

  /// It will not be done: only who asked is still to be told.
  void drop_request() noexcept {
    std::vector<libtoken::CaveatSet::Command>().swap(request.mint.commands);
    std::string().swap(authorization);
  }

  // Not changed while anybody works with them.
  ManagementRequest request;
  std::string authorization;
  const Peer peer;
  const Lane lane;
  const Caller caller;  ///< by its first token that verifies
  const std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now();
  Response answer;  ///< the store queue's, until it is done

 private:
  std::size_t size_ = 0;
};

}  // namespace tokend
