#pragma once

#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>

#include "authority/tokens/issuer.h"
#include "authority/judge/judge.h"
#include "authority/tokens/keyring.h"
#include "authority/registry/registry.h"
#include "authority/store/store.h"
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
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "libtoken-authority-XXXXXX").native();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] fs::path operator/(const std::string& name) const { return path_ / name; }
  /// The names in it.
  [[nodiscard]] std::set<std::string> names() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(path_)) names.insert(entry.path().filename().native());
    return names;
  }

 private:
  fs::path path_;
};

inline std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file.native());
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_file(const fs::path& file, const std::string& content) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  if (!(out << content)) throw std::runtime_error("cannot write " + file.native());
}

inline unsigned mode_of(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) throw std::runtime_error("no file " + file.native());
  return status.st_mode & 07777U;
}

inline StoreAddress address_of(const fs::path& store) { return {"sqlite:" + store.native(), std::nullopt}; }

/// Changes a store behind its back. What the last statement answers in its first column, "" if nothing.
inline std::string run_sql(const fs::path& file, const std::string& statements) {
  sqlite3* connection = nullptr;
  std::string answer;
  const auto keep = [](void* into, int columns, char** values, char**) {
    if (columns > 0 && values[0] != nullptr) *static_cast<std::string*>(into) = values[0];
    return 0;
  };
  const int opened = ::sqlite3_open(file.c_str(), &connection);
  ::sqlite3_busy_timeout(connection, 5000);
  const int done = ::sqlite3_exec(connection, statements.c_str(), keep, &answer, nullptr);
  const std::string message = ::sqlite3_errmsg(connection);
  ::sqlite3_close(connection);
  if (opened != SQLITE_OK || done != SQLITE_OK) throw std::runtime_error(message);
  return answer;
}

/// A result's value; on an error the test fails and says it.
template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(std::string(to_string(result.error().kind)) + ": " + result.error().message);
  return std::move(*result);
}

/// The error of a result that must have one, and must be of this kind, in the form every sentence has.
template <class T>
std::string error_of(const Result<T>& result, ErrorKind kind) {
  if (result) throw std::runtime_error("no error, where one was expected");
  INFO(result.error().message);
  CHECK(std::string(to_string(result.error().kind)) == to_string(kind));
  CHECK_FALSE(result.error().message.empty());
  CHECK(result.error().message.back() != '.');
  return result.error().message;
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A store with the two example orgs, arcadia-dev (7) and arcadia-prod (8), and an app in each (71, 81).
struct ExampleStore {
  TemporaryFolder folder;
  Store store = value_of(Store::init(address_of(folder / "tokens.db"), kDefaultLocation));
  Org dev = value_of(create_org(store, "arcadia-dev", 7, kAnn, kNow));
  Org prod = value_of(create_org(store, "arcadia-prod", 8, kAnn, kNow));
  App dev_api = value_of(create_app(store, std::string("arcadia-dev"), "arcadia-dev-api", 71, kAnn, kNow));
  App prod_api = value_of(create_app(store, std::string("arcadia-prod"), "arcadia-prod-api", 81, kAnn, kNow));
};

}  // namespace authority_test
