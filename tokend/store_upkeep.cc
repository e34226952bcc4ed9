#include "store_upkeep.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "authority/audit.h"
#include "authority/issued.h"
#include "libtoken/text.h"

namespace tokend {
namespace {

using libtoken::authority::Store;

/// Ids that are kept until they can be written; more tokens than that are not all used in a minute.
constexpr std::size_t kMostUses = std::size_t{1} << 20;
/// Written in one go, so that requests need not wait long.
constexpr std::size_t kUsesAtOnce = 500;
/// How often the time is written down: whoever watches the store has to read it again.
constexpr std::int64_t kTimeIntervalSeconds = 60 * 60;
constexpr std::int64_t kDay = 24 * 60 * 60;

constexpr const char* kUses = "which tokens were used could not be written down";
constexpr const char* kTime = "the time could not be written down";
constexpr const char* kRefusals = "how many requests were refused could not be written down";

}  // namespace

std::size_t StoreUpkeep::IdHash::operator()(const libtoken::TokenId& id) const noexcept {
  std::size_t hash = 0;  // an id is a hash itself
  std::memcpy(&hash, id.bytes.data(), sizeof hash);
  return hash;
}

void StoreUpkeep::note_uses(const std::vector<libtoken::TokenId>& ids) {
  const std::lock_guard lock(mutex_);
  for (const libtoken::TokenId& id : ids) {
    if (used_.size() < kMostUses) used_.insert(id);
  }
}

RefusalLimit::Answer StoreUpkeep::limit_refusal(const RefusalLimit::Refused& refused) {
  const std::lock_guard lock(mutex_);
  return refusals_.refused(refused, std::chrono::steady_clock::now());
}

void StoreUpkeep::write(const OpenStore& open_store, bool at_end) noexcept {
  const auto guarded = [&](const char* what, auto work) {
    try {
      work();
    } catch (const std::exception& error) {
      faults_.warn(what, error.what());
    }
  };
  guarded(kUses, [&] { write_uses(open_store); });
  guarded(kRefusals, [&] { write_refusals(open_store); });
  guarded(kTime, [&] { write_time(open_store, at_end); });
}

void StoreUpkeep::write_uses(const OpenStore& open_store) {
  const std::int64_t now = clock_();
  if (now / kDay != written_day_ || written_.size() > kMostUses) written_.clear();
  written_day_ = now / kDay;
  std::vector<libtoken::TokenId> ids;
  {
    const std::lock_guard lock(mutex_);
    for (const libtoken::TokenId& id : used_) {
      if (!written_.contains(id)) ids.push_back(id);
    }
    used_.clear();
  }
  Store* store = ids.empty() ? nullptr : open_store();
  while (store != nullptr && !ids.empty()) {
    const std::size_t some = std::min(kUsesAtOnce, ids.size());
    const std::vector<libtoken::TokenId> part(ids.end() - static_cast<std::ptrdiff_t>(some), ids.end());
    if (const auto noted = libtoken::authority::note_uses(*store, part, now); !noted) {
      faults_.warn(kUses, noted.error().message);
      break;
    }
    written_.insert(part.begin(), part.end());
    ids.resize(ids.size() - some);
  }
  if (!ids.empty()) note_uses(ids);  // for the next time
}

void StoreUpkeep::write_refusals(const OpenStore& open_store) {
  std::vector<RefusalLimit::LeftOut> all;
  {
    const std::lock_guard lock(mutex_);
    all = refusals_.take_left_out();
  }
  Store* store = all.empty() ? nullptr : open_store();
  for (const RefusalLimit::LeftOut& one : all) {
    const bool of_one_token = one.last.token != libtoken::TokenId{};
    libtoken::authority::AuditEntry entry;
    if (of_one_token) entry.actor.token = one.last.token;
    entry.action = one.last.action;
    entry.org = one.last.org;
    entry.detail = std::to_string(one.count) + " more refusals of " + (of_one_token ? "this token" : "other tokens");
    const auto written = store == nullptr
                             ? libtoken::Result<void>(libtoken::fail(libtoken::ErrorKind::kStoreUnavailable, ""))
                             : libtoken::authority::record_refusal(*store, std::move(entry), clock_());
    if (written) continue;
    faults_.warn(kRefusals, written.error().message);
    const std::lock_guard lock(mutex_);
    refusals_.put_back(one);
  }
}

// A token that this daemon has seen to be over must be over for the next one too, if the clock is set back meanwhile.
void StoreUpkeep::write_time(const OpenStore& open_store, bool at_end) {
  const std::int64_t latest = latest_->unix_s();
  if (latest <= written_time_unix_s_ + (at_end ? 0 : kTimeIntervalSeconds)) return;
  Store* store = open_store();
  if (store == nullptr) return;
  if (const auto written = libtoken::authority::remember_time(*store, latest); written) {
    written_time_unix_s_ = latest;
  } else {
    faults_.warn(kTime, written.error().message);
  }
}

}  // namespace tokend
