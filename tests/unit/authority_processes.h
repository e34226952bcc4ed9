#pragma once

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace authority_test {

/// What a process of several found wrong, sentence by sentence.
using Problems = std::vector<std::string>;

/// Runs each in a process of its own, all of them let go at the same moment, and waits for them. What they found wrong,
/// and who did not end well.
inline Problems run_processes(const std::vector<std::function<Problems()>>& works) {
  int start[2];
  int said[2];
  if (::pipe(start) != 0 || ::pipe(said) != 0) throw std::runtime_error("no pipe");
  std::vector<pid_t> children;
  for (const auto& work : works) {
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("no process");
    if (child == 0) {
      // Nothing of the test's own may run on here: neither its destructors nor its reports.
      ::close(start[1]);
      char ignored = 0;
      (void)!::read(start[0], &ignored, 1);  // until the parent closes its end
      int status = 0;
      try {
        for (const std::string& problem : work()) {
          const std::string line = problem + "\n";
          (void)!::write(said[1], line.data(), line.size());
        }
      } catch (const std::exception& error) {
        (void)!::write(said[1], error.what(), std::char_traits<char>::length(error.what()));
        status = 1;
      }
      ::_exit(status);
    }
    children.push_back(child);
  }
  ::close(start[0]);
  ::close(start[1]);
  ::close(said[1]);
  std::string all;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(said[0], buffer, sizeof buffer)) > 0;) {
    all.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(said[0]);
  Problems problems;
  if (!all.empty()) problems.push_back(all);
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    if (status != 0) problems.push_back("a process ended with the status " + std::to_string(status));
  }
  return problems;
}

}  // namespace authority_test
