// What a third party replies to `tokenctl third-party fetch`: the input is its replies, one after the other, each a
// byte for the status, two for the length, and the body. A discharge for our ticket comes out, or a failure.
#include <string_view>

#include "client/discharge_protocol.h"
#include "client/http_exchange.h"
#include "libtoken/text.h"
#include "output/output.h"
#include "rebuild.h"

namespace {

constexpr std::array<int, 8> kStatuses{200, 201, 202, 204, 302, 400, 404, 500};

libtoken::ByteView replies;

void check_shown(std::string_view text) {
  for (const char c : text) fuzz::must((c < 0 || c >= ' ') && c != 0x7f, "a sentence with a control character");
  fuzz::must(libtoken::is_utf8(libtoken::bytes_of(text)), "a sentence that is not UTF-8");
}

}  // namespace

namespace tokenctl {

// In place of the program's own, which uses the network and the terminal.
tl::expected<HttpResponse, HttpFailure> http_exchange(const HttpRequest&, std::chrono::steady_clock::time_point) {
  if (replies.size() < 3) return tl::unexpected<HttpFailure>(HttpFailure{"no connection", false});
  const int status = kStatuses[replies[0] % kStatuses.size()];
  const std::size_t length = std::min<std::size_t>(replies.size() - 3, replies[1] * std::size_t{256} + replies[2]);
  HttpResponse response{status, std::string(libtoken::text_of(replies.subspan(3, length)))};
  replies = replies.subspan(3 + length);
  return response;
}

void remark(std::string_view text) { check_shown(text); }

}  // namespace tokenctl

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr std::array<std::uint8_t, 24> kTicket{1, 2, 3};
  libtoken::TicketView ticket;
  ticket.location = "https://auth.example.com";
  ticket.ticket = kTicket;
  tokenctl::FetchPolicy policy;
  policy.deadline = std::chrono::steady_clock::now() + std::chrono::hours(1);
  policy.poll_interval = policy.longest_interval = std::chrono::milliseconds(0);
  replies = {data, size};
  const auto discharge = tokenctl::fetch_discharge(ticket, policy);
  if (!discharge) {
    check_shown(discharge.error().message);
    return 0;
  }
  fuzz::must(discharge->location() == ticket.location && libtoken::equal(discharge->nonce().kid, ticket.ticket),
             "a discharge for another ticket");
  fuzz::must_rebuild(discharge->view());
  return 0;
}
