#include "exchange.h"

#include <cstring>

#include "http_head.h"

namespace tokend {
namespace {

constexpr std::chrono::milliseconds kRequestPatience{10'000};

void put(const Response& from, httplib::Response& to) {
  to.status = from.status;
  to.headers.erase("Cache-Control");
  to.headers.emplace("Cache-Control", "no-store");
  if (from.allow != nullptr) to.headers.emplace("Allow", from.allow);
  to.set_content(from.body, "application/json");
}

}  // namespace

Exchange::Exchange(const RequestHandlers& handlers) : handlers_(handlers) {
  body_.reserve(kMaxBodyBytes);
  set_pre_routing_handler([this](const httplib::Request& from, httplib::Response& to) {
    // The library decodes and pattern-matches paths. Here the target counts as it came, and only what passes goes on.
    if (RequestHandlers::wants_body(from.method, from.target)) return HandlerResponse::Unhandled;
    answer(from, to, {});
    return HandlerResponse::Handled;
  });
  // With a content reader, for otherwise the library takes what curl sends for a form, and refuses one above 8 KiB.
  Post("/v1/verify", [this](const httplib::Request& from, httplib::Response& to, const httplib::ContentReader& reader) {
    read_body_and_answer(from, to, reader);
  });
  set_exception_handler([](const httplib::Request&, httplib::Response& to, std::exception_ptr) {
    put(error_response(500, "internal", "The daemon failed at this; its log says more."), to);
  });
  set_error_handler([](const httplib::Request&, httplib::Response& to) {
    if (to.body.empty()) put(error_response(400, "bad_request", "This is no request that is understood here."), to);
  });
  set_post_routing_handler([](const httplib::Request&, httplib::Response& to) {
    to.headers.erase("Accept-Ranges");
    to.headers.erase("Keep-Alive");  // its numbers are the library's own, not ours
  });
}

void Exchange::answer(const httplib::Request& from, httplib::Response& to, std::string_view body) {
  const std::string authorization = from.get_header_value("Authorization");
  const bool v6 = from.remote_addr.find(':') != std::string::npos;
  const std::string peer =
      (v6 ? "[" + from.remote_addr + "]" : from.remote_addr) + ":" + std::to_string(from.remote_port);
  Request request;
  request.method = from.method;
  request.target = from.target;
  if (from.has_header("Authorization")) request.authorization = authorization;
  request.body = body;
  request.peer = peer;
  put(handlers_.handle(request, scratch_), to);
}

void Exchange::read_body_and_answer(const httplib::Request& from, httplib::Response& to,
                                    const httplib::ContentReader& reader) {
  body_.clear();
  bool too_large = false;
  const bool whole = reader([&](const char* data, std::size_t size) {
    too_large = body_.size() + size > kMaxBodyBytes;
    if (!too_large) body_.append(data, size);
    return !too_large;
  });
  if (too_large) return put(error_response(413, "too_large", "A request's body may have 65536 bytes."), to);
  if (!whole) return put(error_response(400, "bad_request", "The body did not come as it was announced."), to);
  answer(from, to, body_);
}

void Exchange::refuse(Connection& connection, const Response& response) {
  const std::string text = "HTTP/1.1 " + std::to_string(response.status) +
                           " Refused\r\nConnection: close\r\nContent-Type: application/json\r\n"
                           "Cache-Control: no-store\r\nContent-Length: " +
                           std::to_string(response.body.size()) + "\r\n\r\n" + response.body;
  connection.write(text.data(), text.size());
  if (connection.flush()) connection.linger();
}

Exchange::Next Exchange::serve(Connection& connection, bool last) {
  using Fault = Connection::HeadFault;
  const auto bytes = connection.read_head_bytes(kRequestPatience);
  if (!bytes) {
    if (bytes.error() == Fault::kTooLarge) {
      refuse(connection, error_response(431, "head_too_large", "A request's head may have 32768 bytes."));
    } else if (bytes.error() == Fault::kTooLate) {
      refuse(connection, error_response(408, "timeout", "The request did not come to an end in time."));
    }
    return Next::kClose;
  }
  const auto head = read_head(*bytes);
  if (!head) {
    refuse(connection, head.error());
    return Next::kClose;
  }
  const bool close = last || !head->keep_alive;
  connection.begin_request(*head);
  bool library_would_close = false;
  const bool written = process_request(connection, close, library_would_close, nullptr);
  if (!connection.flush() || !written) return Next::kClose;
  if (close) {
    if (connection.has_unread()) connection.linger();
    return Next::kClose;
  }
  return connection.discard_rest() ? Next::kKeep : Next::kClose;
}

}  // namespace tokend
