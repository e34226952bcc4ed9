#pragma once

#include <httplib.h>

#include <chrono>

#include "connection.h"
#include "handlers.h"
#include "libtoken/verifier.h"

namespace tokend {

/// Runs requests of one connection after another through the HTTP library and the handlers. The library's part is
/// small: it reads the request line and a body in chunks, and writes the answer; its router, its files, its ranges and
/// its compression are not reached. One a thread.
class Exchange : private httplib::Server {
 public:
  explicit Exchange(const RequestHandlers& handlers);

  enum class Next : std::uint8_t { kKeep, kClose };
  /// Answers the request that has begun to arrive. `last`: the connection ends after it in any case.
  [[nodiscard]] Next serve(Connection& connection, bool last);

 private:
  void answer(const httplib::Request& from, httplib::Response& to, std::string_view body);
  void read_body_and_answer(const httplib::Request& from, httplib::Response& to, const httplib::ContentReader& reader);
  void refuse(Connection& connection, const Response& response);

  const RequestHandlers& handlers_;
  libtoken::VerifierScratch scratch_;
  std::string body_;  // kept for its memory
};

}  // namespace tokend
