#pragma once

#include <string>
#include <string_view>

#include "libtoken/json.h"
#include "output/outcome.h"

namespace tokenctl {

/// Writes one line to stderr: `tokenctl: TEXT`. Control characters in it become `?`, so that it stays one line.
void remark(std::string_view text);

/// Writes a part of the answer to stdout, unchanged.
void answer(std::string_view text);
/// JSON on one line, members in their order. It is all ASCII, so nothing in it can control a terminal.
[[nodiscard]] std::string json_text(const libtoken::OrderedJson& json);
/// Writes the whole answer to stdout as one line of JSON, as json_text() makes it.
void answer_json(const libtoken::OrderedJson& json);
/// Whether the whole answer has reached stdout. Call it last.
[[nodiscard]] bool flush_answer();

}  // namespace tokenctl
