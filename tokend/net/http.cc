#include "net/http.h"

#include <array>
#include <charconv>

#include "libtoken/json_text.h"

namespace tokend {
namespace {

/// RFC 9110 §15; the statuses that are answered here.
std::string_view reason_phrase(int status) noexcept {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    default: return "";
  }
}

void append_number(std::size_t number, std::string& to) {
  std::array<char, 20> digits;
  to.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

}  // namespace

Response error_response(int status, std::string_view code, std::string_view message) {
  Response response;
  response.status = status;
  response.body = "{\"error\":{\"code\":";
  libtoken::append_json_string(code, response.body);
  response.body += ",\"message\":";
  libtoken::append_json_string(message, response.body);
  response.body += "}}\n";
  return response;
}

Response busy_response() {
  return error_response(503, "busy", "Too much is being sent at once; try again in a moment.");
}

Response body_too_large_response(std::size_t most) {
  return error_response(413, "too_large", "A request's body may have " + std::to_string(most) + " bytes.");
}

Response internal_response() {
  return error_response(500, "internal", "The daemon failed at this; its log says more.");
}

void append_response(const Response& response, std::string_view method, bool close, std::string& to) {
  to += "HTTP/1.1 ";
  append_number(static_cast<std::size_t>(response.status), to);
  to += ' ';
  to += reason_phrase(response.status);
  if (close) to += "\r\nConnection: close";
  if (!response.allow.empty()) to.append("\r\nAllow: ").append(response.allow);
  if (response.status == 401) to.append("\r\nWWW-Authenticate: ").append(response.challenge);
  if (response.status == 429 || response.status == 503) {
    to += "\r\nRetry-After: ";
    append_number(static_cast<std::size_t>(response.retry_after_s), to);
  }
  to += "\r\nCache-Control: no-store\r\nContent-Type: application/json\r\nContent-Length: ";
  append_number(response.body.size(), to);
  to += "\r\n\r\n";
  if (method != "HEAD") to += response.body;
}

}  // namespace tokend
