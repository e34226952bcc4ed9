#pragma once

#include <sqlite3.h>

#include "authority/store/store.h"
#include "authority_support.h"

namespace authority_test {

/// Counts the steps of SQLite's virtual machine, which say how much work was done, and unlike times are the same in
/// every run. A store that is opened while this lives is counted.
class CountedSteps {
 public:
  CountedSteps() { sqlite3_auto_extension(reinterpret_cast<void (*)()>(attach)); }
  ~CountedSteps() { sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(attach)); }
  CountedSteps(const CountedSteps&) = delete;
  CountedSteps& operator=(const CountedSteps&) = delete;

  /// How many steps the work takes.
  template <class Work>
  [[nodiscard]] static long long of(Work work) {
    const long long before = steps();
    work();
    return steps() - before;
  }

 private:
  static long long& steps() {
    static long long count = 0;
    return count;
  }
  static int attach(sqlite3* connection, char**, const sqlite3_api_routines*) {
    sqlite3_progress_handler(
        connection, 1,
        [](void*) {
          ++steps();
          return 0;
        },
        nullptr);
    return SQLITE_OK;
  }
};

}  // namespace authority_test
