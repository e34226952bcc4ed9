#include "net/http.h"

#include "libtoken/json_text.h"

namespace tokend {
namespace {

const char* reason_phrase(int status) noexcept {
  switch (status) {
    case 400: return "Bad Request";
    case 408: return "Request Timeout";
    case 413: return "Payload Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 431: return "Request Header Fields Too Large";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Refused";
  }
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

Response internal_response() {
  return error_response(500, "internal", "The daemon failed at this; its log says more.");
}

void append_closing_response(const Response& response, std::string& to) {
  to += "HTTP/1.1 " + std::to_string(response.status) + " " + reason_phrase(response.status) +
        "\r\nConnection: close\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n";
  if (response.status == 503) to += "Retry-After: 1\r\n";
  to += "Content-Length: " + std::to_string(response.body.size()) + "\r\n\r\n" + response.body;
}

}  // namespace tokend
