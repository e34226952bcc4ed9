#include "requests/management_request.h"

#include <charconv>

namespace tokend {
namespace {

using libtoken::authority::NameOrId;

std::optional<Response> read_ref(const Query& query, std::string_view name, std::optional<NameOrId>& ref) {
  const std::string* text = query.find(name);
  if (text == nullptr) return std::nullopt;
  auto parsed = libtoken::authority::parse_name_or_id(*text);
  if (!parsed) return bad_parameter(name, parsed.error().message + ".");
  ref = std::move(*parsed);
  return std::nullopt;
}

}  // namespace

Response bad_parameter(std::string_view name, const std::string& why) {
  return error_response(400, "bad_field", std::string(name) + ": " + why);
}

std::optional<Response> read_flag(const Query& query, std::string_view name, bool& flag) {
  const std::string* text = query.find(name);
  if (text == nullptr) return std::nullopt;
  if (*text != "true" && *text != "false") return bad_parameter(name, "write true or false.");
  flag = *text == "true";
  return std::nullopt;
}

std::optional<Response> read_limit(const Query& query, std::size_t most, std::size_t& limit) {
  const std::string* text = query.find("limit");
  if (text == nullptr) return std::nullopt;
  const char* end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, limit);
  if (read.ec == std::errc{} && read.ptr == end && limit >= 1 && limit <= most) return std::nullopt;
  return bad_parameter("limit", "write a number from 1 to " + std::to_string(most) + ".");
}

void read_text(const Query& query, std::string_view name, std::optional<std::string>& text) {
  if (const std::string* found = query.find(name)) text = *found;
}

std::optional<Response> read_path_id(const RequestParts& parts, ManagementRequest& request) {
  const auto id = libtoken::parse_token_id(parts.id);
  if (!id) return bad_parameter("id", "a token's id is written like 67a18dba-761b-5281-be62-275744f1eb41.");
  request.id = *id;
  return std::nullopt;
}

tl::expected<ManagementRequest, Response> ManagementRequest::parse(const RouteMatch& match, std::string_view body,
                                                                   std::int64_t now_unix_s) {
  const StoreEndpoint& endpoint = *match.route->endpoint;
  const auto query = Query::parse(match.query, endpoint.parameters);
  if (!query) return tl::unexpected(query.error());
  if (!endpoint.takes_body && !body.empty()) {
    return tl::unexpected(error_response(400, "bad_request", "This request takes no body."));
  }
  ManagementRequest request;
  request.route = match.route;
  if (auto refusal = read_ref(*query, "org", request.org)) return tl::unexpected(std::move(*refusal));
  if (auto refusal = read_ref(*query, "app", request.app)) return tl::unexpected(std::move(*refusal));
  if (endpoint.read != nullptr) {
    if (auto refusal = endpoint.read({*query, match.id, body, now_unix_s}, request)) {
      return tl::unexpected(std::move(*refusal));
    }
  }
  return request;
}

}  // namespace tokend
