#pragma once

#include <httplib.h>

#include <string>

#include "api/handlers.h"
#include "net/http_head.h"

namespace tokend {

/// Answers whole requests through the HTTP library and the handlers. The library is given a head that is built anew: the
/// method and one of our own targets, no header field at all. Whatever it would make of a Range, an Accept-Encoding, a
/// form's Content-Type, a REMOTE_ADDR or a percent sign cannot come up; target, token and body go to the handlers as they
/// came. One a worker.
class Exchange : private httplib::Server {
 public:
  explicit Exchange(RequestHandlers& handlers);

  /// Appends the answer to one request. `close`: the answer says that the connection ends.
  void answer(const Request& request, bool close, std::string& to);
  /// Appends an answer that is there already, to a request of this method.
  void reply(std::string_view method, Response response, bool close, std::string& to);

 private:
  class Pipe;
  void run(std::string_view method, std::string_view target, bool close, std::string& to);
  void put(Response from, httplib::Response& to);

  RequestHandlers& handlers_;
  const Request* request_ = nullptr;  // the one being answered, or
  Response* ready_ = nullptr;         // what it is answered with
  std::string head_;                  // kept for its memory
};

}  // namespace tokend
