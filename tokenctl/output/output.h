#pragma once

#include <string_view>

#include "libtoken/json.h"

#include "output/outcome.h"

namespace tokenctl {

/// Writes one line to stderr: `tokenctl: TEXT`. Control characters in it become `?`, so that it stays one line.
void remark(std::string_view text);

/// Writes a part of the answer to stdout, unchanged.
void answer(std::string_view text);
/// Writes the whole answer to stdout as one line of JSON, members in their order. It is all ASCII, so nothing in it can
/// control a terminal.
void answer_json(const libtoken::OrderedJson& json);
/// Whether the whole answer has reached stdout. Call it last.
[[nodiscard]] bool flush_answer();

}  // namespace tokenctl
