#pragma once

#include <spdlog/logger.h>

#include <memory>

#include "api/batch_pool.h"
#include "net/limits.h"
#include "net/server.h"
#include "requests/handler_state.h"
#include "settings/options.h"
#include "state/current_judge.h"
#include "state/live_snapshot.h"
#include "state/store_queue.h"

namespace tokend {

/// The daemon's parts, put together from its options, and again on a reload.
class Service {
 public:
  /// Opens the store, the certificates and the sockets, and begins to answer. Errors: those of Store::open() and
  /// Snapshot::load(), and kInvalidArgument.
  [[nodiscard]] static libtoken::Result<std::unique_ptr<Service>> open(const Options& options,
                                                                       std::shared_ptr<spdlog::logger> log);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  [[nodiscard]] Server& server() noexcept { return *server_; }

  /// Takes over new keys, certificates, limits and the log's level; if any of the options is wrong, nothing changes.
  /// Errors as of open(). What it listens on stays as it is; a warning says so if the options would change that.
  [[nodiscard]] libtoken::Result<void> reload(const Options& options);

 private:
  Service(const Options& options, std::shared_ptr<spdlog::logger> log);

  const std::string listen_;  // as the options had it at the start
  const bool has_tls_;
  const std::shared_ptr<spdlog::logger> log_;
  CurrentJudge judges_;
  std::unique_ptr<LiveSnapshot> live_;
  UsageLimits usage_;
  StoreQueue store_queue_;
  Limits limits_;
  RateLimitedLog denials_;
  RateLimitedLog unverified_;
  const ApiServices api_;
  BatchPool batch_pool_;
  std::unique_ptr<Server> server_;
};

void set_level(spdlog::logger& log, LogLevel level);

}  // namespace tokend
