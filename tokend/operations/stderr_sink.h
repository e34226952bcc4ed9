#pragma once

#include <spdlog/sinks/base_sink.h>

#include <cstddef>
#include <mutex>

namespace tokend {

/// Writes to standard error without ever waiting for it. A pipe that nobody reads would soon block every thread that
/// logs; lines that it has no room for are dropped, and their number is written when it has.
class StderrSink final : public spdlog::sinks::base_sink<std::mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}

 private:
  std::size_t lost_ = 0;
};

}  // namespace tokend
