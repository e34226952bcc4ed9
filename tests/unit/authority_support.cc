#include "authority_support.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

namespace authority_test {

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "libtoken-authority-XXXXXX").native();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::set<std::string> TemporaryFolder::names() const {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(path_)) names.insert(entry.path().filename().native());
  return names;
}

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file.native());
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& file, const std::string& content) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  if (!(out << content)) throw std::runtime_error("cannot write " + file.native());
}

unsigned mode_of(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) throw std::runtime_error("no file " + file.native());
  return status.st_mode & 07777U;
}

StoreAddress address_of(const fs::path& store) { return {"sqlite:" + store.native(), std::nullopt}; }

std::string run_sql(const fs::path& file, const std::string& statements) {
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

std::string checked_message(const Error& error, ErrorKind kind) {
  INFO(error.message);
  CHECK(std::string(to_string(error.kind)) == to_string(kind));
  CHECK_FALSE(error.message.empty());
  CHECK(error.message.back() != '.');
  return error.message;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

ExampleStore::ExampleStore()
    : store(value_of(Store::init(address_of(folder / "tokens.db"), kDefaultLocation))),
      dev(value_of(create_org(store, "arcadia-dev", 7, kAnn, kNow))),
      prod(value_of(create_org(store, "arcadia-prod", 8, kAnn, kNow))),
      dev_api(value_of(create_app(store, std::string("arcadia-dev"), "arcadia-dev-api", 71, kAnn, kNow))),
      prod_api(value_of(create_app(store, std::string("arcadia-prod"), "arcadia-prod-api", 81, kAnn, kNow))) {}

}  // namespace authority_test
