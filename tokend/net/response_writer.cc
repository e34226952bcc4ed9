#include "net/response_writer.h"

#include <httplib.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace tokend {
namespace {

/// The library's end of a request in memory.
class Pipe final : public httplib::Stream {
 public:
  Pipe(std::string_view head, std::string& out) noexcept : head_(head), out_(out) {}

  [[nodiscard]] bool is_readable() const override { return true; }
  [[nodiscard]] bool is_writable() const override { return true; }
  ssize_t read(char* to, std::size_t size) override {
    const std::size_t part = std::min(size, head_.size());
    std::memcpy(to, head_.data(), part);
    head_.remove_prefix(part);
    return static_cast<ssize_t>(part);
  }
  ssize_t write(const char* from, std::size_t size) override {
    out_.append(from, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  [[nodiscard]] socket_t socket() const override { return -1; }

 private:
  std::string_view head_;
  std::string& out_;
};

void put(Response from, httplib::Response& to) {
  to.status = from.status;
  to.headers.clear();
  to.headers.emplace("Cache-Control", "no-store");
  to.headers.emplace("Content-Type", "application/json");
  if (!from.allow.empty()) to.headers.emplace("Allow", from.allow);
  if (from.status == 401) to.headers.emplace("WWW-Authenticate", "FlyV1");
  if (from.status == 503) to.headers.emplace("Retry-After", "1");
  to.body = std::move(from.body);
}

}  // namespace

class ResponseWriter::Library final : private httplib::Server {
 public:
  Library() {
    set_pre_routing_handler([this](const httplib::Request&, httplib::Response& to) {
      put(std::move(*response_), to);
      return HandlerResponse::Handled;
    });
    set_exception_handler(
        [](const httplib::Request&, httplib::Response& to, std::exception_ptr) { put(internal_response(), to); });
    set_error_handler([](const httplib::Request&, httplib::Response& to) {
      if (to.body.empty()) put(error_response(400, "bad_request", "The daemon does not understand this request."), to);
    });
    set_post_routing_handler([](const httplib::Request&, httplib::Response& to) {
      to.headers.erase("Accept-Ranges");
      to.headers.erase("Keep-Alive");  // its numbers are the library's own, not ours
    });
  }

  void append(std::string_view method, Response response, bool close, std::string& to) {
    response_ = &response;
    head_.assign(method).append(" / HTTP/1.1\r\n\r\n");
    Pipe pipe(head_, to);
    bool library_would_close = false;
    process_request(pipe, close, library_would_close, nullptr);
  }

 private:
  Response* response_ = nullptr;  // the one being written
  std::string head_;              // kept for its memory
};

ResponseWriter::ResponseWriter() : library_(std::make_unique<Library>()) {}
ResponseWriter::~ResponseWriter() = default;

void ResponseWriter::append(std::string_view method, Response response, bool close, std::string& to) {
  library_->append(method, std::move(response), close, to);
}

}  // namespace tokend
