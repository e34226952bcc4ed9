#include "client/discharge_protocol.h"

#include <algorithm>
#include <thread>

#include "client/http_exchange.h"
#include "libtoken/bundle.h"
#include "libtoken/bytes.h"
#include "libtoken/caveat_json.h"
#include "libtoken/text.h"
#include "output/layout.h"

namespace tokenctl {
namespace {

using libtoken::Macaroon;
using libtoken::TicketView;
using json = libtoken::Json;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view kPath = "/.well-known/macfly/3p";
constexpr std::chrono::seconds kRequestTimeout{30};
constexpr std::chrono::seconds kRemarkInterval{10};
constexpr std::size_t kMaxErrorBytes = 500;

/// Everything said to one third party about one ticket.
class Conversation {
 public:
  Conversation(const TicketView& ticket, const FetchPolicy& policy)
      : ticket_(ticket), policy_(policy), who_(libtoken::escape_untrusted(ticket.location)) {}

  Outcome<Macaroon> run() {
    auto origin = parse_location();
    if (!origin) return tl::unexpected<Failure>(origin.error());
    origin_ = std::move(*origin);
    remark("asking " + who_ + " for a discharge");
    Url url = origin_;
    url.target += kPath;
    const auto response = ask({"POST", std::move(url), json{{"ticket", libtoken::to_base64(ticket_.ticket)}}.dump()});
    if (!response) return tl::unexpected<Failure>(response.error());
    if (response->status != 201) return unexpected_answer(response->status);
    if (const json* interactive = member("user_interactive", json::value_t::object))
      return interact(json(*interactive));
    if (const json* url_text = member("poll_url", json::value_t::string)) return poll(url_text->get<std::string>());
    return discharge();
  }

 private:
  Outcome<Url> parse_location() const {
    auto url = parse_url(ticket_.location);
    if (!url) return fail(Exit::kRefused, who_ + " cannot be asked: " + url.error().message);
    if (url->target.find('?') != std::string::npos)
      return fail(Exit::kRefused, who_ + " cannot be asked: it has a query");
    if (auto allowed = check_scheme(*url); !allowed) return tl::unexpected<Failure>(allowed.error());
    while (url->target.ends_with('/')) url->target.pop_back();
    return std::move(*url);
  }

  Outcome<void> check_scheme(const Url& url) const {
    if (url.https || (policy_.allow_http_loopback && is_loopback(url))) return {};
    return fail(Exit::kRefused, who_ + " is not asked: its URL is not https" +
                                    (is_loopback(url) ? ", and --allow-http-loopback was not given" : ""));
  }

  /// Sends a request; the response's JSON is then in `answer_`, except for a 202 to a poll, which has none. An `error`
  /// in it, and a response that is not of the protocol, are failures.
  Outcome<HttpResponse> ask(HttpRequest request) {
    const auto deadline = std::min(policy_.deadline, steady_clock::now() + kRequestTimeout);
    auto response = http_exchange(request, deadline);
    if (!response) {
      if (steady_clock::now() >= policy_.deadline) return time_is_up();
      return fail(Exit::kFailed, who_ + " gave no discharge: " + response.error().words);
    }
    answer_ = json();
    if (response->status == 202 && request.method == "GET") return std::move(*response);
    if (response->status >= 300 && response->status < 400) {
      return fail(Exit::kFailed, who_ + " gave no discharge: it redirects elsewhere (" +
                                     std::to_string(response->status) + "); redirects are not followed");
    }
    auto parsed = libtoken::parse_json(response->body);
    if (!parsed || !parsed->is_object()) {
      return fail(Exit::kFailed, who_ + " gave no discharge: its response (" + std::to_string(response->status) +
                                     ") is not a JSON object");
    }
    answer_ = std::move(*parsed);
    if (answer_.contains("error")) {
      const json& error = answer_["error"];
      const std::string words = error.is_string() ? error.get<std::string>() : error.dump();
      return fail(Exit::kRefused,
                  who_ + " refuses the discharge: " + libtoken::escape_untrusted(words, kMaxErrorBytes));
    }
    if (response->status != 200 && response->status != 201) return unexpected_answer(response->status);
    return std::move(*response);
  }

  const json* member(const char* name, json::value_t type) const {
    const auto found = answer_.find(name);
    return found != answer_.end() && found->type() == type ? &*found : nullptr;
  }

