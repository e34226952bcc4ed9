#include "authority/tokens/token_list_plan.h"

#include <limits>
#include <utility>

namespace libtoken::authority {
namespace {

constexpr const char* kEnd = "coalesce(not_after, 9223372036854775807)";
constexpr const char* kUse = "coalesce(last_used, -9223372036854775807)";

std::int64_t day_of(std::int64_t unix_s) {
  constexpr std::int64_t kDay = 24 * 60 * 60;
  return unix_s - unix_s % kDay;
}

SqlCondition both(SqlCondition a, const SqlCondition& b) {
  a.text += " AND " + b.text;
  a.values.insert(a.values.end(), b.values.begin(), b.values.end());
  return a;
}

// Conditions of the filter that an index can look up; nothing if the filter does not have it.
using Condition = std::optional<SqlCondition>;

Condition equals(const char* column, const std::optional<long long>& value) {
  if (!value) return std::nullopt;
  return SqlCondition{std::string(column) + " = ?", {*value}};
}
Condition equals(const char* column, const std::optional<std::string>& value) {
  if (!value) return std::nullopt;
  return SqlCondition{std::string(column) + " = ?", {*value}};
}
Condition of_org(const ListQuestion& q) { return equals("org", q.match.org); }
Condition of_apps(const TokenMatch& match) {
  if (!match.apps) return std::nullopt;
  SqlCondition condition{"app IN (", {}};  // SQL has no list as a parameter
  for (std::size_t i = 0; i < match.apps->size(); ++i) {
    condition.text += (i == 0 ? "" : ",") + std::to_string((*match.apps)[i]);
  }
  condition.text += ")";
  return condition;
}
Condition of_maker(const ListQuestion& q) {
  const auto* maker = q.made_by ? std::get_if<TokenId>(&*q.made_by) : nullptr;
  if (maker == nullptr) return std::nullopt;
  return SqlCondition{"maker = ?", {to_string(*maker)}};
}

// What the index `name` finds, if the filter has all that stands before the order in it.
std::optional<IndexRange> range(const char* name, const Condition& first, const Condition& second, bool in_order) {
  if (!first || !second) return std::nullopt;
  return IndexRange{name, both(*first, *second), in_order};
}
std::optional<IndexRange> range(const char* name, const Condition& only, bool in_order) {
  if (!only) return std::nullopt;
  return IndexRange{name, *only, in_order};
}

// A label's index across orgs does not have labels that are empty.
std::optional<IndexRange> range_of_label(const char* name, const char* column,
                                         const std::optional<std::string>& label) {
  if (!label || label->empty()) return std::nullopt;
  return IndexRange{name, {std::string(column) + " = ? AND " + column + " <> ''", {*label}}, false};
}

// The index that has an org's tokens in this order.
const char* org_index(TokenOrder order) noexcept {
  switch (order) {
    case TokenOrder::kCreated: return "tokens_by_org";
    case TokenOrder::kName: return "tokens_by_org_name";
    case TokenOrder::kHolder: return "tokens_by_org_holder";
    case TokenOrder::kEnd: return "tokens_by_org_end";
    case TokenOrder::kLastUsed: return "tokens_by_org_use";
  }
  return "";
}

// Ranges of a filter by something that few tokens have, the most telling first, and in the order of time.
std::vector<IndexRange> telling_ranges(const ListQuestion& q, bool by_time) {
  std::vector<IndexRange> ranges;
  const auto add = [&](std::optional<IndexRange> one) {
    if (one) ranges.push_back(std::move(*one));
  };
  // A caller who may see the tokens of one app must not be shown the places of others in the list.
  add(range("tokens_by_app", equals("app", q.match.app), by_time));
  // What was made with a token is of its org; if it were not, it would not be shown either.
  if (q.match.org) add(range("tokens_by_maker", of_maker(q), of_org(q), by_time));
  if (!q.match.org) add(range("tokens_by_maker", of_maker(q), by_time));
  add(range("tokens_by_org_holder", of_org(q), equals("holder_key", q.match.holder_key), by_time));
  add(range("tokens_by_org_name", of_org(q), equals("name_key", q.match.name_key), by_time));
  add(range("tokens_by_org_profile", of_org(q), equals("profile", q.match.profile), by_time));
  if (!q.match.org) {
    add(range_of_label("tokens_by_holder", "holder_key", q.match.holder_key));
    add(range_of_label("tokens_by_name", "name_key", q.match.name_key));
  }
  return ranges;
}

// Whether all tokens of the list are equal in what it is ordered by, so that only the time decides.
bool is_by_time(const ListQuestion& q) {
  switch (q.sort.by) {
    case TokenOrder::kCreated: return true;
    case TokenOrder::kName: return q.match.name_key.has_value();
    case TokenOrder::kHolder: return q.match.holder_key.has_value();
    case TokenOrder::kEnd:
    case TokenOrder::kLastUsed: return false;
  }
  return false;
}

// The ends that live tokens of the list have, in the order's key.
std::pair<long long, long long> live_ends(const ListQuestion& q) {
  return {q.now_unix_s, q.ending_before_unix_s.value_or(std::numeric_limits<std::int64_t>::max())};
}

// Adds to a CASE a line that leaves out the rows for which `condition` is not true.
void leave_out_unless(SqlCondition& expression, const Condition& condition) {
  if (!condition) return;
  expression.text += " WHEN NOT coalesce(" + condition->text + ", 0) THEN 0";
  expression.values.insert(expression.values.end(), condition->values.begin(), condition->values.end());
}

constexpr const char* kKeyVerifies =
    "coalesce((SELECT state FROM keys WHERE keys.kid = tokens.kid) IN ('active', 'verifying'), 0)";

}  // namespace

const char* order_key(TokenOrder order) noexcept {
  switch (order) {
    case TokenOrder::kCreated: return "";
    case TokenOrder::kName: return "name_key";
    case TokenOrder::kHolder: return "holder_key";
    case TokenOrder::kEnd: return kEnd;
    case TokenOrder::kLastUsed: return kUse;
  }
  return "";
}

bool is_text_key(TokenOrder order) noexcept { return order == TokenOrder::kName || order == TokenOrder::kHolder; }

IndexRange range_to_read(const ListQuestion& q) {
  if (is_by_time(q)) {
    if (auto telling = telling_ranges(q, true); !telling.empty()) return std::move(telling.front());
  }
  // Sorted: a caller who may see the tokens of one app must not be shown the places of others.
  if (q.match.app) return *range("tokens_by_app", equals("app", q.match.app), false);
  if (auto org = range(org_index(q.sort.by), of_org(q), true)) {
    if (q.sort.by == TokenOrder::kEnd && !q.expired && !q.revoked) org->key_bounds = live_ends(q);
    return std::move(*org);
  }
  return {"tokens_by_created", {"1 = 1", {}}, q.sort.by == TokenOrder::kCreated};
}

std::optional<IndexRange> range_of_apps(const ListQuestion& q) {
  return range("tokens_by_app", of_apps(q.match), false);
}

std::vector<IndexRange> ranges_to_sort(const ListQuestion& q) {
  std::vector<IndexRange> ranges = telling_ranges(q, false);
  const Condition org = of_org(q);
  if (!org) return ranges;
  if (!q.expired && !q.revoked) {
    const auto [first, last] = live_ends(q);
    ranges.push_back({"tokens_by_org_end", both(*org, {std::string(kEnd) + " BETWEEN ? AND ?", {first, last}}), false});
  }
  if (q.unused_since_unix_s) {
    ranges.push_back(
        {"tokens_by_org_use", both(*org, {std::string(kUse) + " < ?", {day_of(*q.unused_since_unix_s)}}), false});
  }
  return ranges;
}

SqlCondition is_of_match(const TokenMatch& match) {
  SqlCondition all{"1 = 1", {}};
  for (const Condition& one :
       {equals("org", match.org), equals("app", match.app), of_apps(match), equals("profile", match.profile),
        equals("name_key", match.name_key), equals("holder_key", match.holder_key)}) {
    if (one) all = both(std::move(all), *one);
  }
  return all;
}

SqlCondition is_listed(const ListQuestion& q) {
  // What is cheap to find out comes first, since most rows are left out by it.
  SqlCondition listed{"CASE", {}};
  leave_out_unless(listed, of_org(q));
  leave_out_unless(listed, equals("app", q.match.app));
  leave_out_unless(listed, of_apps(q.match));
  leave_out_unless(listed, equals("profile", q.match.profile));
  leave_out_unless(listed, equals("name_key", q.match.name_key));
  leave_out_unless(listed, equals("holder_key", q.match.holder_key));
  leave_out_unless(listed, of_maker(q));
  if (q.made_by) {
    if (const auto* user = std::get_if<std::string>(&*q.made_by)) {
      leave_out_unless(listed, SqlCondition{"maker IS NULL AND local_user = ?", {*user}});
    }
  }
  if (q.unused_since_unix_s) {
    leave_out_unless(listed, SqlCondition{std::string(kUse) + " < ?", {day_of(*q.unused_since_unix_s)}});
  }
  const SqlCondition has_ended{std::string(kEnd) + " < ?", {static_cast<long long>(q.now_unix_s)}};
  const auto add = [&](const SqlCondition& condition, const std::string& result) {
    listed.text += " WHEN " + condition.text + " THEN " + result;
    listed.values.insert(listed.values.end(), condition.values.begin(), condition.values.end());
  };
  const char* const if_expired = q.expired ? "1" : "0";
  const char* const if_revoked = q.revoked ? "1" : "0";
  // In the order of status_of().
  if (!q.expired && !q.revoked) add(has_ended, "0");
  add({"EXISTS (SELECT 1 FROM revocations WHERE revocations.id = tokens.id AND revocations.created <= " +
           std::string(kEnd) + ")",
       {}},
      if_revoked);
  add({std::string("NOT ") + kKeyVerifies, {}}, if_revoked);
  add(has_ended, if_expired);
  if (q.ending_before_unix_s) {
    add({std::string(kEnd) + " > ?", {static_cast<long long>(*q.ending_before_unix_s)}}, "0");
  }
  listed.text += " ELSE 1 END";
  return listed;
}

}  // namespace libtoken::authority
