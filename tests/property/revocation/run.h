#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "authority/audit/actor.h"
#include "authority/store/check.h"
#include "model.h"
#include "world.h"

namespace revocation_test {

/// The same numbers from the same seed, with every compiler.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept : state_(seed) {}
  std::uint64_t next() noexcept {  // splitmix64
    std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15U;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
  }
  /// 0 to `count` − 1.
  std::size_t below(std::size_t count) noexcept { return static_cast<std::size_t>(next() % count); }
  bool one_in(std::size_t count) noexcept { return below(count) == 0; }

 private:
  std::uint64_t state_;
};

/// How often what was seen, so that a run cannot pass by refusing everything.
struct Counts {
  std::uint64_t refused = 0;
  std::uint64_t allowed = 0;
  std::uint64_t refused_by_slot = 0;
  std::uint64_t allowed_by_slot = 0;
  void add(const Counts& other) noexcept;
};

/// A backup, or a copy of the store's file.
struct Kept {
  fs::path file;
  State state;
  std::uint64_t writes = 0;
};

/// One sequence: the real thing, the model, and what both go by.
struct Run {
  Run(const Template& beginning, const fs::path& folder);

  World world;
  Model model;
  std::int64_t now = 0;     ///< what every clock says
  std::int64_t latest = 0;  ///< the latest that they ever said
  int names = 0;            ///< given to orgs and apps
  std::vector<Kept> backups;
  std::vector<Kept> copies;      ///< of the store since it is the one that it is
  std::uint64_t writes = 0;      ///< that certainly gave the store another revision
  std::vector<int> kek_file{0};  ///< the key-encryption keys in the file, the newest first
  int keks = 1;                  ///< that there ever were
  bool is_young = true;          ///< nothing has happened that version 3 did not know

  /// What the daemon may judge by: the store as it knew it when it last looked, or as it has been since.
  std::vector<State> slot_states;
  std::int64_t slot_time = 0;  ///< the latest that its judges have judged at
  bool has_looked = false;     ///< in this operation

  Counts counts;
  std::string said;  ///< what the operation has done

  void say(const std::string& text) { said += (said.empty() ? "" : ", ") + text; }
  /// Has the daemon look, which must succeed.
  void look(bool after_writing);
  /// The org's new key, if it has one.
  void read_active_keys();
};

/// An operation: what it does follows from the seed and from what was done before.
struct Operation {
  const char* name = "";
  void (*act)(Run&, Random&) = nullptr;
  std::size_t weight = 0;
};
[[nodiscard]] std::vector<Operation> mint_operations();
[[nodiscard]] std::vector<Operation> end_operations();
[[nodiscard]] std::vector<Operation> store_operations();
[[nodiscard]] std::vector<Operation> daemon_operations();

/// Somebody at the store.
[[nodiscard]] const libtoken::authority::Actor& ann();

/// Everything that is held, by a fresh judge of the store.
void check_store(Run& run, const libtoken::authority::Snapshot& snapshot);
/// The same by the daemon's judge.
void check_slot(Run& run);
/// Has every judge asked with a clock that is far behind.
void check_clock_behind(Run& run, std::int64_t now_unix_s);

std::string name_of(Index token);

}  // namespace revocation_test
