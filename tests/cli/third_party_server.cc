// A third party that plays every answer the discharge protocol has, and some that it has not. On raw sockets, since
// most of what it plays no HTTP library would send.
//
//   third_party_server SECRET_FILE REQUEST_LOG
//
// listens on a free port of 127.0.0.1, prints `listening on PORT`, appends every request it gets to REQUEST_LOG and
// runs until it is ended. What it plays is the first segment of the path: a token's location is
// http://127.0.0.1:PORT/PLAY.
#include <chrono>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "libtoken/third_party.h"
#include "raw_server.h"

namespace {

using nlohmann::json;

using raw_server::reply;
using raw_server::Request;
using raw_server::send_all;

std::mutex mutex;                            // guards what follows
std::map<std::string, int> polls;            // by path
std::map<std::string, std::string> tickets;  // by path: what was asked for there

class ThirdParty {
 public:
  ThirdParty(libtoken::EncryptionKey key, int port)
      : key_(std::move(key)), origin_("http://127.0.0.1:" + std::to_string(port)) {}

  void serve(int fd) const {
    Request request;
    if (!raw_server::read_request(fd, request)) return;
    const std::string play = request.path.substr(1, request.path.find_first_of("/?", 1) - 1);
    if (request.method == "POST") {
      if (request.path != "/" + play + "/.well-known/macfly/3p") return reply(fd, 404, R"({"error":"no such path"})");
      const json body = json::parse(request.body, nullptr, false);
      if (!body.is_object() || body.size() != 1 || !body.contains("ticket"))
        return reply(fd, 400, R"({"error":"no ticket"})");
      const std::lock_guard lock(mutex);
      tickets[play] = body["ticket"].get<std::string>();
      polls[play] = 0;
    }
    request.method == "POST" ? answer(fd, play) : answer_poll(fd, play);
  }

