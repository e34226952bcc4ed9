#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "faults.h"

namespace faults {

/// A client that keeps its connection, and comes again if that ends. One thread's.
class Client {
 public:
  explicit Client(int port) : port_(port) {}
  /// Throws if there is no answer, however often it is asked for.
  [[nodiscard]] support::HttpAnswer send(const std::string& request);

 private:
  const int port_;
  std::optional<support::HttpConnection> connection_;
};

/// What became of a question about a token that can only have been revoked.
enum class Verdict : std::uint8_t {
  kAllowed,
  kRevoked,
  kNone,  ///< there is no store to judge by, or too much to do
};

/// The body of a question whether the token may read its org.
[[nodiscard]] std::string question_about(const Held& token);
/// Asks one. Throws if the answer is another than those.
[[nodiscard]] Verdict ask(Client& client, const std::string& question);
/// Asks all of them at once.
[[nodiscard]] std::vector<Verdict> ask_all(Client& client, const std::vector<const std::string*>& questions);

}  // namespace faults
