#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>

#include "authority/keys/restore.h"
#include "faults.h"
#include "support/fault_plan.h"

namespace faults {
namespace {

namespace fs = std::filesystem;

/// A way in which one call fails, or all from one on.
struct Way {
  const char* name;
  support::Fault fault;
  std::uint64_t in_a_row;
};

constexpr Way kWays[] = {
    {"EIO", support::Fault::kDiskWrites, 1},
    {"ENOSPC", support::Fault::kDiskFull, support::FaultPlan::kAllThatFollow},
    {"a failing fsync", support::Fault::kSyncs, 1},
    {"no fsync", support::Fault::kSyncs, support::FaultPlan::kAllThatFollow},
    {"a short write", support::Fault::kShortWrites, 1},
    {"EINTR", support::Fault::kInterrupted, 1},
    {"a read error", support::Fault::kDiskReads, 1},
    {"a short read", support::Fault::kShortReads, 1},
    {"EMFILE", support::Fault::kDescriptors, 1},
};

/// Something that writes. What it does is there wholly, or not at all.
struct Writing {
  const char* name;
  std::vector<std::string> arguments;
  /// Whether it has been done, as far as the store or the folder show it.
  bool (*done)(const World& world, const Truth& before, const Truth& after, const Held& token);
  bool has_answer = false;    ///< on standard output, which then hands out what must be recorded
  std::string makes = {};     ///< a file that may be new when it has been done
  std::size_t sentences = 1;  ///< at most, with the one that says what is wrong
  bool repeats = false;       ///< doing it again finishes what was cut short
};

bool makes_backup(const World& world, const Truth&, const Truth&, const Held&) {
  if (!fs::exists(world.in_folder("tokens.backup"))) return false;
  (void)value_of(libtoken::authority::plan_restore(world.in_folder("tokens.backup"), world.address(), std::nullopt),
                 "a backup is there, and is of no use");
  return true;
}

bool makes_store(const World& world, const std::string& name) {
  const fs::path file = world.in_folder(name);
  must(fs::exists(file) == fs::exists(file.string() + ".kek"),
       "a store and its key file are not both there, or both not");
  if (!fs::exists(file)) return false;
  auto store = value_of(libtoken::authority::Store::open({"sqlite:" + file.string(), std::nullopt}), "what was made");
  must(value_of(libtoken::authority::check_store(store), "what was made").faults.empty(), "what was made has faults");
  return true;
}

// How many keys the key file holds.
std::ptrdiff_t kek_count(const World& world) {
  std::ifstream file(world.in_folder("tokens.db.kek"));
  return std::count(std::istreambuf_iterator<char>(file), {}, '\n');
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

void check_complaint(const support::RunResult& result, std::size_t sentences) {
  must(result.exit_code == 3, "its exit status is " + std::to_string(result.exit_code));
  must(result.out.empty(), "it answers, and fails");
  const auto lines = lines_of(result.err);
  must(!lines.empty() && lines.size() <= sentences,
       "it says " + std::to_string(lines.size()) + " things: " + result.err);
  for (const std::string& line : lines) must(line.rfind("tokenctl: ", 0) == 0, "a line that is not its own: " + line);
  for (const char* unclear : {"INSERT", "UPDATE", "SELECT", "terminate", "exception"}) {
    must(result.err.find(unclear) == std::string::npos, "no sentence for people: " + result.err);
  }
}

// Makes the writing's nth call fail. False: it has no such call.
bool fail_at(const World& before, const Truth& truth_before, const Held& token, const Writing& writing, int n,
             const Way& way, bool& complained) {
  const World world(before);
  std::vector<std::string> arguments = writing.arguments;
  for (std::string& argument : arguments) {
    const std::size_t name = argument.find("@/");
    if (name != std::string::npos) argument.replace(name, 2, world.in_folder("").string());
    if (argument == "@token") argument = to_string(token.id);
  }
  support::FaultPlan plan;
  plan.fail_nth(way.fault, static_cast<std::uint64_t>(n), way.in_a_row);
  const auto result = world.tokenctl(arguments, plan.environment());
  const Truth after = world.truth();
  const bool done = writing.done(world, truth_before, after, token);
  if (result.exit_code == 0) {
    // The failure was in something that can be made up for, such as writing the log back into the store.
    must(done && (n > 1 || std::string_view(way.name) != "no fsync"), "it says that it is done, and it is not");
    must(!writing.has_answer || after.has(held(result.out.substr(0, result.out.find('\n')))),
         "what it hands out is not there");
  } else {
    complained = true;
    check_complaint(result, writing.sentences);
  }
  for (const std::string& name : world.names()) {
    const bool expected = before.names().contains(name) || name == "tokens.db-wal" || name == "tokens.db-shm" ||
                          name == "tokens.db-turns" ||
                          (done && !writing.makes.empty() && name.rfind(writing.makes, 0) == 0);
    must(expected, "it leaves " + name + " behind");
  }
  must(after.allows(token) == !after.is_revoked(token), "a token is judged wrongly afterwards");
  const Held another = world.mint();
  const Truth working = world.truth();
  must(working.allows(another), "the store does not work afterwards");
  if (!done || (writing.repeats && result.exit_code != 0)) {
    const auto again = world.tokenctl(arguments);
    must(again.exit_code == 0, "it cannot be done again: " + again.err);
    must(writing.done(world, working, world.truth(), token), "it was done again, and is not done");
  }
  return plan.failed() != 0;
}

std::vector<Writing> writings() {
  return {
      {"store init",
       {"--store", "sqlite:@/new.db", "store", "init"},
       [](const World& world, const Truth&, const Truth&, const Held&) { return makes_store(world, "new.db"); },
       false,
       "new.db"},
      {"orgs create",
       {"orgs", "create", "arcadia-test"},
       [](const World&, const Truth& before, const Truth& after, const Held&) {
         return after.report.orgs == before.report.orgs + 1;
       }},
      {"create",
       {"create", "readonly", "--org", "arcadia-dev", "--expiry", "never"},
       [](const World&, const Truth& before, const Truth& after, const Held&) {
         return after.report.tokens == before.report.tokens + 1;
       },
       true},
      {"revoke",
       {"revoke", "@token"},
       [](const World&, const Truth&, const Truth& after, const Held& token) { return after.is_revoked(token); }},
      {"keys rotate",
       {"keys", "rotate", "--org", "arcadia-dev"},
       [](const World&, const Truth& before, const Truth& after, const Held&) {
         return after.keys == before.keys + 1;
       }},
      {"keys rewrap",
       {"keys", "rewrap"},
       [](const World& world, const Truth&, const Truth&, const Held&) { return kek_count(world) == 2; },
       false,
       {},
       1,
       true},
      {"store backup", {"store", "backup", "@/tokens.backup"}, makes_backup, false, "tokens.backup"},
      {"store restore",
       {"--store", "sqlite:@/new.db", "--kek-file", "@/tokens.db.kek", "store", "restore", "--rotate-keys", "--yes",
        "@/first.backup"},
       [](const World& world, const Truth&, const Truth&, const Held&) {
         const fs::path file = world.in_folder("new.db");
         if (!fs::exists(file)) return false;
         auto store =
             value_of(libtoken::authority::Store::open({"sqlite:" + file.string(), world.in_folder("tokens.db.kek")}),
                      "the restored");
         must(value_of(libtoken::authority::check_store(store), "the restored").faults.empty(),
              "the restored has faults");
         return true;
       },
       false,
       "new.db",
       4},
  };
}

}  // namespace

void fail_writes(const Options& options) {
  const World before;
  const Held token = before.mint();
  must(before.tokenctl({"store", "backup", before.in_folder("first.backup").string()}).exit_code == 0, "no backup");
  const Truth truth = before.truth();
  for (const Writing& writing : writings()) {
    for (const Way& way : kWays) {
      const int step = options.rounds;
      const int first = 1 + static_cast<int>(options.seed % static_cast<std::uint64_t>(step));
      int n = way.fault == support::Fault::kSyncs ? 1 : first;  // there are few
      bool complained = false;
      for (bool failed = true; failed; n += step) {
        try {
          failed = fail_at(before, truth, token, writing, n, way, complained);
        } catch (const std::exception& error) {
          throw std::runtime_error(std::string(writing.name) + ", " + way.name + " at call " + std::to_string(n) +
                                   ": " + error.what());
        }
      }
      std::cout << writing.name << ", " << way.name << ": up to " << n - step << "\n";
    }
  }
}

}  // namespace faults
