#include "settings/settings_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>

#include "authority/sealing/private_file.h"
#include "libtoken/bytes.h"
#include "libtoken/text.h"

namespace tokend {
namespace {

using libtoken::ErrorKind;
using libtoken::escape_untrusted;
using libtoken::Result;

constexpr std::size_t kMaxFileBytes = std::size_t{64} * 1024;
constexpr std::size_t kMaxLineBytes = 8192;

tl::unexpected<libtoken::Error> refuse(const toml::source_region& source, const std::string& why) {
  return libtoken::fail(ErrorKind::kMalformed, "line " + std::to_string(source.begin.line) + ": " + why);
}

Result<std::string> text_of(const std::string& key, const toml::node& value) {
  if (const auto* truth = value.as_boolean()) return truth->get() ? "true" : "false";
  if (const auto* number = value.as_integer()) return std::to_string(number->get());
  if (const auto* text = value.as_string()) {
    if (text->get().find('\0') == std::string::npos) return text->get();
    return refuse(value.source(), "the value of " + key + " has a NUL byte in it");
  }
  if (value.is_table()) return refuse(value.source(), "there are no tables here, only KEY = VALUE");
  return refuse(value.source(), "the value of " + key + " must be a string in quotes, true, false or a whole number");
}

}  // namespace

Result<std::string> read_settings_file(const std::string& path) {
  // O_NONBLOCK, so that a FIFO with this name is refused instead of waited for.
  const libtoken::authority::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  struct stat status {};
  if (!file.valid() || ::fstat(file.get(), &status) != 0) {
    return libtoken::fail(ErrorKind::kInvalidArgument, libtoken::authority::errno_text(errno));
  }
  if (!S_ISREG(status.st_mode)) return libtoken::fail(ErrorKind::kInvalidArgument, "it is not a regular file");
  libtoken::Bytes text(kMaxFileBytes + 1);
  const auto got = libtoken::authority::read_up_to(file, text);
  if (!got) return libtoken::fail(ErrorKind::kInvalidArgument, got.error());
  return std::string(libtoken::text_of({text.data(), *got}));
}

Result<std::map<std::string, FileSetting>> parse_settings_file(std::string_view text) {
  std::map<std::string, FileSetting> settings;
  // The library limits how deep values are nested, but not how many dots a key has, each of which makes a table in a
  // table.
  if (text.size() > kMaxFileBytes) return libtoken::fail(ErrorKind::kMalformed, "is longer than 64 KiB");
  for (std::size_t line = 1, begin = 0; begin < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end - begin > kMaxLineBytes) {
      return libtoken::fail(ErrorKind::kMalformed, "line " + std::to_string(line) + ": it is longer than 8192 bytes");
    }
    begin = end + 1;
  }
  try {
    for (const auto& [name, value] : toml::parse(text)) {
      std::string key = escape_untrusted(name.str(), 100);
      auto setting = text_of(key, value);
      if (!setting) return tl::unexpected(setting.error());
      settings[std::move(key)] = {std::move(*setting), value.source().begin.line};
    }
  } catch (const toml::parse_error& error) {
    return refuse(error.source(), escape_untrusted(error.description(), 300));
  }
  return settings;
}

std::string quote_toml(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      quoted += {'\\', c};
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      quoted += "\\u00" + libtoken::to_hex(libtoken::bytes_of({&c, 1}));
    else
      quoted += c;
  }
  return quoted + "\"";
}

}  // namespace tokend
