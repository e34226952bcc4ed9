#pragma once

#include <chrono>
#include <string>

#include "libtoken/macaroon.h"
#include "libtoken/third_party.h"
#include "output/output.h"

namespace tokenctl {

/// How a third party is asked.
struct FetchPolicy {
  std::chrono::steady_clock::time_point deadline;
  std::chrono::milliseconds poll_interval{1000};     ///< before the first question again; then it grows
  std::chrono::milliseconds longest_interval{5000};  ///< to this
  bool allow_http_loopback = false;
};

/// Asks a ticket's third party for the discharge: POST LOCATION/.well-known/macfly/3p with the ticket and nothing else
/// of the token, then polls for as long as it takes. Remarks tell what is waited for. The discharge has the ticket's
/// location and key id; no signature has been checked.
///
/// Failures: kRefused (the third party says no; the location may not be asked; its discharge answers something else),
/// kFailed (no reply, or none that the protocol has; time is up).
[[nodiscard]] Outcome<libtoken::Macaroon> fetch_discharge(const libtoken::TicketView& ticket,
                                                          const FetchPolicy& policy);

}  // namespace tokenctl
