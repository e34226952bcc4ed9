#pragma once

#include <optional>
#include <string>

namespace tokenctl {

/// The flags that every command takes. A value that was given is not empty.
struct Globals {
  std::optional<std::string> store;
  std::optional<std::string> kek_file;
  std::optional<std::string> server;
  std::optional<std::string> as_file;
  bool json = false;
  bool wide = false;  ///< tables may be wider than the terminal
};

/// The flags that say where a token comes from.
struct TokenFlags {
  std::optional<std::string> file;
  std::optional<std::string> text;
};

}  // namespace tokenctl
