#pragma once

#include <memory>
#include "libtoken/json.h"
#include <optional>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "authority/judge/judge.h"
#include "authority/registry/request_json.h"
#include "libtoken/access.h"

namespace libtoken::authority {

/// A question for the judge, read from JSON: the body of `POST /v1/verify` (tokend/README.md). Borrows the body: most
/// of its texts stay where they are.
class ParsedQuestion {
 public:
  /// Reads `{"authorization": …, "access": {…}}`. Strict: JSON as libtoken::parse_json() has it, no unknown field, each
  /// of its own type, an action that is not empty. A name is always a JSON string and an id a JSON number. Allocates
  /// nothing for a body of plain strings and whole numbers.
  [[nodiscard]] static tl::expected<ParsedQuestion, RequestProblem> parse(std::string_view body);

  ParsedQuestion(ParsedQuestion&&) noexcept = default;
  ParsedQuestion& operator=(ParsedQuestion&&) noexcept = default;

  /// The token, if the body has one.
  [[nodiscard]] std::optional<std::string_view> authorization() const noexcept { return authorization_; }

  /// The question as the judge takes it: views into the body, into this object and into `authorization`.
  [[nodiscard]] Question question(std::string_view authorization) const noexcept;

 private:
  struct Reader;
  ParsedQuestion() = default;

  std::shared_ptr<const libtoken::Json> tree_;  // owns the texts that do not stand in the body as they are meant
  std::optional<std::string_view> authorization_;
  ResourceRef org_;
  ResourceRef app_;
  Access rest_;
  std::vector<std::string_view> command_;  // question() points rest_.command here, so that moving this object is safe
};

}  // namespace libtoken::authority
