#include "authority/store/store_changes.h"

#include "authority/store/schema.h"
#include "authority/store/store_state.h"

namespace libtoken::authority {

std::optional<ChangeCounts> change_counts(soci::session& sql) {
  ChangeCounts counts;
  int known = 0;
  std::string part;
  long long number = 0;
  soci::statement rows = (sql.prepare << "SELECT part, number FROM changes", soci::into(part), soci::into(number));
  rows.execute();
  while (rows.fetch()) {
    long long* const count = part == "registry"              ? &counts.registry
                             : part == "keys"                ? &counts.keys
                             : part == "revocations_added"   ? &counts.revocations_added
                             : part == "revocations_removed" ? &counts.revocations_removed
                                                             : nullptr;
    if (count == nullptr) continue;
    if (number < 0 || number > kLargestCount) return std::nullopt;
    *count = number;
    ++known;
  }
  if (known != 4) return std::nullopt;
  counts.last_added = added_revocation(sql, counts.revocations_added);
  return counts;
}

std::string added_revocation(soci::session& sql, long long number) {
  std::string id;
  sql << "SELECT id FROM revocations_added WHERE number = :number", soci::use(number), soci::into(id);
  return sql.got_data() ? id : std::string();
}

bool is_later_state(soci::session& sql, const StoreRevision& earlier) {
  const StoreRevision now = store_revision(sql);
  if (now == earlier) return true;
  if (now.identity != earlier.identity || now.restores != earlier.restores || now.number <= earlier.number) {
    return false;
  }
  const long long number = earlier.number;
  std::string write_id;
  sql << "SELECT write_id FROM revisions WHERE number = :number", soci::use(number), soci::into(write_id);
  return sql.got_data() && write_id == earlier.write_id;
}

}  // namespace libtoken::authority
