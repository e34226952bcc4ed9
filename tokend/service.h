#pragma once

#include <spdlog/logger.h>

#include <memory>

#include "state/live_snapshot.h"
#include "settings/options.h"
#include "net/server.h"
#include "state/store_queue.h"

namespace tokend {

/// The daemon's parts, put together from its options, and again on a reload.
class Service {
 public:
  /// Opens the store, the certificates and the sockets. Errors: those of Store::open() and Snapshot::load(), and
  /// kInvalidArgument.
  [[nodiscard]] static libtoken::Result<std::unique_ptr<Service>> open(const Options& options,
                                                                       std::shared_ptr<spdlog::logger> log);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  [[nodiscard]] Server& server() noexcept { return *server_; }

  /// Takes new options over: keys, certificates, limits and the log's level. Where something of them will not do,
  /// nothing changes. What it listens on stays as it is; a remark says so if that was to change.
  [[nodiscard]] libtoken::Result<void> reload(const Options& options);

 private:
  Service(Options options, std::shared_ptr<spdlog::logger> log);

  Options options_;
  const std::shared_ptr<spdlog::logger> log_;
  JudgeSlot judges_;
  std::unique_ptr<LiveSnapshot> live_;
  StoreQueue store_queue_;
  std::unique_ptr<Server> server_;
};

void set_level(spdlog::logger& log, LogLevel level);

}  // namespace tokend
