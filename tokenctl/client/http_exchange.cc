#include "client/http_exchange.h"

#include <httplib.h>

#include <csignal>
#include <functional>
#include <memory>

#include "client/bounded_stream.h"
#include "client/connection_watchdog.h"

namespace tokenctl {
namespace {

using std::chrono::steady_clock;

constexpr std::uint64_t kMaxHeadBytes = 64 * 1024;

/// The library's client, plain or TLS, reading from a BoundedStream.
template <class Base>
class BoundedClient final : public Base {
 public:
  BoundedClient(const std::string& host, int port, std::uint64_t most_bytes, bool& too_much)
      : Base(host, port), most_bytes_(most_bytes), too_much_(too_much) {}

 private:
  bool process_socket(const typename Base::Socket& socket,
                      std::function<bool(httplib::Stream& stream)> callback) override {
    BoundedStream stream(socket.sock, socket.ssl, most_bytes_);
    const bool done = callback(stream);
    too_much_ = stream.was_too_much();
    return done;
  }

  const std::uint64_t most_bytes_;
  bool& too_much_;
};

/// A server that hangs up must not end the program.
class IgnoreBrokenPipes {
 public:
  IgnoreBrokenPipes() : before_(std::signal(SIGPIPE, SIG_IGN)) {}
  IgnoreBrokenPipes(const IgnoreBrokenPipes&) = delete;
  IgnoreBrokenPipes& operator=(const IgnoreBrokenPipes&) = delete;
  ~IgnoreBrokenPipes() { std::signal(SIGPIPE, before_); }

 private:
  void (*before_)(int);
};

std::string words_for(httplib::Error error) {
  switch (error) {
    case httplib::Error::Connection:
    case httplib::Error::BindIPAddress:
      return "there is no connection to it";
    case httplib::Error::ConnectionTimeout:
      return "it does not answer in time";
    case httplib::Error::SSLConnection:
      return "no TLS connection comes about";
    case httplib::Error::SSLLoadingCerts:
      return "the system's certificates cannot be read";
    case httplib::Error::SSLServerVerification:
      return "its certificate is not to be trusted";
    case httplib::Error::Read:
    case httplib::Error::Write:
      return "the connection broke off, or brought what is no reply";
    default:
      return "there is no reply to be had";
  }
}

std::unique_ptr<httplib::ClientImpl> make_client(const HttpRequest& request, std::chrono::milliseconds patience,
                                                 bool& too_much) {
  const Url& url = request.url;
  const std::uint64_t most_bytes = request.most_reply_bytes + kMaxHeadBytes;
  std::unique_ptr<httplib::ClientImpl> client;
  if (url.https) {
    client = std::make_unique<BoundedClient<httplib::SSLClient>>(url.host, url.port, most_bytes, too_much);
  } else {
    client = std::make_unique<BoundedClient<httplib::ClientImpl>>(url.host, url.port, most_bytes, too_much);
    // Plain HTTP is for this machine alone, whatever a resolver makes of the name.
    client->set_hostname_addr_map({{"localhost", "127.0.0.1"}});
  }
  client->enable_server_certificate_verification(true);
  client->set_follow_location(false);
  client->set_keep_alive(false);
  client->set_decompress(false);
  client->set_url_encode(false);
  client->set_connection_timeout(patience);
  client->set_read_timeout(patience);
  client->set_write_timeout(patience);
  return client;
}

}  // namespace

tl::expected<HttpReply, std::string> http_exchange(const HttpRequest& request, steady_clock::time_point deadline) {
  const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
  if (patience.count() <= 0) return tl::unexpected<std::string>("there is no time left");

  const IgnoreBrokenPipes ignore_broken_pipes;
  bool too_much = false;
  const auto client = make_client(request, patience, too_much);
  if (!client->is_valid()) return tl::unexpected<std::string>("no TLS connection comes about");
  ConnectionWatchdog watchdog(deadline);
  client->set_socket_options([&watchdog](socket_t socket) { watchdog.watch_socket(socket); });

  HttpReply reply;
  bool too_long = false;
  httplib::Request sent;
  sent.method = request.method;
  const std::string& target = request.url.target;
  sent.path = target.empty() || target.front() != '/' ? "/" + target : target;
  sent.headers = {{"Host", authority_of(request.url)},
                  {"Accept", "application/json"},
                  {"Accept-Encoding", "identity"},
                  {"User-Agent", "tokenctl"}};
  if (!request.authorization.empty()) sent.headers.emplace("Authorization", request.authorization);
  if (request.method == "POST") {
    sent.body = request.json;
    sent.headers.emplace("Content-Type", "application/json");
  }
  sent.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
    too_long = size > request.most_reply_bytes - reply.body.size();
    if (!too_long) reply.body.append(data, size);
    return !too_long;
  };
  httplib::Response received;
  httplib::Error error = httplib::Error::Success;
  const bool done = client->send(sent, received, error);
  watchdog.stop();

  if (too_long || too_much)
    return tl::unexpected<std::string>("its reply is longer than " + std::to_string(request.most_reply_bytes >> 20) +
                                       " MiB, or has a line that is too long");
  if (watchdog.was_too_late()) return tl::unexpected<std::string>("it does not answer in time");
  if (!done) return tl::unexpected<std::string>(words_for(error));
  reply.status = received.status;
  return reply;
}

}  // namespace tokenctl
