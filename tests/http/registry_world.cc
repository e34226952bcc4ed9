#include "registry_world.h"

using namespace libtoken;
using namespace libtoken::authority;

std::string Told::outcome() const {
  std::string text_of_it = std::to_string(status);
  if (body.contains("error")) text_of_it += " " + body.at("error").at("code").get<std::string>();
  return text_of_it;
}

Told tell(support::HttpConnection& connection, const std::string& token, const std::string& method,
          const std::string& target, const nlohmann::json& body) {
  const std::string content = body.is_null() ? "" : body.dump();
  std::string request = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!token.empty()) request += "Authorization: " + token + "\r\n";
  if (!content.empty()) request += "Content-Length: " + std::to_string(content.size()) + "\r\n";
  connection.send(request + "\r\n" + content);
  const auto answer = connection.receive();
  if (!answer) throw std::runtime_error("no answer to " + method + " " + target);
  Told told{answer->status, answer->body, nlohmann::json::parse(answer->body), answer->headers};
  return told;
}

Told tell(const support::Daemon& daemon, const std::string& token, const std::string& method, const std::string& target,
          const nlohmann::json& body) {
  support::HttpConnection connection(daemon.port());
  return tell(connection, token, method, target, body);
}

Made make(World& world, MintRequest request) {
  const auto minted = must(mint(*world.store, request, local_actor(), world.now));
  return {minted.header, to_string(minted.id)};
}

Made make(World& world, Profile profile, const std::string& org, const std::optional<std::string>& app,
          const std::string& holder, Role role) {
  MintRequest request;
  request.profile = profile;
  request.org = org;
  if (app) request.app = *app;
  request.role = role;
  request.holder = holder;
  request.not_after_unix_s = world.now + 3600;
  return make(world, std::move(request));
}

std::optional<std::int64_t> last_used(World& world, const std::string& id) {
  return must(find_token(*world.store, must(parse_token_id(id)))).last_used_unix_s;
}

AuditEntry newest_entry(World& world, std::uint64_t org) {
  AuditFilter filter;
  filter.org = org;
  filter.limit = 1;
  const auto entries = must(list_audit(*world.store, filter));
  if (entries.empty()) throw std::runtime_error("the audit is empty");
  return entries.back();
}