 private:
  void answer(int fd, const std::string& play) const {
    const std::string poll_url = origin_ + "/" + play + "/poll?id=1+1%2F";
    if (play == "direct") return reply(fd, 201, discharge(play));
    if (play == "chunked") return chunked(fd, discharge(play));
    if (play == "slow") return dribble(fd);
    if (play == "error") return reply(fd, 403, R"({"error":"no\u001b[31m access for you"})");
    if (play == "error-created") return reply(fd, 201, R"({"error":"not today"})");
    if (play == "failing") return reply(fd, 500, "{}");
    if (play == "status-200") return reply(fd, 200, discharge(play));
    if (play == "redirect") return reply(fd, 302, "", "Location: " + origin_ + "/direct/.well-known/macfly/3p\r\n");
    if (play == "wrong-origin") return reply(fd, 201, json{{"poll_url", "http://127.0.0.1:1/poll"}}.dump());
    if (play == "wrong-scheme") return reply(fd, 201, json{{"poll_url", "https" + origin_.substr(4) + "/poll"}}.dump());
    if (play == "user-in-url")
      return reply(fd, 201, json{{"poll_url", "http://a@" + origin_.substr(7) + "/poll"}}.dump());
    if (play == "long") return reply(fd, 201, R"({"discharge":")" + std::string(std::size_t{3} << 20, 'x') + "\"}");
    if (play == "just-long")
      return reply(fd, 201, R"({"error":")" + std::string((std::size_t{1} << 20) - 12, 'x') + "\"}");
    if (play == "just-too-long")
      return reply(fd, 201, R"({"error":")" + std::string((std::size_t{1} << 20) - 11, 'x') + "\"}");
    if (play == "long-status") return send_all(fd, "HTTP/1.1 201 " + std::string(1900000, 'x') + "\r\n\r\n{}");
    if (play == "long-status-later")
      return send_all(fd, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 " + std::string(900000, 'x') + "\r\n\r\n{}");
    if (play == "endless-head") return endless_head(fd);
    if (play == "broken") return reply(fd, 201, R"({"discharge": "fm2_)");
    if (play == "list") return reply(fd, 201, "[]");
    if (play == "repeated") return reply(fd, 201, R"({"poll_url":"a","poll_url":"b"})");
    if (play == "nothing") return reply(fd, 201, "{}");
    if (play == "empty") return reply(fd, 201, "");
    if (play == "number") return reply(fd, 201, R"({"discharge": 7})");
    if (play == "no-token") return reply(fd, 201, R"({"discharge": "fm2_!"})");
    if (play == "half-token") return reply(fd, 201, R"({"discharge": "fm2_lJPEE"})");
    if (play == "no-http") return send_all(fd, "what is this?\r\n\r\n");
    if (play == "hang") return void(std::this_thread::sleep_for(std::chrono::seconds(60)));
    if (play == "close") return;
    if (play == "half-reply") return send_all(fd, "HTTP/1.1 201 Answer\r\nContent-Length: 100\r\n\r\n{\"disch");
    if (play == "other-ticket" || play == "other-location") return reply(fd, 201, discharge(play));
    if (play == "interactive" || play == "interactive-script" || play == "interactive-spoof") {
      const std::string user_url = play == "interactive"          ? origin_ + "/login?next=%2F#top"
                                   : play == "interactive-script" ? "javascript:alert(1)"
                                                                  : "https://good.example@" + origin_.substr(7);
      return reply(fd, 201, json{{"user_interactive", {{"user_url", user_url}, {"poll_url", poll_url}}}}.dump());
    }
    if (play == "interactive-half") return reply(fd, 201, R"({"user_interactive":{"user_url":"https://a.example"}})");
    reply(fd, 201, json{{"poll_url", poll_url}}.dump());  // poll, never, poll-…
  }

  void answer_poll(int fd, const std::string& play) const {
    int count = 0;
    {
      const std::lock_guard lock(mutex);
      count = ++polls[play];
    }
    if (play == "never" || count <= 2) return reply(fd, 202, "");
    if (play == "poll-error") return reply(fd, 403, R"({"error":"the person said no"})");
    if (play == "poll-gone") return reply(fd, 404, "gone");
    if (play == "poll-redirect") return reply(fd, 307, "", "Location: " + origin_ + "/direct\r\n");
    reply(fd, 200, discharge(play));
  }

  // {"discharge": …} for the ticket that was asked about, or for what the play wants.
  std::string discharge(const std::string& play) const {
    std::string ticket;
    {
      const std::lock_guard lock(mutex);
      ticket = tickets[play];
    }
    const auto bytes = libtoken::from_base64(ticket);
    const auto opened =
        bytes ? libtoken::OpenedTicket::open(*bytes, key_) : libtoken::fail(libtoken::ErrorKind::kMalformed, "");
    if (!opened) return R"({"error":"the ticket does not open"})";
    const std::string location = origin_ + "/" + (play == "other-location" ? "elsewhere" : play);
    auto made = opened->discharge(location, libtoken::CaveatSet().action(libtoken::kRead));
    if (!made) return R"({"error":"no discharge"})";
    if (play == "other-ticket") {
      const auto other =
          libtoken::Macaroon::mint(libtoken::bytes_of("another"), location, libtoken::SigningKey::generate(), {});
      return json{{"discharge", other->text()}}.dump();
    }
    return json{{"discharge", (play == "poll" ? "FlyV1 " : "") + made->text()}}.dump();
  }

  static void chunked(int fd, const std::string& body) {
    send_all(fd, "HTTP/1.1 201 Answer\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (std::size_t at = 0; at < body.size(); at += 9) {
      const std::string chunk = body.substr(at, 9);
      send_all(fd, std::to_string(chunk.size()) + "\r\n" + chunk + "\r\n");
    }
    send_all(fd, "0\r\n\r\n");
  }

  // A byte every 50 ms: no single read takes long, the whole of it does.
  static void dribble(int fd) {
    send_all(fd, "HTTP/1.1 201 Answer\r\nContent-Length: 1000\r\n\r\n");
    for (int i = 0; i < 1000; ++i) {
      send_all(fd, " ");
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }

  static void endless_head(int fd) {
    send_all(fd, "HTTP/1.1 201 Answer\r\n");
    const std::string field = "X-More: " + std::string(4000, 'x') + "\r\n";
    for (int i = 0; i < 50000; ++i) send_all(fd, field);
  }

  libtoken::EncryptionKey key_;
  std::string origin_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::ifstream file(argv[1]);
  std::string text;
  std::getline(file, text);
  const auto bytes = libtoken::from_base64(text);
  const auto key =
      bytes ? libtoken::EncryptionKey::from_bytes(*bytes) : libtoken::fail(libtoken::ErrorKind::kBadKey, "");
  if (!key) return 2;
  return raw_server::run(
      argv[2], [&](int port) { return [third_party = ThirdParty(*key, port)](int fd) { third_party.serve(fd); }; });
}
