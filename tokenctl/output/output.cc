#include "output/output.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

namespace tokenctl {
namespace {

using libtoken::ErrorKind;

Exit exit_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kMalformed:
    case ErrorKind::kTruncated:
    case ErrorKind::kTooLarge:
    case ErrorKind::kWrongLocation:
    case ErrorKind::kUnknownKey:
    case ErrorKind::kBadSignature:
    case ErrorKind::kMissingDischarge:
    case ErrorKind::kFinalized:
    case ErrorKind::kRepeatedThirdParty:
    case ErrorKind::kMisplacedAttestation:
    case ErrorKind::kUnreachableElse:
    case ErrorKind::kNotFound:
    case ErrorKind::kAlreadyExists:
    case ErrorKind::kConflict:
    case ErrorKind::kRevoked: return Exit::kRefused;
    case ErrorKind::kInvalidArgument: return Exit::kUsage;
    case ErrorKind::kBadKey:
    case ErrorKind::kStoreUnavailable:
    case ErrorKind::kUnusableStore:
    case ErrorKind::kUnusableKeyFile:
    case ErrorKind::kClock: return Exit::kFailed;
  }
  return Exit::kFailed;
}

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0u) == 0x80u; }

bool wants_bold() {
  const char* no_color = std::getenv("NO_COLOR");
  return (no_color == nullptr || *no_color == '\0') && isatty(STDOUT_FILENO) == 1;
}

}  // namespace

tl::unexpected<Failure> fail(const libtoken::Error& error) { return fail(exit_of(error.kind), sentence(error)); }

std::string sentence(const libtoken::Error& error) {
  if (error.kind != ErrorKind::kTruncated || error.missing_bytes == 0) return error.message;
  return "this is half a token: at least " + counted(error.missing_bytes, "byte") +
         (error.missing_bytes == 1 ? " of it is missing" : " of it are missing");
}

void remark(std::string_view text) {
  std::string line = "tokenctl: ";
  for (const char c : text) line += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void answer(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void answer_json(const nlohmann::ordered_json& json) {
  answer(json.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

bool flush_answer() { return std::fflush(stdout) == 0 && std::ferror(stdout) == 0; }

std::string heading(std::string_view text) {
  static const bool bold = wants_bold();
  return bold ? "\x1b[1m" + std::string(text) + "\x1b[0m" : std::string(text);
}

std::string wrap(std::string_view text, std::size_t width, std::size_t indent, std::size_t column) {
  std::string out;
  bool line_is_empty = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line_is_empty && column + 1 + columns(word) > width) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
      line_is_empty = true;
    }
    if (!line_is_empty) {
      out += ' ';
      ++column;
    }
    out += word;
    column += columns(word);
    line_is_empty = false;
  }
  return out;
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t taken = columns(text);
  return std::string(text) + std::string(taken < width ? width - taken : 0, ' ');
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i]));
  }
  std::string out;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line;
    for (std::size_t i = 0; i < rows[r].size(); ++i) {
      line += i + 1 == rows[r].size() ? rows[r][i] : padded(rows[r][i], widths[i] + 2);
    }
    out += (r == 0 ? heading(line) : line) + '\n';
  }
  return out;
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace tokenctl
