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
  std::chrono::milliseconds poll_interval{1000};     ///< before the first poll; it grows by half with each
  std::chrono::milliseconds longest_interval{5000};  ///< but not beyond this
  bool allow_http_loopback = false;
};

/// Asks a ticket's third party for the discharge: POST LOCATION/.well-known/macfly/3p with the ticket and nothing else
/// of the token, then polls until the discharge is there or the deadline has come. Remarks on stderr say what is waited
/// for. The discharge returned has the ticket's location and key id; its signature has not been checked.
///
/// Failures: kRefused (the third party refuses; its location may not be asked; the discharge is for another ticket),
/// kFailed (no response, or one that is not of the protocol; time is up).
[[nodiscard]] Outcome<libtoken::Macaroon> fetch_discharge(const libtoken::TicketView& ticket,
                                                          const FetchPolicy& policy);

}  // namespace tokenctl
