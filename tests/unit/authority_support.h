#pragma once

#include <filesystem>
#include <set>
#include <stdexcept>
#include <string>

#include "authority/judge/judge.h"
#include "authority/registry/registry.h"
#include "authority/store/store.h"
#include "authority/tokens/issuer.h"
#include "authority/tokens/keyring.h"
#include "libtoken/text.h"
#include "support/catch.h"

namespace authority_test {

namespace fs = std::filesystem;
using namespace libtoken;
using namespace libtoken::authority;

inline constexpr std::int64_t kNow = 1'800'000'000;

/// Somebody at the store.
inline const Actor kAnn{std::nullopt, "", "ann", ""};

/// A fresh folder that goes when the test ends.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  [[nodiscard]] fs::path operator/(const std::string& name) const { return path_ / name; }
  /// The names in it.
  [[nodiscard]] std::set<std::string> names() const;

 private:
  fs::path path_;
};

/// All that is in a file. Throws if it cannot be read.
std::string content_of(const fs::path& file);
/// Throws if it cannot be written.
void write_file(const fs::path& file, const std::string& content);
/// The permission bits of a file. Throws if there is none.
unsigned mode_of(const fs::path& file);

StoreAddress address_of(const fs::path& store);

/// Changes a store behind its back. What the last statement answers in its first column, "" if nothing. Throws on an
/// error.
std::string run_sql(const fs::path& file, const std::string& statements);

/// A result's value; on an error the test fails and says it.
template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(std::string(to_string(result.error().kind)) + ": " + result.error().message);
  return std::move(*result);
}

/// The message of an error that must be of this kind, in the form every message has.
std::string checked_message(const Error& error, ErrorKind kind);

/// The same of a result that must have an error.
template <class T>
std::string error_of(const Result<T>& result, ErrorKind kind) {
  if (result) throw std::runtime_error("no error, where one was expected");
  return checked_message(result.error(), kind);
}

bool contains(const std::string& text, const std::string& part);

/// A store with the two example orgs, arcadia-dev (7) and arcadia-prod (8), and an app in each (71, 81).
struct ExampleStore {
  ExampleStore();

  TemporaryFolder folder;
  Store store;
  Org dev;
  Org prod;
  App dev_api;
  App prod_api;
};

}  // namespace authority_test
