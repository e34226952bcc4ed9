#include "client/daemon_client.h"

#include <chrono>
#include <cstdlib>

#include "client/http_exchange.h"
#include "client/reply_json.h"
#include "input/token_source.h"
#include "libtoken/bundle.h"
#include "libtoken/text.h"

namespace tokenctl {
namespace {

using json = libtoken::Json;

constexpr std::chrono::seconds kTimeout{30};
constexpr std::size_t kMaxResponseBytes = std::size_t{64} << 20;  // a list of some hundred thousand tokens
constexpr std::size_t kMaxMessageBytes = 1000;

Outcome<Url> parse_server(const std::string& text) {
  auto url = parse_url(text);
  const std::string shown = libtoken::escape_untrusted(text, 200);
  if (!url) return fail(Exit::kUsage, shown + ": not a server's URL: " + url.error().message);
  if (url->target.find('?') != std::string::npos)
    return fail(Exit::kUsage, shown + ": not a server's URL: it has a query");
  if (!url->https && !is_loopback(*url))
    return fail(Exit::kUsage, shown + ": a token is only sent over https, or to this machine");
  while (url->target.ends_with('/')) url->target.pop_back();
  return std::move(*url);
}

/// The Authorization header for a token's text; `where` says where that comes from.
Outcome<std::string> credential_of(std::string_view text, const std::string& where) {
  auto token = take_out_token(text);
  if (!token) return fail(Exit::kRefused, where + " holds no token to ask with: " + token.error().message);
  const auto bundle = libtoken::Bundle::parse(*token);
  if (!bundle) return fail(Exit::kRefused, where + " holds no token to ask with: " + sentence(bundle.error()));
  return token->find(' ') == std::string::npos ? "FlyV1 " + *token : std::move(*token);
}

Outcome<std::string> read_credential(const Globals& globals) {
  if (globals.as_file) {
    const auto read = read_input(*globals.as_file);
    if (!read) return tl::unexpected<Failure>(read.error());
    return credential_of(*read,
                         *globals.as_file == "-" ? "standard input" : libtoken::escape_untrusted(*globals.as_file));
  }
  if (const char* value = std::getenv("TOKENCTL_AUTH"); value != nullptr && *value != '\0') {
    return credential_of(value, "TOKENCTL_AUTH");
  }
  return fail(Exit::kUsage, "there is no token to ask the server with: give --as-file FILE or set TOKENCTL_AUTH");
}

/// The exit status for an error. A 404 whose code is "not_found" is of a server that does not have the endpoint.
Exit exit_for(int status, const std::string& code) {
  switch (status) {
    case 400: return Exit::kUsage;
    case 404: return code == "not_found" ? Exit::kFailed : Exit::kRefused;
    case 401:
    case 403:
    case 409: return Exit::kRefused;
    default: return Exit::kFailed;
  }
}

/// The server, or a proxy before it, failed at something that it may have begun. A 503 of tokend's with another code
/// has changed nothing.
bool is_unclear(int status, const std::string& code) {
  return status == 500 || status == 502 || status == 504 || code == "store_unavailable";
}

std::string text_member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

tl::unexpected<Failure> unexpected_reply(const DaemonClient& daemon) {
  return tl::unexpected(Failure{Exit::kFailed, daemon.name() + " gave an answer that tokend does not give", true});
}

DaemonClient DaemonClient::make(Url url, std::string credential) {
  DaemonClient client;
  client.url_ = std::move(url);
  client.name_ = origin_of(client.url_);
  client.credential_ = std::move(credential);
  return client;
}

Outcome<DaemonClient> DaemonClient::open(const Globals& globals, const std::string& server) {
  auto url = parse_server(server);
  if (!url) return tl::unexpected<Failure>(url.error());
  auto credential = read_credential(globals);
  if (!credential) return tl::unexpected<Failure>(credential.error());
  DaemonClient client = make(std::move(*url), std::move(*credential));
  client.read_stdin_ = globals.as_file == "-";
  return client;
}

Outcome<DaemonClient> DaemonClient::open_with(std::string_view token, const std::string& server) {
  auto url = parse_server(server);
  if (!url) return tl::unexpected<Failure>(url.error());
  auto credential = credential_of(token, "what was given");
  if (!credential) return tl::unexpected<Failure>(credential.error());
  return make(std::move(*url), std::move(*credential));
}

Outcome<json> DaemonClient::get(std::string_view path, const Query& query) const { return ask("GET", path, query, {}); }
Outcome<json> DaemonClient::post(std::string_view path, const json& body) const {
  return ask("POST", path, {}, body.dump(-1, ' ', false, json::error_handler_t::replace));
}
Outcome<json> DaemonClient::remove(std::string_view path, const Query& query) const {
  return ask("DELETE", path, query, {});
}
Outcome<json> DaemonClient::remove(std::string_view path, const json& body) const {
  return ask("DELETE", path, {}, body.dump(-1, ' ', false, json::error_handler_t::replace));
}

Outcome<json> DaemonClient::ask(const char* method, std::string_view path, const Query& query, std::string body) const {
  HttpRequest request{method, url_, std::move(body), credential_, kMaxResponseBytes};
  request.url.target += path;
  char separator = '?';
  for (const auto& [name, value] : query) {
    request.url.target += separator + percent_encoded(name) + "=" + percent_encoded(value);
    separator = '&';
  }
  const auto response = http_exchange(request, std::chrono::steady_clock::now() + kTimeout);
  if (!response) {
    const auto& [words, may_have_arrived] = response.error();
    return tl::unexpected(Failure{Exit::kFailed, name_ + " gave no answer: " + words, may_have_arrived});
  }
  const int status = response->status;
  if (status >= 300 && status < 400) {
    return fail(Exit::kFailed,
                name_ + " redirects elsewhere (" + std::to_string(status) + "); redirects are not followed");
  }
  auto answer = parse_reply(response->body);
  if (!answer) return unexpected_reply(*this);
  if (status >= 200 && status < 300) return std::move(*answer);

  const auto error = answer->find("error");
  if (error == answer->end() || !error->is_object()) return unexpected_reply(*this);
  const std::string code = text_member(*error, "code");
  std::string message = text_member(*error, "message");
  if (message.ends_with('.')) message.pop_back();
  return tl::unexpected(Failure{exit_for(status, code),
                                name_ + " says: " + libtoken::escape_untrusted(message, kMaxMessageBytes) + " (" +
                                    libtoken::escape_untrusted(code, 60) + ")",
                                is_unclear(status, code)});
}

}  // namespace tokenctl
