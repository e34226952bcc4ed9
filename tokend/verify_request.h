#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "authority/judge.h"
#include "libtoken/access.h"

namespace tokend {

/// Why a body is no question: a code for programs and a sentence for people, in which the client's words are escaped.
struct RequestProblem {
  std::string_view code;  ///< static: "bad_json", "unknown_field", "bad_field", "missing_field"
  std::string message;
};

/// The body of `POST /v1/verify`, read. Owns its texts.
class VerifyRequest {
 public:
  /// Reads `{"authorization": …, "access": {…}}`. Strict: JSON as libtoken::parse_json has it, no field that is not
  /// known, each of its own type, an action that is not empty. A name is a JSON string and an id a JSON number, always.
  [[nodiscard]] static tl::expected<VerifyRequest, RequestProblem> parse(std::string_view body);

  VerifyRequest(VerifyRequest&&) noexcept = default;
  VerifyRequest& operator=(VerifyRequest&&) noexcept = default;

  /// The token, if the body has one.
  [[nodiscard]] const std::optional<std::string>& authorization() const noexcept { return authorization_; }

  /// The question as the judge takes it: views into this object and `authorization`.
  [[nodiscard]] libtoken::authority::Question question(std::string_view authorization) const noexcept;

 private:
  using Ref = std::variant<std::monostate, std::string, std::uint64_t>;
  struct Reader;
  VerifyRequest() = default;

  std::optional<std::string> authorization_;
  libtoken::ActionMask action_;
  Ref org_;
  Ref app_;
  std::vector<std::optional<std::string>> texts_;  // one for each entry of the table in the source
  std::optional<std::vector<std::string>> command_;
  std::vector<std::string_view> command_views_;  // into command_'s strings, which moving does not move
};

}  // namespace tokend
