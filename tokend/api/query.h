#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "net/http.h"

namespace tokend {

/// What follows the question mark of a target: `name=value&name=value`.
class Query {
 public:
  /// Strict: each parameter one of `known` and there once, its name as it is, its value percent-decoded (a plus sign is
  /// a plus sign), UTF-8 without control characters, at most 4096 bytes. The refusal is a 400. `query` and the names in
  /// `known` must outlive this.
  [[nodiscard]] static tl::expected<Query, Response> parse(std::string_view query,
                                                           std::span<const std::string_view> known);

  /// Null if it is not there.
  [[nodiscard]] const std::string* find(std::string_view name) const noexcept;

 private:
  struct Parameter {
    std::string_view name;
    std::string value;
  };
  std::vector<Parameter> parameters_;
};

}  // namespace tokend
