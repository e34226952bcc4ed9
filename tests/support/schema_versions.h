#pragma once

// SQL that turns a store of the newest schema into one that an older version would have left.
namespace support {

/// Takes back what versions 5 to 7 have added.
inline constexpr const char* kBackToVersion4 =
    "DROP TRIGGER live_token_added; DROP TRIGGER made_token_added; DROP TRIGGER live_token_removed; DROP TRIGGER "
    "live_token_revoked;"
    "DROP TRIGGER live_token_unrevoked; DROP TRIGGER live_counts_of_key; DROP TRIGGER live_counts_of_lost_key;"
    "DROP TRIGGER live_counts_of_found_key; DROP TRIGGER live_counts_of_changed_token;"
    "DROP INDEX audit_by_org; CREATE INDEX audit_by_org ON audit (org);"
    "DROP TABLE live_counts; DROP INDEX tokens_by_first_maker; ALTER TABLE tokens DROP COLUMN first_maker;"
    "DROP TRIGGER orgs_added; DROP TRIGGER orgs_changed; DROP TRIGGER orgs_removed;"
    "DROP TRIGGER apps_added; DROP TRIGGER apps_changed; DROP TRIGGER apps_removed;"
    "DROP TRIGGER keys_added; DROP TRIGGER keys_changed; DROP TRIGGER keys_removed;"
    "DROP TRIGGER revocations_added; DROP TRIGGER revocations_changed; DROP TRIGGER revocations_removed;"
    "DROP TABLE changes; DROP TABLE revocations_added;"
    "DROP INDEX tokens_by_created; DROP INDEX tokens_by_org_name; DROP INDEX tokens_by_org_profile;"
    "DROP INDEX tokens_by_org_end; DROP INDEX tokens_by_org_use;"
    "DROP INDEX tokens_by_app; CREATE INDEX tokens_by_app ON tokens (app) WHERE app IS NOT NULL;"
    "DROP INDEX tokens_by_maker; CREATE INDEX tokens_by_maker ON tokens (maker) WHERE maker IS NOT NULL;"
    "DROP INDEX tokens_by_org_holder;"
    "CREATE INDEX tokens_by_org_holder ON tokens (org, holder_key, holder) WHERE holder_key <> '';"
    "PRAGMA user_version = 4;";

/// Takes back what version 4 has added, from a store of that version.
inline constexpr const char* kFromVersion4BackTo3 =
    "DROP TABLE ended_keys; DROP TABLE keys_given; DROP TABLE deleted; DROP TABLE revisions;"
    "DROP INDEX tokens_by_org_holder; DROP INDEX tokens_by_lost_maker; DROP INDEX tokens_by_org;"
    "CREATE INDEX tokens_by_org ON tokens (org);"
    "ALTER TABLE tokens DROP COLUMN seen_only; ALTER TABLE tokens DROP COLUMN maker_lost;"
    "ALTER TABLE settings DROP COLUMN write_id; ALTER TABLE settings DROP COLUMN identity;"
    "ALTER TABLE settings DROP COLUMN restores; ALTER TABLE settings DROP COLUMN revision;"
    "PRAGMA user_version = 3;";

}  // namespace support
