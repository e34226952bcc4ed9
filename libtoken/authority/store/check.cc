#include "authority/store/check.h"

#include <iterator>

#include "authority/store/check_rows.h"
#include "authority/store/store_state.h"

namespace libtoken::authority {
namespace {

std::size_t count_rows(soci::session& sql, const char* table) {
  long long rows = 0;
  sql << std::string("SELECT count(*) FROM ") + table, soci::into(rows);
  return static_cast<std::size_t>(rows);
}

void append(std::vector<std::string>& to, std::vector<std::string> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

Result<CheckReport> check_store(Store& store) {
  CheckReport report;
  auto checked = read_transaction(store, [&](soci::session& sql) -> Result<void> {
    report.faults = file_faults(sql);
    append(report.faults, key_faults(sql, store.state()));
    append(report.faults, row_faults(sql));
    report.orgs = count_rows(sql, "orgs");
    report.apps = count_rows(sql, "apps");
    report.keys = count_rows(sql, "keys");
    report.tokens = count_rows(sql, "tokens");
    report.revocations = count_rows(sql, "revocations");
    return {};
  });
  if (!checked && checked.error().kind != ErrorKind::kUnusableStore) return tl::unexpected(checked.error());
  // The store is too damaged to be read any further.
  if (!checked) report.faults.push_back(checked.error().message);
  return report;
}

}  // namespace libtoken::authority
