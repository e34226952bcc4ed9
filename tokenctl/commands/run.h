#pragma once

#include "command_line/commands.h"
#include "output/outcome.h"

namespace tokenctl {

// One function for each command. Its answer goes to stdout, its remarks to stderr.

[[nodiscard]] Outcome<Exit> run(const Globals& globals, const StoreInit& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const StoreCheck& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const StoreBackup& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const StoreRestore& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const StorePrune& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const OrgsCreate& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const OrgsList& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const OrgsShow& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const OrgsRename& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const OrgsDelete& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const AppsCreate& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const AppsList& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const AppsRename& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const AppsDelete& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const KeysList& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const KeysRotate& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const KeysRetire& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const KeysRewrap& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const Create& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const List& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const Revoke& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const Audit& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const WhoAmI& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const Inspect& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const Attenuate& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const Verify& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const Can& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const ThirdPartyAdd& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const ThirdPartyTickets& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const ThirdPartyDischarge& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const ThirdPartyAttach& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const ThirdPartyKeygen& command);
[[nodiscard]] Outcome<Exit> run(const Globals& globals, const ThirdPartyFetch& command);

}  // namespace tokenctl
