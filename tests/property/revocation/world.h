#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "authority/judge/judge.h"
#include "authority/store/store.h"
#include "libtoken/result.h"
#include "state/current_judge.h"
#include "state/live_snapshot.h"

namespace revocation_test {

namespace fs = std::filesystem;

/// The product does not do what the model says.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline void demand(bool good, const std::string& what) {
  if (!good) throw Failure(what);
}

template <class T>
T value_of(libtoken::Result<T> result, const char* what) {
  if (!result) throw Failure(std::string(what) + ": " + to_string(result.error().kind) + ": " + result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// A store that everything begins with: an org (id 1) with an app (id 1). Made once, then copied.
class Template {
 public:
  explicit Template(fs::path folder);
  void copy_to(const fs::path& store) const;

 private:
  fs::path folder_;
};

/// The parts of a daemon that judge, as its service puts them together.
class Daemon {
 public:
  explicit Daemon(libtoken::authority::StoreAddress address);

  /// As its service does it: the store is read first, and only later is that judged by.
  void begin_reload();
  [[nodiscard]] bool is_reloading() const noexcept { return next_ != nullptr; }
  void end_reload();

  /// True: what the store says by now is judged by.
  [[nodiscard]] bool look(bool after_writing) {
    return after_writing ? live_->refresh_after_writing() : live_->refresh_now();
  }
  /// Null: nothing is judged by.
  [[nodiscard]] const libtoken::authority::Judge* judge() { return view_.read().judge; }

 private:
  [[nodiscard]] std::unique_ptr<tokend::LiveSnapshot> open();

  libtoken::authority::StoreAddress address_;
  std::shared_ptr<spdlog::logger> log_;
  tokend::CurrentJudge slot_;
  tokend::JudgeReader view_{slot_};
  std::unique_ptr<tokend::LiveSnapshot> live_;
  std::unique_ptr<tokend::LiveSnapshot> next_;
};

/// The store's files, who has it open, and a daemon that follows it.
class World {
 public:
  World(const Template& beginning, const fs::path& folder);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  [[nodiscard]] libtoken::authority::Store& store() { return *store_; }
  [[nodiscard]] const libtoken::authority::StoreAddress& address() const { return address_; }
  [[nodiscard]] fs::path file() const { return folder_ / "tokens.db"; }
  /// A name that nothing has yet.
  [[nodiscard]] fs::path new_file(const std::string& kind) { return folder_ / (kind + std::to_string(++files_)); }

  void close() { store_.reset(); }
  void open() { store_.emplace(value_of(libtoken::authority::Store::open(address_), "the store does not open")); }
  /// Moves the closed store with what lies beside it. Where to.
  fs::path move_away();
  void put_back(const fs::path& moved);
  /// Takes the closed store away.
  void remove();

  [[nodiscard]] Daemon& daemon() { return *daemon_; }
  void stop_daemon() { daemon_.reset(); }
  void start_daemon() { daemon_.emplace(address_); }

 private:
  fs::path folder_;
  libtoken::authority::StoreAddress address_;
  std::optional<libtoken::authority::Store> store_;
  std::optional<Daemon> daemon_;
  int files_ = 0;
};

/// Statements on a file that nobody else has open.
void run_sql(const fs::path& file, const std::string& statements);

}  // namespace revocation_test
