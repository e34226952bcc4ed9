#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "net/http.h"

namespace tokend {

/// The query of a target: `name=value&name=value`.
class Query {
 public:
  /// Strict: each parameter is one of `known`, and stands there once. Names are compared as they are; values are
  /// percent-decoded (a plus sign stays a plus sign), and must be UTF-8 without control characters and have 1 to 4096
  /// bytes. The refusal is a 400. The names in `known` must outlive this.
  [[nodiscard]] static tl::expected<Query, Response> parse(std::string_view query,
                                                           std::span<const std::string_view> known);

  /// The value of a parameter; null if it is not in the query.
  [[nodiscard]] const std::string* find(std::string_view name) const noexcept;

 private:
  struct Parameter {
    std::string_view name;
    std::string value;
  };
  std::vector<Parameter> parameters_;
};

}  // namespace tokend
