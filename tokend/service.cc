#include "service.h"

#include <sys/resource.h>

#include <algorithm>
#include <ctime>
#include <thread>
#include <utility>

#include "api/api_handler.h"
#include "api/management_handler.h"

namespace tokend {
namespace {

using libtoken::Result;

/// File descriptors beside those of clients: listeners, epolls, the store.
constexpr rlim_t kOwnDescriptors = 64;

/// Asks the system for as many file descriptors as there may be clients; if it allows fewer, fewer are taken.
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
    log.warn("the system allows {} open files, so that at most {} connections are taken instead of {}", files.rlim_cur,
             possible, limits.max_connections);
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

Service::Service(const Options& options, std::shared_ptr<spdlog::logger> log)
    : listen_(options.listen),
      has_tls_(options.tls.has_value()),
      log_(std::move(log)),
      usage_(options.usage),
      store_queue_(
          judges_, clock_unix_s,
          [this](const StoreServices& services) {
            return std::make_unique<ManagementHandler>(judges_, clock_unix_s, services, log_, usage_);
          },
          log_),
      limits_(fit_to_system(options.limits, *log_)),
      denials_(log_, RateLimitedLog::kForDenials, "refused requests"),
      unverified_(log_, RateLimitedLog::kForFaults, "callers whose own token is not good"),
      api_{judges_, clock_unix_s, limits_, store_queue_, denials_, unverified_} {}

Service::~Service() {
  // In this order: workers and the pool tell the queue which tokens were used, and jobs are answered to workers.
  if (server_ != nullptr) server_->stop();
  batch_pool_.stop();
  store_queue_.stop();
}

void set_level(spdlog::logger& log, LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return log.set_level(spdlog::level::debug);
    case LogLevel::kInfo: return log.set_level(spdlog::level::info);
    case LogLevel::kWarn: return log.set_level(spdlog::level::warn);
    case LogLevel::kError: return log.set_level(spdlog::level::err);
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
  service->store_queue_.limit_audited_refusals(options.usage.audited_refusals_of_token);
  service->store_queue_.start(options.store, *service->live_);
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  service->batch_pool_.start(service->api_, cores);
  std::vector<std::unique_ptr<RequestHandler>> handlers;
  for (unsigned i = 0; i < cores; ++i) {
    handlers.push_back(std::make_unique<ApiHandler>(service->api_, service->batch_pool_));
  }
  service->server_ =
      std::make_unique<Server>(std::move(listeners), service->limits_, std::move(*tls), std::move(handlers), log);
  if (auto started = service->server_->start(); !started) return tl::unexpected(started.error());
  return service;
}

Result<void> Service::reload(const Options& options) {
  // All that can fail is done before anything is changed.
  auto tls = load_tls_if_any(options);
  if (!tls) return tl::unexpected(tls.error());
  auto live = LiveSnapshot::open(options.store, judges_, log_);
  if (!live) return tl::unexpected(live.error());

  const bool tls_appears_or_goes = options.tls.has_value() != has_tls_;
  if (options.listen != listen_ || tls_appears_or_goes) {
    log_->warn("the addresses to listen on, and whether they speak TLS, change only when the daemon is started anew");
  }
  store_queue_.change(options.store, [&]() noexcept -> LiveSnapshot& {
    live_.reset();  // only one may follow a store at a time
    live_ = std::move(*live);
    live_->start();
    return *live_;
  });
  if (!tls_appears_or_goes) server_->change_tls(std::move(*tls));
  limits_.change(fit_to_system(options.limits, *log_));
  usage_.change(options.usage);
  store_queue_.limit_audited_refusals(options.usage.audited_refusals_of_token);
  set_level(*log_, options.log_level);
  return {};
}

}  // namespace tokend
