#include "client/daemon_client.h"

#include <chrono>
#include <cstdlib>

#include "client/http_exchange.h"
#include "libtoken/bundle.h"
#include "libtoken/text.h"
#include "input/token_source.h"

namespace tokenctl {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kPatience{30};
// A list of some hundred thousand tokens.
constexpr std::size_t kMostReplyBytes = std::size_t{64} << 20;
constexpr std::size_t kMostMessageBytes = 1000;

Outcome<Url> parse_server(const std::string& text) {
  auto url = parse_url(text);
  const std::string shown = libtoken::escape_untrusted(text, 200);
  if (!url) return fail(Exit::kUsage, shown + " is no server to ask: " + url.error().message);
  if (url->target.find('?') != std::string::npos)
    return fail(Exit::kUsage, shown + " is no server to ask: it has a query in it");
  if (!url->https && !is_loopback(*url))
    return fail(Exit::kUsage, shown + " is not asked: a token goes over https alone, or to this very machine");
  while (url->target.ends_with('/')) url->target.pop_back();
  return std::move(*url);
}

Outcome<std::string> read_credential(const Globals& globals) {
  std::string text;
  std::string where = "TOKENCTL_AUTH";
  if (globals.as_file) {
    auto read = read_input(*globals.as_file);
    if (!read) return tl::unexpected<Failure>(read.error());
    text = std::move(*read);
    where = *globals.as_file == "-" ? "standard input" : libtoken::escape_untrusted(*globals.as_file);
  } else if (const char* value = std::getenv("TOKENCTL_AUTH"); value != nullptr && *value != '\0') {
    text = value;
  } else {
    return fail(Exit::kUsage, "there is no token to ask the server with: give --as-file FILE or set TOKENCTL_AUTH");
  }
  text = without_pasted_space(text);
  const auto bundle = libtoken::Bundle::parse(text);
  if (!bundle) return fail(Exit::kRefused, where + " holds no token to ask with: " + sentence(bundle.error()));
  return text.find(' ') == std::string::npos ? "FlyV1 " + text : text;
}

std::string percent_encoded(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

/// What an answer that is not 2xx comes to. A 404 is a refusal only if the daemon knows the question.
Exit exit_of(int status, const std::string& code) {
  switch (status) {
    case 400:
      return Exit::kUsage;
    case 404:
      return code == "not_found" ? Exit::kFailed : Exit::kRefused;
    case 401:
    case 403:
    case 409:
      return Exit::kRefused;
    default:
      return Exit::kFailed;
  }
}

std::string text_member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

tl::unexpected<Failure> unexpected_reply(const DaemonClient& daemon) {
  return fail(Exit::kFailed, daemon.name() + " gave an answer that is none of tokend's");
}

Outcome<DaemonClient> DaemonClient::open(const Globals& globals, const std::string& server) {
  auto url = parse_server(server);
  if (!url) return tl::unexpected<Failure>(url.error());
  auto credential = read_credential(globals);
  if (!credential) return tl::unexpected<Failure>(credential.error());
  DaemonClient client;
  client.url_ = std::move(*url);
  client.name_ = (client.url_.https ? "https://" : "http://") + authority_of(client.url_);
  client.credential_ = std::move(*credential);
  client.read_stdin_ = globals.as_file == "-";
  return client;
}

Outcome<json> DaemonClient::get(std::string_view path, const Query& query) const { return ask("GET", path, query, {}); }
Outcome<json> DaemonClient::post(std::string_view path, const json& body) const {
  return ask("POST", path, {}, body.dump(-1, ' ', false, json::error_handler_t::replace));
}
Outcome<json> DaemonClient::remove(std::string_view path, const Query& query) const {
  return ask("DELETE", path, query, {});
}

Outcome<json> DaemonClient::ask(const char* method, std::string_view path, const Query& query, std::string body) const {
  HttpRequest request;
  request.method = method;
  request.url = url_;
  request.url.target += path;
  char separator = '?';
  for (const auto& [name, value] : query) {
    request.url.target += separator + percent_encoded(name) + "=" + percent_encoded(value);
    separator = '&';
  }
  request.json = std::move(body);
  request.authorization = credential_;
  request.most_reply_bytes = kMostReplyBytes;
  const auto reply = http_exchange(request, std::chrono::steady_clock::now() + kPatience);
  if (!reply) return fail(Exit::kFailed, name_ + " gave no answer: " + reply.error());
  if (reply->status >= 300 && reply->status < 400) {
    return fail(Exit::kFailed,
                name_ + " sends us elsewhere (" + std::to_string(reply->status) + "), and no redirect is followed");
  }
  json answer = json::parse(reply->body, nullptr, false);
  if (!answer.is_object()) return unexpected_reply(*this);
  if (reply->status >= 200 && reply->status < 300) return answer;

  const auto error = answer.find("error");
  if (error == answer.end() || !error->is_object()) return unexpected_reply(*this);
  const std::string code = text_member(*error, "code");
  std::string message = text_member(*error, "message");
  if (message.ends_with('.')) message.pop_back();
  return fail(exit_of(reply->status, code), name_ + " says: " + libtoken::escape_untrusted(message, kMostMessageBytes) +
                                                " (" + libtoken::escape_untrusted(code, 60) + ")");
}

}  // namespace tokenctl
