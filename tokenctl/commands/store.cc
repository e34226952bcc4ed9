#include <algorithm>
#include <filesystem>

#include "authority/audit/actor.h"
#include "authority/keys/restore.h"
#include "authority/store/backup.h"
#include "authority/store/check.h"
#include "authority/store/store_files.h"
#include "authority/tokens/issued.h"
#include "commands/confirm.h"
#include "commands/run.h"
#include "input/times.h"
#include "libtoken/json.h"
#include "libtoken/text.h"
#include "output/layout.h"
#include "output/output.h"
#include "output/progress.h"
#include "output/times.h"
#include "service/open_store.h"

namespace tokenctl {
namespace {

using libtoken::ErrorKind;
using libtoken::authority::RestorePlan;
using libtoken::authority::RestoreWith;
using libtoken::authority::Store;
using libtoken::authority::StoreAddress;

std::string shown(const std::string& path) { return libtoken::escape_untrusted(path); }

/// What the backup is, and what happened since then.
void remark_on(const RestorePlan& plan) {
  remark("the backup was made " + describe_time(plan.backup_unix_s, now_unix_s()));
  if (!plan.old_store_found) {
    remark("what was done since then is not known: there is no old store here (give it with --old-store)");
  } else {
    remark("since then: " + counted(plan.issued_since, "token") + " made, " + std::to_string(plan.revoked_since) +
           " revoked, " + counted(plan.other_changes_since, "other change"));
    if (plan.other_changes_since > 0) {
      remark(
          "orgs, apps and root keys made since then are not taken over, and tokens of such a key are no "
          "longer valid");
    }
  }
}

void remark_on_effect(const RestorePlan& plan, bool rotate_keys) {
  if (rotate_keys) {
    remark("every org gets a new root key, which ends all older tokens");
  } else if (plan.old_store_found) {
    remark("tokens revoked in the old store stay revoked");
  } else {
    remark("tokens revoked since the backup become valid again");
    remark("tokens made since then stay valid, but list and revoke --for do not know them; --rotate-keys ends them");
  }
}

/// How much of a store has been copied into a backup, which has another ending until it is whole.
Progress::Measure copied_of(const std::string& store, const std::filesystem::path& backup) {
  return [store, backup]() -> std::string {
    std::error_code error;
    const auto whole = static_cast<double>(std::filesystem::file_size(store, error));
    const auto folder = backup.has_parent_path() ? backup.parent_path() : std::filesystem::path(".");
    const std::string begins = backup.filename().native() + ".new-";
    double copied = 0;
    for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
      if (at->path().filename().native().starts_with(begins)) copied = static_cast<double>(at->file_size(error));
    if (error || whole == 0 || copied == 0) return {};
    return std::to_string(static_cast<int>(std::min(1.0, copied / whole) * 100)) + " %";
  };
}

}  // namespace

Outcome<Exit> run(const Globals& globals, const StoreInit& command) {
  const StoreAddress address = store_address(globals);
  const auto store = Store::init(address, command.location.value_or(libtoken::authority::kDefaultLocation));
  if (!store) return fail(store.error());
  const std::string kek_file = address.kek_file ? address.kek_file->string() : store->path() + ".kek";
  if (globals.json) {
    answer_json({{"store", address.url}, {"kek_file", kek_file}, {"location", store->location()}});
  }
  remark("made the store " + shown(store->path()) + " for tokens of " + shown(store->location()));
  remark("its key-encryption key is " + shown(kek_file) +
         ": without it the store cannot be used, so back up both, in different places");
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const StoreCheck&) {
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  std::optional<Progress> progress(std::in_place, "checking the store");
  const auto report = libtoken::authority::check_store(*store);
  progress.reset();
  if (!report) return fail(report.error());
  const bool whole = report->faults.empty();
  if (globals.json) {
    answer_json({{"whole", whole},
                 {"faults", report->faults},
                 {"orgs", report->orgs},
                 {"apps", report->apps},
                 {"keys", report->keys},
                 {"tokens", report->tokens},
                 {"revocations", report->revocations}});
  } else {
    for (const std::string& fault : report->faults) answer(libtoken::escape_untrusted(fault) + "\n");
  }
  remark("checked " + counted(report->orgs, "org") + ", " + counted(report->apps, "app") + ", " +
         counted(report->keys, "root key") + ", " + counted(report->tokens, "token") + " and " +
         counted(report->revocations, "revocation"));
  remark(whole ? "the store is intact" : "the store is damaged: " + counted(report->faults.size(), "fault"));
  return whole ? Exit::kDone : Exit::kFailed;
}

Outcome<Exit> run(const Globals& globals, const StoreBackup& command) {
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  std::optional<Progress> progress(std::in_place, "copying the store", copied_of(store->path(), command.file));
  const auto done = libtoken::authority::backup_store(*store, command.file, now_unix_s());
  progress.reset();
  if (!done) return fail(done.error());
  if (globals.json) answer_json({{"backup", command.file}});
  remark("made the backup " + shown(command.file) + " of " + shown(store->path()));
  remark("the key-encryption key is not in it, and it cannot be used without that key: keep both, in different places");
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const StoreRestore& command) {
  const StoreAddress address = store_address(globals);
  std::optional<std::filesystem::path> old_store;
  if (command.old_store) old_store = *command.old_store;
  const auto failure = [&](const libtoken::Error& error) {
    if (old_store && error.kind == ErrorKind::kUnusableStore && error.message.starts_with("the old store ")) {
      return fail(Exit::kFailed,
                  error.message + "; if that cannot be repaired, leave out --old-store and give --rotate-keys");
    }
    return error.kind == ErrorKind::kNotFound ? fail(Exit::kFailed, error.message) : fail(error);
  };
  // Checked first, because what follows assumes that the old store was moved away.
  const auto files = libtoken::authority::parse_address(address);
  if (!files) return failure(files.error());
  if (const auto absent = libtoken::authority::check_absent(files->store); !absent) {
    // If only a journal was left behind, the message already says where to put it.
    std::error_code error;
    const bool is_store = std::filesystem::exists(std::filesystem::symlink_status(files->store, error));
    return fail(Exit::kRefused,
                absent.error().message +
                    (is_store ? ": move it away with its -wal and -shm files, and give it with --old-store" : ""));
  }
  const auto plan = libtoken::authority::plan_restore(command.file, address, old_store);
  if (!plan) return failure(plan.error());
  remark_on(*plan);
  if (!plan->old_store_found && !command.rotate_keys && !command.accept_lost_revocations) {
    return fail(
        Exit::kUsage,
        "tokens revoked since the backup would become valid again: give --old-store FILE, or --rotate-keys to end "
        "all older tokens, or --accept-lost-revocations");
  }
  remark_on_effect(*plan, command.rotate_keys);
  if (const auto confirmed = confirm("The store will be made from the backup.", command.yes); !confirmed)
    return tl::unexpected<Failure>(confirmed.error());

  std::optional<Progress> progress(std::in_place, "making the store");
  const auto done = libtoken::authority::restore_store(
      command.file, address, command.rotate_keys ? RestoreWith::kRotatedKeys : RestoreWith::kAcceptedLostRevocations,
      old_store, libtoken::authority::local_actor(), now_unix_s());
  progress.reset();
  if (!done) return failure(done.error());
  if (globals.json) answer_json({{"store", address.url}, {"backup_made", to_rfc3339(plan->backup_unix_s)}});
  remark("made " + shown(address.url) + " from " + shown(command.file));
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const StorePrune&) {
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  std::optional<Progress> progress(std::in_place, "deleting records");
  const auto pruned = libtoken::authority::prune(*store, libtoken::authority::local_actor(), now_unix_s());
  progress.reset();
  if (!pruned) return fail(pruned.error());
  if (globals.json) answer_json({{"tokens", pruned->tokens}, {"revocations", pruned->revocations}});
  remark("deleted the records of " + counted(pruned->tokens, "token") + " that ended at least 30 days ago, and " +
         counted(pruned->revocations, "revocation"));
  return Exit::kDone;
}

}  // namespace tokenctl
