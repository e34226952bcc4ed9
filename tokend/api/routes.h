#pragma once

#include <cstddef>
#include <string_view>
#include <tl/expected.hpp>

#include "net/http.h"
#include "requests/route.h"

namespace tokend {

/// The route of a request. Only the routes of the store queue take a query. The refusal is a 404 `not_found`, or a 405
/// with `Allow`.
[[nodiscard]] tl::expected<RouteMatch, Response> find_route(std::string_view method, std::string_view target);

/// Whether a request with this method and target is answered by a job: by the batch pool or the store queue. A path of
/// the store queue counts whatever the method.
[[nodiscard]] bool is_answered_later(std::string_view method, std::string_view target) noexcept;

/// How many bytes the body of a request may have.
[[nodiscard]] std::size_t max_body_bytes(std::string_view method, std::string_view target) noexcept;

}  // namespace tokend
