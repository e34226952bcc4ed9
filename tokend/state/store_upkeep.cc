#include "state/store_upkeep.h"

#include <algorithm>
#include <chrono>

#include "authority/audit/audit.h"
#include "authority/tokens/issued.h"
#include "libtoken/text.h"

namespace tokend {
namespace {

using libtoken::authority::Store;

/// So many ids are kept until they can be written, more than are used in a minute.
constexpr std::size_t kMostUses = std::size_t{1} << 20;
/// So many uses are written in one transaction, so that jobs need not wait long.
constexpr std::size_t kUsesAtOnce = 500;
/// How often the time is written: after each time every daemon reads the store again.
constexpr std::int64_t kTimeIntervalSeconds = 60 * 60;
constexpr std::int64_t kDay = 24 * 60 * 60;

constexpr const char* kUses = "which tokens were used could not be written";
constexpr const char* kTime = "the latest time could not be written";
constexpr const char* kRefusals = "the number of refusals could not be written";

}  // namespace

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

void StoreUpkeep::limit_audited_refusals(std::size_t of_token) {
  const std::lock_guard lock(mutex_);
  refusals_.change(of_token);
}

bool StoreUpkeep::write(const OpenStore& open_store, bool at_end) noexcept {
  const auto guarded = [&](const char* what, auto work) {
    try {
      return work();
    } catch (const std::exception& error) {
      faults_.warn(what, error.what());
    }
    return false;
  };
  if (guarded(kUses, [&] { return write_uses(open_store); })) return true;
  guarded(kRefusals, [&] { return write_refusals(open_store); });
  guarded(kTime, [&] { return write_time(open_store, at_end); });
  return false;
}

bool StoreUpkeep::write_uses(const OpenStore& open_store) {
  const std::int64_t now = clock_();
  if (now / kDay != written_day_ || written_.size() > kMostUses) written_.clear();
  written_day_ = now / kDay;
  std::vector<libtoken::TokenId> ids;
  bool more = false;
  {
    const std::lock_guard lock(mutex_);
    for (auto id = used_.begin(); id != used_.end() && !more;) {
      more = ids.size() == kUsesAtOnce;
      if (more) break;
      if (!written_.contains(*id)) ids.push_back(*id);
      id = used_.erase(id);
    }
  }
  if (ids.empty()) return more;
  Store* store = open_store();
  const auto noted = store == nullptr
                         ? libtoken::Result<void>(libtoken::fail(libtoken::ErrorKind::kStoreUnavailable, ""))
                         : libtoken::authority::note_uses(*store, ids, now);
  if (noted) {
    written_.insert(ids.begin(), ids.end());
    return more;
  }
  if (store != nullptr) faults_.warn(kUses, noted.error().message);
  note_uses(ids);  // for the next time
  return false;
}

bool StoreUpkeep::write_refusals(const OpenStore& open_store) {
  std::vector<RefusalLimit::LeftOut> all;
  {
    const std::lock_guard lock(mutex_);
    all = refusals_.take_left_out();
  }
  if (all.empty()) return false;
  std::vector<libtoken::authority::RefusedRequest> refused;
  for (const RefusalLimit::LeftOut& one : all) {
    const bool of_one_token = one.last.token != libtoken::TokenId{};
    libtoken::authority::RefusedRequest& entry = refused.emplace_back();
    if (of_one_token) entry.actor.token = one.last.token;
    entry.action = one.last.action;
    entry.org = one.last.org;
    entry.detail = std::to_string(one.count) + " more refusals of " + (of_one_token ? "this token" : "other tokens");
    if (one.of_several) entry.detail += " and of others that descend from the same first token";
  }
  Store* store = open_store();
  const auto written = store == nullptr
                           ? libtoken::Result<void>(libtoken::fail(libtoken::ErrorKind::kStoreUnavailable, ""))
                           : libtoken::authority::record_refusals(*store, refused, clock_());
  if (written) return false;
  if (store != nullptr) faults_.warn(kRefusals, written.error().message);
  const std::lock_guard lock(mutex_);
  for (const RefusalLimit::LeftOut& one : all) refusals_.put_back(one);
  return false;
}

// A token that has expired for this daemon must stay expired for the next one, even if the clock is set back meanwhile.
bool StoreUpkeep::write_time(const OpenStore& open_store, bool at_end) {
  const std::int64_t latest = latest_->unix_s();
  if (latest <= written_time_unix_s_ + (at_end ? 0 : kTimeIntervalSeconds)) return false;
  Store* store = open_store();
  if (store == nullptr) return false;
  if (const auto written = libtoken::authority::remember_time(*store, latest); written) {
    written_time_unix_s_ = latest;
  } else {
    faults_.warn(kTime, written.error().message);
  }
  return false;
}

}  // namespace tokend
