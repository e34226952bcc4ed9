#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include "libtoken/result.h"

namespace tokenctl {

/// What the program's exit status says (README.md).
enum class Exit : int {
  kDone = 0,     ///< done, or allowed
  kRefused = 1,  ///< denied, not verified, no such thing, not a token
  kUsage = 2,    ///< the command line makes no sense
  kFailed = 3,   ///< the store, the network or a file failed
};

/// Why a command was not done: one sentence for stderr, without its stop.
struct Failure {
  Exit exit = Exit::kFailed;
  std::string message;
};

template <class T>
using Outcome = tl::expected<T, Failure>;

[[nodiscard]] inline tl::unexpected<Failure> fail(Exit exit, std::string message) {
  return tl::unexpected<Failure>(Failure{exit, std::move(message)});
}

/// A library's error as this program reports it.
[[nodiscard]] tl::unexpected<Failure> fail(const libtoken::Error& error);

/// The sentence of an error; of half a token, how much is missing.
[[nodiscard]] std::string sentence(const libtoken::Error& error);

/// One line on stderr: `tokenctl: TEXT`. Control characters in it are shown as `?`, so that it stays one line.
void remark(std::string_view text);

/// Part of the answer, to stdout as it is.
void answer(std::string_view text);
/// The whole answer as one line of JSON, its members in their order, all ASCII, so that nothing in it can steer a terminal.
void answer_json(const nlohmann::ordered_json& json);
/// What was answered has reached stdout. Call it last.
[[nodiscard]] bool flush_answer();

/// Bold if stdout is a terminal and NO_COLOR is not set, else as it is.
[[nodiscard]] std::string heading(std::string_view text);

/// Breaks a text at spaces so that no line is wider than `width` columns if that can be had; each line after the first
/// begins with `indent` spaces. `column` is where the first one begins. Ends without a newline.
[[nodiscard]] std::string wrap(std::string_view text, std::size_t width, std::size_t indent = 0,
                               std::size_t column = 0);

/// How many columns a text takes up, one for each code point.
[[nodiscard]] std::size_t columns(std::string_view text);

/// The text and as many spaces as it takes to fill `width` columns.
[[nodiscard]] std::string padded(std::string_view text, std::size_t width);

/// Rows as columns two spaces apart, the first row being the heading.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

/// `3 bytes`, `1 byte`: an English plural.
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view noun);

}  // namespace tokenctl
