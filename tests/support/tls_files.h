#pragma once

#include <filesystem>
#include <string>

/// A fresh certificate for localhost and its key, in files; it is its own authority, so that it serves clients too.
struct TlsFiles {
  explicit TlsFiles(const std::filesystem::path& directory, const std::string& name = "tls");
  std::string certificate;
  std::string key;
};
