#include "input/token_source.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "libtoken/pasted.h"
#include "libtoken/text.h"
#include "output/layout.h"
#include "output/output.h"

namespace tokenctl {
namespace {

using libtoken::Pasted;
using libtoken::PastedWith;

constexpr std::string_view kWhiteSpace = " \t\r\n\v\f";

std::string name_of_input(const std::string& path) {
  return path == "-" ? "standard input" : libtoken::escape_untrusted(path);
}

/// Reads up to kMaxInputBytes and a little more, so that the caller sees that it is too much. Empty if reading fails,
/// with errno set.
std::optional<std::string> read_all(int fd) {
  std::string text;
  char block[64 * 1024];
  while (text.size() <= kMaxInputBytes) {
    const ssize_t count = ::read(fd, block, sizeof block);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    text.append(block, static_cast<std::size_t>(count));
  }
  return text;
}

tl::unexpected<Failure> too_large(const std::string& path) {
  return fail(Exit::kRefused, name_of_input(path) + " is larger than " + std::to_string(kMaxInputBytes >> 20) +
                                  " MiB, which is too much for a token or a list of caveats");
}

/// What is piped into stdin. Empty if stdin is a terminal, closed or empty.
Outcome<std::optional<std::string>> read_pipe() {
  if (::isatty(STDIN_FILENO) == 1) return std::nullopt;
  auto text = read_all(STDIN_FILENO);
  if (!text || text->empty()) return std::nullopt;
  if (text->size() > kMaxInputBytes) return too_large("-");
  return text;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

}  // namespace

Outcome<std::string> read_input(const std::string& path) {
  const int fd = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  auto text = fd < 0 ? std::nullopt : read_all(fd);
  const int error = errno;
  if (fd > STDIN_FILENO) ::close(fd);
  if (!text) return fail(Exit::kFailed, "cannot read " + name_of_input(path) + ": " + std::strerror(error));
  if (text->size() > kMaxInputBytes) return too_large(path);
  return std::move(*text);
}

Outcome<std::optional<std::string>> read_given_token(const TokenFlags& flags, const char* stdin_holds) {
  if (flags.file && flags.text) return fail(Exit::kUsage, "--token-file and -t cannot be given together");
  if (flags.file) {
    if (*flags.file == "-" && stdin_holds != nullptr) {
      return fail(Exit::kUsage, std::string("standard input cannot be both the token and ") + stdin_holds +
                                    ": put one of them into a file");
    }
    auto text = read_input(*flags.file);
    if (text && trimmed(*text).empty()) {
      return fail(Exit::kRefused, "there is no token in " + name_of_input(*flags.file) + ": it is empty");
    }
    if (!text) return tl::unexpected<Failure>(text.error());
    return std::move(*text);
  }
  if (flags.text) {
    remark(
        "others on this machine can see a token given with -t while the command runs, and it stays in the shell's "
        "history: --token-file or a pipe avoids both");
    return *flags.text;
  }
  if (stdin_holds != nullptr) return std::nullopt;
  auto piped = read_pipe();
  if (!piped || !*piped) return piped;
  remark("token from standard input");
  if (trimmed(**piped).empty()) return fail(Exit::kRefused, "standard input holds no token, only white space");
  return piped;
}

Outcome<std::string> read_token(const TokenFlags& flags, const char* stdin_holds) {
  auto given = read_given_token(flags, stdin_holds);
  if (!given) return tl::unexpected<Failure>(given.error());
  if (*given) return std::move(**given);
  for (const char* name : {"TOKENCTL_TOKEN", "FLY_API_TOKEN"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    remark(std::string("token from ") + name);
    return std::string(value);
  }
  return fail(Exit::kUsage, stdin_holds != nullptr
                                ? std::string("there is no token: standard input holds ") + stdin_holds +
                                      "; give --token-file FILE or set TOKENCTL_TOKEN"
                                : "there is no token: give --token-file FILE, pipe one in, or set TOKENCTL_TOKEN");
}

Outcome<std::string> take_out_token(std::string_view text, CutBundle cut) {
  Pasted pasted = libtoken::look_at_pasted(text);
  switch (pasted.kind) {
    case Pasted::Kind::kUnknown: return std::string(text);
    case Pasted::Kind::kHalfToken:
    case Pasted::Kind::kSeveralTokens:
    case Pasted::Kind::kOther: return fail(Exit::kRefused, describe(pasted));
    case Pasted::Kind::kToken: break;
  }
  std::vector<PastedWith>& with = pasted.with;
  if (std::erase(with, PastedWith::kTrailingComma) != 0) {
    const char* cut_off = "the text ends in a comma: what followed it is missing";
    if (cut == CutBundle::kRefuse) return fail(Exit::kRefused, cut_off);
    remark(cut_off);
  }
  if (std::erase(with, PastedWith::kWhiteSpace) != 0)
    remark("dropped white space inside the token: " + counted(pasted.white_space, "character"));
  if (std::erase(with, PastedWith::kSeveralHeaders) != 0) {
    remark("the text has " + (pasted.different == 1
                                  ? "the same token " + std::to_string(pasted.complete) + " times, which is taken once"
                                  : counted(pasted.complete, "complete token") + ", which are taken as one header"));
  }
  if (!with.empty()) remark("took out the token, which was " + describe(with));
  return std::move(pasted.header);
}

Outcome<libtoken::Bundle> read_bundle(const TokenFlags& flags, const char* stdin_holds) {
  const auto text = read_token(flags, stdin_holds);
  if (!text) return tl::unexpected<Failure>(text.error());
  return parse_bundle(*text);
}

Outcome<libtoken::Bundle> parse_bundle(std::string_view text) {
  const auto token = take_out_token(text);
  if (!token) return tl::unexpected<Failure>(token.error());
  auto bundle = libtoken::Bundle::parse(*token);
  if (!bundle) return fail(bundle.error());
  const libtoken::Error* error = nullptr;
  bool any_token = false;
  for (const auto& part : bundle->parts()) {
    any_token = any_token || part;
    if (!part) error = &part.error();
  }
  if (!any_token) return fail(*error);
  for (const auto& part : bundle->parts()) {
    if (!part) remark("left out a part that is not a token: " + sentence(part.error()));
  }
  return std::move(*bundle);
}

}  // namespace tokenctl
