#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/http.h"

namespace tokend {

/// Writes responses through the HTTP library. The library is given a request head that is built anew: the client's
/// method and the target "/", without any header field. So whatever it would make of a Range, an Accept-Encoding, a
/// form's Content-Type, a REMOTE_ADDR or a percent sign cannot arise. One a worker.
class ResponseWriter {
 public:
  ResponseWriter();
  ~ResponseWriter();

  /// Appends the response to a request of this method; a method that the library does not know is answered with a 400.
  /// `close`: the response says that the connection ends.
  void append(std::string_view method, Response response, bool close, std::string& to);

 private:
  class Library;  // its header is slow to compile: response_writer.cc alone sees it
  const std::unique_ptr<Library> library_;
};

}  // namespace tokend
