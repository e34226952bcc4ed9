#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace tokenctl {

/// Says on a terminal, on one line of stderr, that something long goes on, for as long as this exists and from its
/// first second. Where stderr is no terminal it writes nothing. No remark may be made meanwhile.
class Progress {
 public:
  /// How much is done, as `40 %` or `12 of 300`; "" if that is not known. Called by a thread of its own.
  using Measure = std::function<std::string()>;

  /// `what`: "checking the store".
  explicit Progress(std::string what, Measure measure = nullptr);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

 private:
  void show();

  std::string what_;
  Measure measure_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace tokenctl
