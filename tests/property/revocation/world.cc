#include "world.h"

#include <sqlite3.h>

#include <array>

#include "authority/audit/actor.h"
#include "authority/registry/registry.h"

namespace revocation_test {

using namespace libtoken;
using namespace libtoken::authority;

namespace {

constexpr std::array<const char*, 3> kEndings{"", "-wal", "-shm"};

void move_database(const fs::path& from, const fs::path& to) {
  for (const char* ending : kEndings) {
    // The log goes with the last who has the store open, which can be the daemon, at any moment.
    std::error_code gone;
    fs::rename(from.native() + ending, to.native() + ending, gone);
    if (*ending == '\0') demand(!gone, "the store cannot be moved");
  }
}

}  // namespace

Template::Template(fs::path folder) : folder_(std::move(folder)) {
  fs::create_directories(folder_);
  auto store =
      value_of(Store::init({"sqlite:" + (folder_ / "tokens.db").native(), std::nullopt}, kDefaultLocation), "init");
  const Actor ann{std::nullopt, "", "ann", ""};
  (void)value_of(create_org(store, "org-1", 1, ann, 0), "org");
  (void)value_of(create_app(store, std::uint64_t{1}, "app-1", 1, ann, 0), "app");
}

void Template::copy_to(const fs::path& store) const {
  fs::copy_file(folder_ / "tokens.db", store);
  fs::copy_file(folder_ / "tokens.db.kek", store.native() + ".kek");
}

Daemon::Daemon(StoreAddress address)
    : address_(std::move(address)), log_(std::make_shared<spdlog::logger>("says nothing")), live_(open()) {
  live_->start();
}

std::unique_ptr<tokend::LiveSnapshot> Daemon::open() {
  return value_of(tokend::LiveSnapshot::open(address_, slot_, log_), "the daemon does not open the store");
}

void Daemon::begin_reload() { next_ = open(); }

void Daemon::end_reload() {
  live_.reset();
  live_ = std::move(next_);
  live_->start();
}

World::World(const Template& beginning, const fs::path& folder)
    : folder_(folder), address_{"sqlite:" + (folder / "tokens.db").native(), std::nullopt} {
  fs::create_directories(folder_);
  beginning.copy_to(file());
  open();
  start_daemon();
}

World::~World() {
  stop_daemon();
  close();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

fs::path World::move_away() {
  const fs::path away = new_file("away");
  move_database(file(), away);
  return away;
}

void World::put_back(const fs::path& moved) { move_database(moved, file()); }

void World::remove() {
  for (const char* ending : kEndings) fs::remove(file().native() + ending);
}

void run_sql(const fs::path& file, const std::string& statements) {
  sqlite3* connection = nullptr;
  const int opened = ::sqlite3_open(file.c_str(), &connection);
  const int done = ::sqlite3_exec(connection, statements.c_str(), nullptr, nullptr, nullptr);
  const std::string message = ::sqlite3_errmsg(connection);
  ::sqlite3_close(connection);
  demand(opened == SQLITE_OK && done == SQLITE_OK, message);
}

}  // namespace revocation_test
