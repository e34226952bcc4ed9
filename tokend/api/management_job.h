#pragma once

#include <string>
#include <utility>
#include <vector>

#include "requests/management_request.h"
#include "state/store_job.h"

namespace tokend {

/// A management request on its way to the store and back. Its caller has a token that is good enough for its route.
class ManagementJob final : public StoreJob {
 public:
  ManagementJob(StoreQueue& queue, ManagementRequest asked, std::string_view header, const Peer& from, Lane waits_in,
                const Caller& charged)
      : StoreJob(queue, waits_in, charged), request(std::move(asked)), authorization(header), peer(from) {
    size_ = sizeof *this + authorization.capacity() + request.token.capacity() + request.mint.name.capacity() +
            request.mint.holder.capacity();
    for (const auto& command : request.mint.commands) {
      for (const std::string& word : command.args) size_ += sizeof word + word.capacity();
    }
  }

  [[nodiscard]] std::size_t size_in_memory() const noexcept override { return size_; }
  void drop_request() noexcept override {
    std::vector<libtoken::CaveatSet::Command>().swap(request.mint.commands);
    std::string().swap(authorization);
    std::string().swap(request.token);
  }

  // Not changed while a thread of the queue uses them.
  ManagementRequest request;
  std::string authorization;
  const Peer peer;

 private:
  std::size_t size_ = 0;
};

}  // namespace tokend
