#include <algorithm>

#include "explain/explain_words.h"
#include "libtoken/explain.h"
#include "libtoken/text.h"
#include "wire/decimal.h"

namespace libtoken {
namespace {

constexpr std::int64_t kFarthestWindowEnd = std::int64_t{1} << 55;
constexpr std::size_t kMostListed = 8;

// ", and that only for reading"; nothing for a mask that says everything.
std::string for_what(ActionMask mask) {
  return mask.contains(kAllActions) ? "" : ", and that only for " + gerunds(mask);
}

// "everything", "nothing", "only reading".
std::string only(ActionMask mask) {
  return (mask.contains(kAllActions) || (mask & kAllActions) == kNoAction ? "" : "only ") + gerunds(mask);
}

// "a for everything, b for reading", each for what its mask says; masks that say everything are not mentioned.
template <class Set, class Name>
std::string entries(const Set& set, const Name& name) {
  std::vector<std::string> words;
  for (const auto& entry : set) {
    if (words.size() == kMostListed && set.size() > kMostListed + 1) break;
    words.push_back(name(entry) + (entry.mask.contains(kAllActions) ? "" : " for " + gerunds(entry.mask)));
  }
  if (words.size() < set.size()) words.push_back(std::to_string(set.size() - words.size()) + " more");
  return join_words(words);
}

std::string name_set(const NameSet& set, const std::string& one, const std::string& many) {
  if (set.empty()) return "no " + one + " at all";
  if (set.size() == 1) {
    const NameEntry only = *set.begin();
    if (only.name.empty()) return "any " + one + for_what(only.mask);
  }
  return "only the " + (set.size() == 1 ? one : many) + " " + entries(set, [](const NameEntry& entry) {
           return entry.name.empty() ? std::string("*") : quoted(entry.name);
         });
}

std::string text_list(const TextList& list) {
  std::vector<std::string> words;
  for (const TextItem& item : list) {
    if (words.size() == kMostListed) break;
    words.push_back(quoted(item.text));
  }
  if (list.size() > kMostListed) words.push_back(std::to_string(list.size() - kMostListed) + " more");
  return join_words(words);
}

std::string adds(const Organization& caveat, const NameSource* names) {
  const std::string where = caveat.id == 0 ? "in any org" : "only in " + org_words(caveat.id, names);
  return where + (caveat.mask.contains(kAllActions) ? "" : ", and there " + only(caveat.mask));
}
std::string adds(const Apps& caveat, const NameSource* names) {
  if (caveat.apps.empty()) return "no app at all";
  if (caveat.apps.size() == 1 && (*caveat.apps.begin()).id == 0)
    return "any app" + for_what((*caveat.apps.begin()).mask);
  return "only " + entries(caveat.apps, [&](const IdEntry& entry) {
           return entry.id == 0 ? std::string("any app") : app_words(entry.id, names);
         });
}
std::string adds(const Volumes& caveat, const NameSource*) { return name_set(caveat.volumes, "volume", "volumes"); }
std::string adds(const FeatureSet& caveat, const NameSource*) {
  return name_set(caveat.features, "feature", "features");
}
std::string adds(const Machines& caveat, const NameSource*) { return name_set(caveat.machines, "machine", "machines"); }
std::string adds(const MachineFeatureSet& caveat, const NameSource*) {
  return name_set(caveat.features, "machine feature", "machine features");
}
std::string adds(const Clusters& caveat, const NameSource*) { return name_set(caveat.clusters, "cluster", "clusters"); }
std::string adds(const AppFeatureSet& caveat, const NameSource*) {
  return name_set(caveat.features, "app feature", "app features");
}
std::string adds(const StorageObjects& caveat, const NameSource*) {
  if (caveat.prefixes.empty()) return "no stored object at all";
  return "only stored objects whose URL begins with " + entries(caveat.prefixes, [](const NameEntry& entry) {
           return entry.name.empty() ? std::string("anything") : quoted(entry.name);
         });
}
std::string adds(const ValidityWindow& caveat, const NameSource*) {
  if (caveat.not_before_unix_s <= 0) return "only until " + utc(caveat.not_after_unix_s);
  return "only from " + utc(caveat.not_before_unix_s) + " until " + utc(caveat.not_after_unix_s);
}
std::string adds(const Mutations& caveat, const NameSource*) {
  if (caveat.mutations.empty()) return "no mutation at all";
  return (caveat.mutations.size() == 1 ? "only the mutation " : "only the mutations ") + text_list(caveat.mutations);
}
std::string adds(const ConfineUser& caveat, const NameSource*) {
  return "a third party must know the holder as user " + std::to_string(caveat.id);
}
std::string adds(const ConfineOrganization& caveat, const NameSource* names) {
  return "a third party must know the holder as belonging to " + org_words(caveat.id, names);
}
std::string adds(const ConfineGoogleHD& caveat, const NameSource*) {
  return "a third party must know the holder by a Google account of " + quoted(caveat.hosted_domain);
}
std::string adds(const ConfineGitHubOrg& caveat, const NameSource*) {
  return "a third party must know the holder by a GitHub account in org " + std::to_string(caveat.id);
}
std::string adds(const MaxValidity& caveat, const NameSource*) {
  return "a discharge may last " + std::to_string(caveat.seconds) + " seconds at most";
}
std::string adds(const IsUser& caveat, const NameSource*) {
  return "a remark that it is for user " + std::to_string(caveat.id) + "; it restricts nothing";
}
std::string adds(const ThirdParty& caveat, const NameSource*) {
  return "only with a discharge from " + quoted(caveat.location);
}
std::string adds(const BindToParentToken& caveat, const NameSource*) {
  return "only together with the token it was made for (" +
         to_hex(caveat.prefix.first(std::min<std::size_t>(caveat.prefix.size(), 16))) + "…)";
}
std::string adds(const IfPresent& caveat, const NameSource* names) {
  if (caveat.ifs.empty()) return only(caveat.otherwise);
  std::vector<std::string> inner;
  for (const Caveat& one : caveat.ifs) inner.push_back(explain(one, names).adds);
  return "where the request names what these speak of: " + join_words(inner, "; and ") +
         "; where it names none of it: " + only(caveat.otherwise);
}
std::string adds(const FromMachineSource& caveat, const NameSource*) {
  return "only from machine " + quoted(caveat.id);
}
std::string adds(const IsMember&, const NameSource*) { return "only what members may do"; }
std::string adds(const FlyioUserID& caveat, const NameSource*) {
  return "states that the user is Fly.io user " + std::to_string(caveat.id);
}
std::string adds(const GitHubUserID& caveat, const NameSource*) {
  return "states that the user is GitHub user " + std::to_string(caveat.id);
}
std::string adds(const GoogleUserID& caveat, const NameSource*) {
  return "states that the user is Google user " + big_endian_to_decimal(caveat.big_endian);
}
std::string adds(const ActionCaveat& caveat, const NameSource*) { return only(caveat.mask); }
std::string adds(const Commands& caveat, const NameSource*) {
  if (caveat.commands.empty()) return "no command at all";
  std::vector<std::string> words;
  for (const CommandEntry& entry : caveat.commands) {
    if (words.size() == kMostListed) break;
    std::string line;
    for (const TextItem& arg : entry.args) line += (line.empty() ? "" : " ") + quoted(arg.text);
    words.push_back(entry.exact ? "\"" + line + "\"" : line.empty() ? "any command" : "\"" + line + " …\"");
  }
  if (caveat.commands.size() > kMostListed)
    words.push_back(std::to_string(caveat.commands.size() - kMostListed) + " more");
  return "only to run " + join_words(words, " or ");
}
std::string adds(const AllowedRoles& caveat, const NameSource*) {
  if (caveat.roles == kRoleAdmin) return "what admins may do, which is everything";
  if ((caveat.roles & kRoleMember) != 0) return "only what members may do";
  return "only roles " + std::to_string(caveat.roles) + ", which no operation accepts";
}
std::string adds(const FlySrc& caveat, const NameSource*) {
  std::vector<std::string> sources;
  if (!caveat.organization.empty()) sources.push_back("org " + quoted(caveat.organization));
  if (!caveat.app.empty()) sources.push_back("app " + quoted(caveat.app));
  if (!caveat.instance.empty()) sources.push_back("machine " + quoted(caveat.instance));
  return sources.empty() ? "names no source; it restricts nothing" : "only from " + join_words(sources);
}
std::string adds(const UnknownCaveat& caveat, const NameSource*) {
  return "its type is unknown, so it allows nothing; its body is " + describe_msgpack(caveat.body);
}

template <class Set, class IsWildcard>
bool contradicts_itself(const Set& set, const IsWildcard& is_wildcard) {
  return set.size() > 1 && std::any_of(set.begin(), set.end(), is_wildcard);
}

const NameSet* name_set_of(const Caveat& caveat) {
  if (const auto* body = std::get_if<Volumes>(&caveat.body)) return &body->volumes;
  if (const auto* body = std::get_if<FeatureSet>(&caveat.body)) return &body->features;
  if (const auto* body = std::get_if<Machines>(&caveat.body)) return &body->machines;
  if (const auto* body = std::get_if<MachineFeatureSet>(&caveat.body)) return &body->features;
  if (const auto* body = std::get_if<Clusters>(&caveat.body)) return &body->clusters;
  if (const auto* body = std::get_if<AppFeatureSet>(&caveat.body)) return &body->features;
  if (const auto* body = std::get_if<StorageObjects>(&caveat.body)) return &body->prefixes;
  return nullptr;
}

std::string warning_about(const Caveat& caveat) {
  if (has_unreachable_else(caveat))
    return "part of it is checked in every request, so its last part never applies, and it may allow more than it "
           "seems to";
  bool mixed_wildcard = false;
  if (const NameSet* set = name_set_of(caveat))
    mixed_wildcard = contradicts_itself(*set, [](const NameEntry& entry) { return entry.name.empty(); });
  if (const auto* apps = std::get_if<Apps>(&caveat.body))
    mixed_wildcard = contradicts_itself(apps->apps, [](const IdEntry& entry) { return entry.id == 0; });
  if (mixed_wildcard) return "it names everything and single things at once, so it never clears";
  if (const auto* window = std::get_if<ValidityWindow>(&caveat.body)) {
    const auto is_too_far = [](std::int64_t end) { return end > kFarthestWindowEnd || end < -kFarthestWindowEnd; };
    if (is_too_far(window->not_before_unix_s) || is_too_far(window->not_after_unix_s))
      return "its ends are implausibly far away, so it never clears";
    if (window->not_before_unix_s > window->not_after_unix_s) return "it ends before it begins, so it never clears";
  }
  return "";
}

}  // namespace

CaveatExplanation explain(const Caveat& caveat, const NameSource* names) {
  CaveatExplanation words;
  const std::string_view name = name_of(caveat.type);
  words.type = name.empty() ? "type " + std::to_string(static_cast<std::uint64_t>(caveat.type)) : std::string(name);
  words.adds = std::visit([&](const auto& body) { return adds(body, names); }, caveat.body);
  words.warning = warning_about(caveat);
  return words;
}

}  // namespace libtoken