  tl::unexpected<Failure> unexpected_answer(int status) const {
    return fail(Exit::kFailed, who_ + " gave no discharge: its response (" + std::to_string(status) +
                                   ") is not one of the protocol's");
  }
  tl::unexpected<Failure> time_is_up() const { return fail(Exit::kFailed, who_ + " gave no discharge: time is up"); }

  Outcome<Macaroon> interact(const json& interactive) {
    const auto user_url = interactive.find("user_url");
    const auto poll_url = interactive.find("poll_url");
    if (user_url == interactive.end() || !user_url->is_string() || poll_url == interactive.end() ||
        !poll_url->is_string()) {
      return unexpected_answer(201);
    }
    const auto text = user_url->get<std::string>();
    if (const auto url = parse_url(text, Fragment::kAllowed); !url) {
      return fail(Exit::kFailed, who_ + " gave no discharge: the page to open has a bad URL: " + url.error().message);
    }
    if (const auto url = checked_poll_url(poll_url->get<std::string>()); !url)
      return tl::unexpected<Failure>(url.error());
    remark("to continue, open this page: " + libtoken::escape_untrusted(text));
    return poll(poll_url->get<std::string>());
  }

  Outcome<Url> checked_poll_url(const std::string& text) const {
    auto url = parse_url(text);
    if (!url)
      return fail(Exit::kFailed, who_ + " gave no discharge: its poll_url is a bad URL: " + url.error().message);
    if (!same_origin(*url, origin_)) {
      return fail(Exit::kFailed, who_ + " gave no discharge: its poll_url leads to another server, " + origin_of(*url));
    }
    return std::move(*url);
  }

  Outcome<Macaroon> poll(const std::string& text) {
    const auto url = checked_poll_url(text);
    if (!url) return tl::unexpected<Failure>(url.error());
    const auto start = steady_clock::now();
    auto next_remark = start;
    milliseconds interval = policy_.poll_interval;
    while (true) {
      if (steady_clock::now() >= next_remark) {
        const auto waited = std::chrono::duration_cast<std::chrono::seconds>(steady_clock::now() - start);
        const auto left = std::chrono::duration_cast<std::chrono::seconds>(policy_.deadline - steady_clock::now());
        remark("waiting for " + who_ + ": " + counted(static_cast<std::uint64_t>(waited.count()), "second") +
               " so far, " + counted(static_cast<std::uint64_t>(std::max<std::int64_t>(left.count(), 0)), "second") +
               " left");
        next_remark += kRemarkInterval;
      }
      std::this_thread::sleep_until(std::min(steady_clock::now() + interval, policy_.deadline));
      if (steady_clock::now() >= policy_.deadline) return time_is_up();
      interval = std::min(interval * 3 / 2, policy_.longest_interval);
      const auto response = ask({"GET", *url, ""});
      if (!response) return tl::unexpected<Failure>(response.error());
      if (response->status == 202) continue;
      if (response->status != 200) return unexpected_answer(response->status);
      return discharge();
    }
  }

  /// The discharge in `answer_`, if it is for our ticket.
  Outcome<Macaroon> discharge() const {
    const json* text = member("discharge", json::value_t::string);
    if (text == nullptr) {
      return fail(Exit::kFailed, who_ + " gave no discharge: there is none in its response");
    }
    auto bundle = libtoken::Bundle::parse(text->get<std::string>());
    const std::string what = "what " + who_ + " gave is not a discharge: ";
    if (!bundle) return fail(Exit::kRefused, what + sentence(bundle.error()));
    if (bundle->parts().size() != 1) return fail(Exit::kRefused, what + "it has several tokens in it");
    if (!bundle->parts().front()) return fail(Exit::kRefused, what + sentence(bundle->parts().front().error()));
    Macaroon& macaroon = *bundle->parts().front();
    if (macaroon.location() != ticket_.location || !libtoken::equal(macaroon.nonce().kid, ticket_.ticket))
      return fail(Exit::kRefused, what + "it is not for our ticket");
    return std::move(macaroon);
  }

  const TicketView& ticket_;
  const FetchPolicy& policy_;
  const std::string who_;  ///< the third party, escaped
  Url origin_;
  json answer_;
};

}  // namespace

Outcome<Macaroon> fetch_discharge(const TicketView& ticket, const FetchPolicy& policy) {
  return Conversation(ticket, policy).run();
}

}  // namespace tokenctl
