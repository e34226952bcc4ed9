#include <algorithm>
#include <limits>

#include "commands/run.h"
#include "commands/unrelated_tokens.h"
#include "input/access_options.h"
#include "input/caveats_file.h"
#include "input/times.h"
#include "input/token_source.h"
#include "libtoken/bundle.h"
#include "libtoken/caveat_json.h"
#include "libtoken/json.h"
#include "libtoken/text.h"
#include "output/layout.h"
#include "output/output.h"
#include "output/times.h"
#include "output/what_is_allowed.h"
#include "service/open_store.h"

namespace tokenctl {
namespace {

using libtoken::ActionMask;
using libtoken::Bundle;
using libtoken::CaveatSet;
using libtoken::CaveatType;
using libtoken::authority::Snapshot;

/// `NAME` or `NAME:MASK`, split at the last colon.
struct MaskedName {
  std::string name;
  ActionMask mask = libtoken::kAllActions;
};

Outcome<ActionMask> parse_mask(const char* flag, std::string_view letters) {
  const auto mask = libtoken::parse_caveat_mask(libtoken::letters_of_actions(letters));
  if (!mask) return fail(Exit::kUsage, std::string(flag) + ": " + mask.error().message + kActionWords);
  if (*mask == libtoken::kNoAction)
    return fail(Exit::kUsage, std::string(flag) + ": the mask has no letters and would allow nothing");
  return *mask;
}

Outcome<MaskedName> parse_masked(const char* flag, const std::string& text) {
  MaskedName result{text, libtoken::kAllActions};
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return result;
  result.name = text.substr(0, colon);
  if (result.name.empty()) return fail(Exit::kUsage, std::string(flag) + ": there is no name before the colon");
  const auto mask = parse_mask(flag, std::string_view(text).substr(colon + 1));
  if (!mask) return tl::unexpected<Failure>(mask.error());
  result.mask = *mask;
  return result;
}

Outcome<void> add_apps(CaveatSet& caveats, const std::vector<std::string>& apps, const Snapshot* registry) {
  CaveatSet::Ids ids;
  for (const std::string& text : apps) {
    const auto app = parse_masked("--app", text);
    if (!app) return tl::unexpected<Failure>(app.error());
    const auto id = app_id(app->name, registry);
    if (!id) return tl::unexpected<Failure>(id.error());
    ids.emplace_back(*id, app->mask);
  }
  if (!ids.empty()) caveats.apps(std::move(ids));
  return {};
}

Outcome<void> add_features(CaveatSet& caveats, const std::vector<std::string>& features) {
  CaveatSet::Names names;
  for (const std::string& text : features) {
    auto feature = parse_masked("--feature", text);
    if (!feature) return tl::unexpected<Failure>(feature.error());
    names.emplace_back(std::move(feature->name), feature->mask);
  }
  if (!names.empty()) caveats.names(CaveatType::kFeatureSet, std::move(names));
  return {};
}

Outcome<void> add_command(CaveatSet& caveats, const std::string& command) {
  CaveatSet::Command entry;
  for (const std::string_view arg : split_command(command)) entry.args.emplace_back(arg);
  if (entry.args.empty()) return fail(Exit::kUsage, "--command: there is no word in it");
  entry.exact = true;
  caveats.commands({entry});
  return {};
}

Outcome<std::optional<std::int64_t>> parse_end(const Attenuate& command, std::int64_t now_unix_s) {
  if (!command.expiry) return std::nullopt;
  const auto expiry = parse_expiry(*command.expiry, now_unix_s);
  if (!expiry) return fail(Exit::kUsage, "--expiry: " + expiry.error().message);
  if (!*expiry)
    return fail(Exit::kUsage, "--expiry: never does not narrow a token, and an end that it has cannot be removed");
  return **expiry;
}

/// The caveats that the flags ask for.
Outcome<CaveatSet> collect(const Attenuate& command, const std::optional<std::int64_t>& end, const Snapshot* registry) {
  CaveatSet caveats;
  Outcome<void> added;
  if (command.caveats_file) added = append_caveats_file(caveats, *command.caveats_file);
  if (added && command.org) {
    const auto id = org_id(*command.org, registry);
    if (!id) return tl::unexpected<Failure>(id.error());
    caveats.organization(*id, libtoken::kAllActions);
  }
  if (added) added = add_apps(caveats, command.apps, registry);
  if (added) added = add_features(caveats, command.features);
  if (added && command.read_only) caveats.action(libtoken::kRead);
  if (added && command.action) {
    const auto mask = parse_mask("--action", *command.action);
    if (!mask) return tl::unexpected<Failure>(mask.error());
    caveats.action(*mask);
  }
  if (added && command.command) added = add_command(caveats, *command.command);
  if (added && end) caveats.validity_window(0, *end);
  if (!added) return tl::unexpected<Failure>(added.error());
  const auto checked = caveats.check();
  if (!checked) return fail(Exit::kUsage, checked.error().message);
  if (caveats.empty()) return fail(Exit::kUsage, "there is nothing to add: give -f, --read-only, --expiry, --app …");
  return caveats;
}

struct Narrowed {
  std::size_t tokens = 0;
  bool changed = false;  ///< false if each token already had all of it
};

/// Adds the caveats to every permission token of a bundle.
Outcome<Narrowed> attenuate(Bundle& bundle, const std::string& location, const CaveatSet& caveats) {
  if (const auto checked = refuse_unrelated_tokens(bundle, location); !checked)
    return tl::unexpected<Failure>(checked.error());
  Narrowed narrowed;
  std::optional<libtoken::Error> error;
  for (Bundle::Part& part : bundle.parts()) {
    if (!part) {
      error = part.error();
      continue;
    }
    if (part->location() != location) continue;
    const std::size_t before = part->unverified_caveats().size();
    if (const auto added = part->attenuate(caveats); !added) return fail(added.error());
    narrowed.changed = narrowed.changed || part->unverified_caveats().size() != before;
    ++narrowed.tokens;
  }
  if (narrowed.tokens == 0) return error ? fail(*error) : fail(Exit::kRefused, "there is no token to narrow");
  for (const Bundle::Part& part : bundle.parts()) {
    if (!part) remark("left out a part that is not a token: " + sentence(part.error()));
  }
  return narrowed;
}

/// Says if the end that was asked for changes nothing, because the tokens end no later by themselves.
void remark_on_useless_end(const std::vector<libtoken::InspectedToken>& before, std::int64_t end,
                           std::int64_t now_unix_s) {
  const auto ends_before = [&](const libtoken::InspectedToken& token) {
    return token.explanation.not_after_unix_s.value_or(std::numeric_limits<std::int64_t>::max()) <= end;
  };
  const auto count = static_cast<std::size_t>(std::count_if(before.begin(), before.end(), ends_before));
  if (count == 0) return;
  if (count == before.size() && count == 1) {
    remark("--expiry does nothing: the token already ends " +
           describe_time(*before.front().explanation.not_after_unix_s, now_unix_s));
  } else {
    remark("--expiry does nothing for " + std::to_string(count) + " of " + counted(before.size(), "token") +
           ": they already end by then");
  }
}

libtoken::Json to_json(const std::string& header, const CaveatSet& caveats) {
  libtoken::Json added = libtoken::Json::array();
  const auto checked = caveats.check();
  for (const libtoken::Caveat& caveat : checked->caveats()) added.push_back(caveat_to_json(caveat));
  return {{"token", header}, {"added", std::move(added)}};
}

}  // namespace

Outcome<Exit> run(const Globals& globals, const Attenuate& command) {
  const auto pasted = read_token(command.token, command.caveats_file == "-" ? "the caveats" : nullptr);
  if (!pasted) return tl::unexpected<Failure>(pasted.error());
  const auto token = take_out_token(*pasted);
  if (!token) return tl::unexpected<Failure>(token.error());
  auto bundle = Bundle::parse(*token);
  if (!bundle) return fail(bundle.error());
  const std::string location(service_location(*bundle));  // a copy, because attenuating invalidates the view
  const auto registry = open_registry(globals);
  if (!registry) return tl::unexpected<Failure>(registry.error());
  const Snapshot* const names = registry_of(registry->get(), location);
  const std::int64_t now = now_unix_s();
  const auto end = parse_end(command, now);
  if (!end) return tl::unexpected<Failure>(end.error());
  const auto caveats = collect(command, *end, names);
  if (!caveats) return tl::unexpected<Failure>(caveats.error());

  if (*end) remark_on_useless_end(allowed_by(*bundle, location, names), **end, now);
  const auto narrowed = attenuate(*bundle, location, *caveats);
  if (!narrowed) return tl::unexpected<Failure>(narrowed.error());

  if (!command.apps.empty() && !command.features.empty()) {
    remark(
        "--app and --feature together allow nothing, because no access names both; to allow either of them, give an "
        "IfPresent caveat with -f");
  }
  remark(narrowed->changed ? "added " + counted(caveats->size(), "caveat") + " to " + counted(narrowed->tokens, "token")
                           : std::string("nothing was added: the token already has all of it"));
  const auto left = allowed_by(*bundle, location, names);
  remark_on_each(left, "token");
  remark_on_ends(left, now);
  const std::string header = bundle->header(location);
  if (globals.json) {
    answer_json(to_json(header, *caveats));
  } else {
    answer(header + "\n");
  }
  return Exit::kDone;
}

}  // namespace tokenctl
