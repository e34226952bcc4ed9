#include <algorithm>

#include "client/daemon_client.h"
#include "commands/run.h"
#include "input/times.h"
#include "libtoken/json.h"
#include "libtoken/text.h"
#include "output/layout.h"
#include "output/output.h"
#include "output/times.h"
#include "service/service.h"

namespace tokenctl {
namespace {

using json = libtoken::Json;

/// The text of a member, escaped; "" if it has none.
std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? libtoken::escape_untrusted(found->get<std::string>())
                                                     : std::string();
}

std::string field_if_any(std::string_view label, const std::string& text, const TextWidth& width) {
  return text.empty() ? std::string() : field(label, text, width);
}

std::string until(const json& token, std::int64_t now_unix_s) {
  const auto end = parse_time(text_of(token, "effective_not_after"));
  return end ? describe_time(*end, now_unix_s) : "no end; it is valid as long as its key";
}

/// "" for a token that is live, or of which no more is known than the line on its signature says.
std::string status(const json& token, std::int64_t now_unix_s) {
  const auto at = [&](const char* name, const char* words) {
    const auto time = parse_time(text_of(token, name));
    return time ? words + describe_time(*time, now_unix_s) : std::string();
  };
  const std::string name = text_of(token, "status");
  if (name == "expired") return at("ended", "ended ");
  if (name == "revoked") return at("revoked", "revoked ");
  return name == "not_yet_valid" ? at("starts", "begins ") : std::string();
}

std::string describe(const json& token, std::int64_t now_unix_s, const TextWidth& width) {
  const bool verified = token.value("verified", json()) == true;
  std::string signature = "checked: valid";
  if (!verified) {
    const json reason = token.value("reason", json::object());
    const std::string code = text_of(reason, "code");
    const std::string message = text_of(reason, "message");
    // The daemon says this of a token only once its signature has proved right.
    signature = code == "revoked" ? "valid, but it counts no more" : "not valid here";
    if (!message.empty()) signature += ": " + message;
  }
  return wrap(text_of(token, "allows"), width) + "\n\n" +
         field_if_any("Org", text_of(token.value("org", json::object()), "name"), width) +
         field_if_any("Profile", text_of(token, "profile"), width) +
         field_if_any("Name", text_of(token, "name"), width) + field_if_any("For", text_of(token, "for"), width) +
         field_if_any("Status", status(token, now_unix_s), width) + field("Until", until(token, now_unix_s), width) +
         field("Id", text_of(token, "id"), width) + field("Signature", signature, width);
}

std::string describe_all(const json& tokens, std::int64_t now_unix_s, const TextWidth& width) {
  std::string text;
  for (const json& token : tokens) {
    if (!text.empty()) text += "\n";
    if (token.contains("error")) {
      text += wrap("Not a token: " + text_of(token["error"], "message"), width) + "\n";
    } else {
      text += describe(token, now_unix_s, width);
    }
  }
  return text;
}

/// Whether the reply says of each part what it allows, or that it is not a token.
bool is_list_of_parts(const json& tokens) {
  return tokens.is_array() && !tokens.empty() && std::all_of(tokens.begin(), tokens.end(), [](const json& token) {
           return token.is_object() &&
                  (token.contains("error") || (!text_of(token, "id").empty() && !text_of(token, "allows").empty()));
         });
}

}  // namespace

Outcome<Exit> run(const Globals& globals, const WhoAmI&) {
  const auto server = server_url(globals);
  if (!server) {
    return fail(Exit::kUsage,
                "there is no server to ask: give --server or set TOKENCTL_SERVER; tokenctl inspect needs no server");
  }
  const auto daemon = DaemonClient::open(globals, *server);
  if (!daemon) return tl::unexpected<Failure>(daemon.error());
  const auto reply = daemon->get("/v1/whoami");
  if (!reply) return tl::unexpected<Failure>(reply.error());
  const json tokens = reply->value("tokens", json());
  if (!is_list_of_parts(tokens)) return unexpected_reply(*daemon);
  if (globals.json) {
    answer_json(*reply);
  } else {
    answer(describe_all(tokens, now_unix_s(), text_width(globals.wide)));
  }
  return Exit::kDone;
}

}  // namespace tokenctl
