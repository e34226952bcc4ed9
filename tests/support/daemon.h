#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace support {

/// A fresh directory that is removed with everything in it.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

using Environment = std::map<std::string, std::string>;

struct RunResult {
  int exit_code = -1;  ///< 128 + the signal that ended it
  std::string out;
  std::string err;
};

/// A program started for a test, its output in files. Killed, by its pid, when this goes out of scope.
class Process {
 public:
  /// TOKEND_ variables of the test's own environment are not passed on. Throws if the program cannot be started.
  Process(std::vector<std::string> command, const Environment& environment = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  void signal(int number) const;
  /// Throws if it has not ended by then.
  RunResult wait(std::chrono::milliseconds patience = std::chrono::seconds(30));
  [[nodiscard]] bool running();
  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;

 private:
  TempDir directory_;
  pid_t pid_ = -1;
  int status_ = 0;
};

/// Arguments of tokend with others that let a token mint and list as often as it likes.
[[nodiscard]] std::vector<std::string> without_usage_limits(std::vector<std::string> arguments);

/// tokend, ready to be asked.
class Daemon {
 public:
  /// Starts it and reads the line that says where it listens. Throws, with its log, if that does not come.
  Daemon(std::string program, std::vector<std::string> arguments, const Environment& environment = {});

  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] int port() const noexcept { return port_; }
  [[nodiscard]] std::string log() const { return process_.err(); }
  /// Waits until the log says this. False if it does not in five seconds.
  [[nodiscard]] bool logs(const std::string& text) const;
  [[nodiscard]] Process& process() noexcept { return process_; }

 private:
  Process process_;
  std::string url_;
  int port_ = 0;
};

/// Asks again and again until the answer is yes. False if it is not in time.
template <class Question>
[[nodiscard]] bool eventually(Question question, std::chrono::milliseconds patience);

void sleep_for_a_poll();

template <class Question>
bool eventually(Question question, std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!question()) {
    if (std::chrono::steady_clock::now() > until) return false;
    sleep_for_a_poll();
  }
  return true;
}

}  // namespace support
