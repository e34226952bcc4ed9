// A server that answers what tokend never would, for scenarios of `tokenctl --server`.
//
//   daemon_stand_in REQUEST_LOG
//
// listens on a free port of 127.0.0.1, prints `listening on PORT`, appends every request it gets to REQUEST_LOG and
// runs until it is ended. What it plays is the first segment of the path: `--server http://127.0.0.1:PORT/PLAY`.
#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <thread>

#include "raw_server.h"

namespace {

using raw_server::reply;
using raw_server::send_all;

const char* const kId = "67a18dba-761b-5281-be62-275744f1eb41";

std::string error(const std::string& code, const std::string& message) {
  return R"({"error":{"code":")" + code + R"(","message":")" + message + "\"}}";
}

/// A listed token, in JSON, with these labels.
std::string token(const std::string& id, const std::string& name, const std::string& holder) {
  return R"({"id":")" + id + R"(","name":")" + name + R"(","profile":"readonly","app":null,"for":")" + holder +
         R"(","made_by":{"user":"root"},"created":"2026-01-01T00:00:00Z","expires":null,"status":"live","last_used":null})";
}

/// The id with this number.
std::string id_of(unsigned number) {
  char text[37];
  std::snprintf(text, sizeof text, "%08x-0000-5000-8000-000000000000", number);
  return text;
}

/// The number of the id after which this request asks the list to go on; 0: it is for the first page.
unsigned asked_after(const std::string& path) {
  const std::size_t after = path.find("after=");
  return after == std::string::npos ? 0 : static_cast<unsigned>(std::stoul(path.substr(after + 6, 8), nullptr, 16));
}

/// The answer to a revocation of kId with so many descendants.
std::string revoked_with_descendants(unsigned count) {
  std::string ids = std::string("\"") + kId + "\"";
  for (unsigned i = 1; i <= count; ++i) ids += ",\"" + id_of(i) + "\"";
  return R"({"revoked":[)" + ids + R"(],"already":[]})";
}

void serve(int fd) {
  raw_server::Request request;
  if (!raw_server::read_request(fd, request)) return;
  const std::string play = request.path.substr(1, request.path.find_first_of("/?", 1) - 1);
  const std::string path = request.path.substr(1 + play.size());

  static const std::map<std::string, std::pair<int, std::string>> kReplies{
      {"unauthorized", {401, error("revoked", "The token has been revoked.")}},
      {"denied", {403, error("not_allowed", "Caveat 2 forbids it.")}},
      {"unknown", {404, error("unknown", "There is no such thing.")}},
      {"older", {404, error("not_found", "There is nothing at this path.")}},
      {"conflict", {409, error("conflict", "Things have changed.")}},
      {"bad", {400, error("bad_field", "for: it is odd.")}},
      {"stale", {503, error("stale", "The store was not seen for a while.")}},
      {"internal", {500, error("internal", "Something broke.")}},
      {"hostile-error", {403, error("not\\u001b[31m_allowed", "\\u001b]0;title\\u0007\\u202etxt\\r\\n")}},
      {"no-json", {200, "<html>hello</html>"}},
      {"list", {200, "[]"}},
      {"empty", {200, ""}},
      {"no-members", {200, "{}"}},
      {"null-members", {200, R"({"tokens":null,"orgs":null,"apps":null,"keys":null,"entries":null,"revoked":null})"}},
      {"wrong-members",
       {200, R"({"tokens":[{"id":7}],"orgs":[7],"apps":[{"id":"x"}],"keys":[{"kid":1}],"entries":[[]],"revoked":[7],)"
             R"("already":[]})"}},
      {"formulas",
       {200, R"({"tokens":[)" + token(kId, "  =1+1", "\\u3000\\uff1d2") + "," + token(kId, "\\uff0b3", "\\uff0d4") +
                 "," + token(kId, "\\uff205", "a=6") + "]}"}},
      {"error-without-words", {403, "{}"}},
      {"hostile-text", {200, R"({"tokens":[)" + token(kId, "\\u001b[31mred\\u0007\\r\\n", "\\u202etxt\\u0000") + "]}"}},
  };
  if (const auto found = kReplies.find(play); found != kReplies.end())
    return reply(fd, found->second.first, found->second.second);
  if (play == "redirect") return reply(fd, 302, "", "Location: http://127.0.0.1:1/good\r\n");
  if (play == "redirect-here") return reply(fd, 307, "", "Location: /paged" + path + "\r\n");
  if (play == "big") return reply(fd, 200, R"({"orgs":[],"more":")" + std::string(std::size_t{3} << 20, 'x') + "\"}");
  if (play == "deep") return reply(fd, 200, "{\"orgs\":" + std::string(std::size_t{1} << 20, '['));
  if (play == "close") return;
  if (play == "hang") return void(std::this_thread::sleep_for(std::chrono::seconds(60)));
  // A list that never ends: of empty pages with another place to go on each time, or with two places in turn.
  if (play == "endless" || play == "alternating") {
    if (path.starts_with("/v1/orgs")) return reply(fd, 200, R"({"orgs":[]})");
    const unsigned next = play == "endless" ? asked_after(path) + 1 : asked_after(path) == 1 ? 2 : 1;
    return reply(fd, 200, R"({"tokens":[],"next":")" + id_of(next) + "\"}");
  }
  if (play == "many-revoked") {
    if (request.method == "DELETE") return reply(fd, 200, revoked_with_descendants(12'100));
    const std::string asked = path.substr(path.rfind('/') + 1);
    return reply(fd, 200, token(asked, "made", ""));
  }
  if (play == "revoked-before")  // more than was asked for
    return reply(fd, 200, R"({"revoked":[],"already":[")" + std::string(kId) + "\",\"" + id_of(1) + "\"]}");
  if (play == "half-reply") return send_all(fd, "HTTP/1.1 200 Answer\r\nContent-Length: 100\r\n\r\n{\"tokens\":[");
  if (play == "paged") {
    if (path.starts_with("/v1/orgs")) return reply(fd, 200, R"({"orgs":[]})");
    const std::string other = "00000000-0000-5000-8000-000000000001";
    if (path.find("after=") != std::string::npos)
      return reply(fd, 200, R"({"tokens":[)" + token(other, "second", "") + "]}");
    return reply(fd, 200, R"({"tokens":[)" + token(kId, "first", "") + R"(],"next":")" + kId + "\"}");
  }
  reply(fd, 404, error("not_found", "There is no such play."));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  return raw_server::run(argv[1], [](int) { return serve; });
}
