#include "output/progress.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <system_error>
#include <utility>

namespace tokenctl {

Progress::Progress(std::string what, Measure measure) : what_(std::move(what)), measure_(std::move(measure)) {
  if (::isatty(STDERR_FILENO) != 1) return;
  try {
    thread_ = std::thread([this] { show(); });
  } catch (const std::system_error&) {
    // The work is done all the same.
  }
}

Progress::~Progress() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ended_.notify_one();
  thread_.join();
}

void Progress::show() {
  constexpr std::chrono::milliseconds kEvery{500};
  const auto begin = std::chrono::steady_clock::now();
  bool shown = false;
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, shown ? kEvery : 2 * kEvery, [this] { return over_; })) {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begin).count();
    std::string line = "\r\x1b[Ktokenctl: " + what_ + ", ";
    if (const std::string done = measure_ ? measure_() : ""; !done.empty()) line += done + ", ";
    line += std::to_string(seconds) + " s";
    std::fwrite(line.data(), 1, line.size(), stderr);
    shown = true;
  }
  if (shown) std::fputs("\r\x1b[K", stderr);
}

}  // namespace tokenctl
