#pragma once

#include <spdlog/sinks/base_sink.h>

#include <cstddef>
#include <mutex>

namespace tokend {

/// Standard error, as long as somebody takes it. A pipe that nobody reads would hold up whoever has something to say,
/// and soon everybody: what it does not take is left out and counted.
class StderrSink final : public spdlog::sinks::base_sink<std::mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}

 private:
  std::size_t lost_ = 0;
};

}  // namespace tokend
