#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "authority/judge/judge.h"
#include "libtoken/access.h"
#include "libtoken/json.h"

namespace tokend {

/// Why a body is no question: a code for programs and a sentence for people, in which the client's words are escaped.
struct RequestProblem {
  std::string_view code;  ///< static: "bad_json", "unknown_field", "bad_field", "missing_field"
  std::string message;
};

/// The body of `POST /v1/verify`, read. Borrows the body: most of its texts stay where they stand.
class VerifyRequest {
 public:
  /// Reads `{"authorization": …, "access": {…}}`. Strict: JSON as libtoken::parse_json has it, no field that is not
  /// known, each of its own type, an action that is not empty. A name is a JSON string and an id a JSON number, always.
  [[nodiscard]] static tl::expected<VerifyRequest, RequestProblem> parse(std::string_view body);

  VerifyRequest(VerifyRequest&&) noexcept = default;
  VerifyRequest& operator=(VerifyRequest&&) noexcept = default;

  /// The token, if the body has one.
  [[nodiscard]] std::optional<std::string_view> authorization() const noexcept { return authorization_; }

  /// The question as the judge takes it: views into the body, this object and `authorization`.
  [[nodiscard]] libtoken::authority::Question question(std::string_view authorization) const noexcept;

 private:
  struct Reader;
  VerifyRequest() = default;

  std::shared_ptr<const libtoken::Json> tree_;  // has the texts that are not in the body as they are meant
  std::optional<std::string_view> authorization_;
  libtoken::authority::ResourceRef org_;
  libtoken::authority::ResourceRef app_;
  libtoken::Access rest_;
  std::vector<std::string_view> command_;  // what rest_ will show of it, wherever this object is moved to
};

}  // namespace tokend
