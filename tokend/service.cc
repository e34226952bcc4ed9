#include "service.h"

#include <sys/resource.h>

#include <algorithm>
#include <ctime>
#include <utility>

namespace tokend {
namespace {

using libtoken::Result;

/// Descriptors that are no clients': listeners, epolls, the store.
constexpr rlim_t kOwnDescriptors = 64;

/// Asks the system for as many descriptors as there may be clients, and settles for what it gives.
LimitSettings fit_to_system(LimitSettings limits, spdlog::logger& log) {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return limits;
  const rlim_t wanted = limits.max_connections + kOwnDescriptors;
  if (files.rlim_cur < wanted) {
    files.rlim_cur = std::min(wanted, files.rlim_max);
    setrlimit(RLIMIT_NOFILE, &files);
    getrlimit(RLIMIT_NOFILE, &files);
  }
  if (files.rlim_cur < wanted) {
    const rlim_t possible = files.rlim_cur > 2 * kOwnDescriptors ? files.rlim_cur - kOwnDescriptors : kOwnDescriptors;
    log.warn("the system allows {} open files: at most {} connections are taken, not {}", files.rlim_cur, possible,
             limits.max_connections);
    limits.max_connections = possible;
  }
  return limits;
}

Result<TlsContext> load_tls_if_any(const Options& options) {
  if (!options.tls) return TlsContext();
  return load_tls(*options.tls);
}

std::int64_t clock_unix_s() { return std::time(nullptr); }

}  // namespace

Service::Service(Options options, std::shared_ptr<spdlog::logger> log)
    : options_(std::move(options)), log_(std::move(log)), store_queue_(judges_, clock_unix_s, log_) {}

Service::~Service() {
  // The workers tell the queue what they have seen, and its last answers go to them.
  if (server_ != nullptr) server_->stop();
  store_queue_.stop();
}

void set_level(spdlog::logger& log, LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return log.set_level(spdlog::level::debug);
    case LogLevel::kInfo:
      return log.set_level(spdlog::level::info);
    case LogLevel::kWarn:
      return log.set_level(spdlog::level::warn);
    case LogLevel::kError:
      return log.set_level(spdlog::level::err);
  }
}

Result<std::unique_ptr<Service>> Service::open(const Options& options, std::shared_ptr<spdlog::logger> log) {
  std::unique_ptr<Service> service(new Service(options, log));
  auto live = LiveSnapshot::open(options.store, service->judges_, log);
  if (!live) return tl::unexpected(live.error());
  service->live_ = std::move(*live);
  auto tls = load_tls_if_any(options);
  if (!tls) return tl::unexpected(tls.error());
  std::vector<Listener> listeners;
  for (const ListenTarget& target : options.targets) {
    auto listener = Listener::open(target, options.tls.has_value());
    if (!listener) return tl::unexpected(listener.error());
    listeners.push_back(std::move(*listener));
  }
  service->live_->start();
  service->store_queue_.start(options.store, *service->live_);
  service->server_ =
      std::make_unique<Server>(std::move(listeners), fit_to_system(options.limits, *log), std::move(*tls),
                               service->judges_, service->store_queue_, clock_unix_s, log);
  if (auto started = service->server_->start(); !started) return tl::unexpected(started.error());
  return service;
}

Result<void> Service::reload(const Options& options) {
  // Everything that can fail comes before anything that changes.
  auto tls = load_tls_if_any(options);
  if (!tls) return tl::unexpected(tls.error());
  auto live = LiveSnapshot::open(options.store, judges_, log_);
  if (!live) return tl::unexpected(live.error());

  const bool tls_appears_or_goes = options.tls.has_value() != options_.tls.has_value();
  if (options.listen != options_.listen || tls_appears_or_goes) {
    log_->warn("what is listened on, and whether over TLS, changes only with a new start");
  }
  store_queue_.change(options.store, [&]() noexcept -> LiveSnapshot& {
    live_.reset();  // the old one must have stopped before the new one begins
    live_ = std::move(*live);
    live_->start();
    return *live_;
  });
  if (!tls_appears_or_goes) server_->change_tls(std::move(*tls));
  server_->change_limits(fit_to_system(options.limits, *log_));
  set_level(*log_, options.log_level);
  options_.drain = options.drain;
  return {};
}

}  // namespace tokend
