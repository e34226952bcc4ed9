#include "libtoken/explain.h"

#include <algorithm>
#include <map>
#include <set>

#include "explain/explain_words.h"
#include "libtoken/clearing.h"
#include "libtoken/text.h"
#include "wire/aead.h"

namespace libtoken {
namespace {

// Windows beyond these never clear (FORMAT.md §7).
constexpr std::int64_t kFarthestWindowEnd = std::int64_t{1} << 55;

// The key id of a discharge is a ticket: a sealed key of 32 bytes, and a list. No key id is that long.
constexpr std::size_t kShortestTicket = kSealOverhead + 36;

// The features that members have rights on, all or some (FORMAT.md §7): asked about where a caveat speaks of roles.
constexpr std::string_view kFeaturesOfRoles[] = {"addon",  "authentication", "billing",    "builder", "checks",
                                                 "domain", "litefs-cloud",   "membership", "site",    "wg"};

/// Says what a token's caveats allow by asking them: which actions clear for the org itself, for every app and feature
/// that a caveat names, and for one that none names. So the paragraph cannot say anything that clearing does not.
class Paragraph {
 public:
  Paragraph(const MacaroonView& token, const NameSource* names, bool is_discharge)
      : token_(token), names_(names), is_answer_(is_discharge) {
    sort_caveats();
  }

  std::string text() {
    if (!closed_.empty()) return nothing("Allows nothing: " + closed_ + ".");
    if (is_answer_) return answer_text();
    if (!undecided_.empty())
      return "What it allows depends on " + undecided_ +
             ", part of which is checked in every request: see its line below.";
    if (has_org_ && !org_) return nothing("Allows nothing: its caveats name two different orgs.");
    ask_all();
    std::string text = scope_sentences();
    allows_nothing_ = unasked_.empty() && is_uniform() && org_itself_ == kNoAction;
    if (!unasked_.empty())
      text = "Where the request names no " + join_words({unasked_.begin(), unasked_.end()}, " or ") + ": " + text +
             " Where it names one, the caveats below say what is allowed.";
    if (!conditions_.empty()) text = "Limits: " + join_words(conditions_, "; and ") + ". Within these: " + text;
    if (more_names_) text += " It names more apps or features than are listed here; see the caveats below.";
    if (needs_discharge_) text += " It works only together with its discharges.";
    return text;
  }

  /// After text().
  [[nodiscard]] bool allows_nothing() const noexcept { return allows_nothing_; }

 private:
  std::string nothing(std::string sentence) {
    allows_nothing_ = true;
    return sentence;
  }

  void sort_caveats() {
    for (std::size_t i = 0; i < token_.unverified_caveats.size(); ++i) sort(token_.unverified_caveats[i], i);
    is_answer_ = is_answer_ || (token_.nonce.proof && !has_org_) || token_.nonce.kid.size() >= kShortestTicket;
  }

  // Those about org, app, feature, role and action are asked. The others say when, where from and for what else.
  void sort(const Caveat& caveat, std::size_t index) {
    switch (caveat.type) {
      case CaveatType::kOrganization: {
        const auto& body = std::get<Organization>(caveat.body);
        if (body.id != 0) {
          if (has_named_org_ && org_ != body.id)
            org_.reset();
          else
            org_ = body.id;
          has_named_org_ = true;
        }
        has_org_ = true;
        if (!has_named_org_) org_ = 0;
        asked_.push_back(&caveat);
        return;
      }
      case CaveatType::kApps:
      case CaveatType::kFeatureSet:
      case CaveatType::kAction:
      case CaveatType::kIsMember:
      case CaveatType::kAllowedRoles:
      case CaveatType::kIfPresent:
        if (has_unreachable_else(caveat)) undecided_ = "caveat " + std::to_string(index + 1);
        return ask(caveat);
      case CaveatType::kThirdParty: needs_discharge_ = true; return;
      case CaveatType::kBindToParentToken:
      case CaveatType::kConfineUser:
      case CaveatType::kConfineOrganization:
      case CaveatType::kConfineGoogleHD:
      case CaveatType::kConfineGitHubOrg:
      case CaveatType::kMaxValidity: is_answer_ = true; return;
      case CaveatType::kValidityWindow:
        // Windows are told beside the paragraph, but for those that no time is in.
        if (!can_be_open(std::get<ValidityWindow>(caveat.body))) closed_ = "no time is within all of its caveats";
        return;
      case CaveatType::kFlySrc: {
        const auto& source = std::get<FlySrc>(caveat.body);
        if (source.organization.empty() && source.app.empty() && source.instance.empty()) return;
        break;
      }
      case CaveatType::kIsUser:
      case CaveatType::kFlyioUserID:
      case CaveatType::kGitHubUserID:
      case CaveatType::kGoogleUserID: return;
      case CaveatType::kVolumes:
      case CaveatType::kMutations:
      case CaveatType::kMachines:
      case CaveatType::kMachineFeatureSet:
      case CaveatType::kFromMachineSource:
      case CaveatType::kClusters:
      case CaveatType::kCommands:
      case CaveatType::kAppFeatureSet:
      case CaveatType::kStorageObjects: break;
    }
    if (std::holds_alternative<UnknownCaveat>(caveat.body)) {
      closed_ = "caveat " + std::to_string(index + 1) + " is of an unknown type, and an unknown caveat never clears";
      return;
    }
    conditions_.push_back(explain(caveat, names_).adds);
  }

  // Together with the windows before it.
  bool can_be_open(const ValidityWindow& window) {
    opens_ = std::max(opens_, window.not_before_unix_s);
    closes_ = std::min(closes_, window.not_after_unix_s);
    return opens_ <= closes_ && window.not_before_unix_s >= -kFarthestWindowEnd &&
           window.not_after_unix_s <= kFarthestWindowEnd;
  }

  void ask(const Caveat& caveat) {
    asked_.push_back(&caveat);
    collect_names(caveat);
  }

  void collect_names(const Caveat& caveat) {
    if (const auto* apps = std::get_if<Apps>(&caveat.body))
      for (const IdEntry& entry : apps->apps)
        if (entry.id != 0) name(app_ids_, entry.id);
    if (const auto* features = std::get_if<FeatureSet>(&caveat.body))
      for (const NameEntry& entry : features->features)
        if (!entry.name.empty()) name(feature_names_, entry.name);
    const auto* roles = std::get_if<AllowedRoles>(&caveat.body);
    if (std::holds_alternative<IsMember>(caveat.body) || (roles != nullptr && roles->roles != kRoleAdmin)) {
      speaks_of_roles_ = true;
      feature_names_.insert(std::begin(kFeaturesOfRoles), std::end(kFeaturesOfRoles));
    }
    if (const auto* if_present = std::get_if<IfPresent>(&caveat.body))
      for (const Caveat& inner : if_present->ifs) {
        collect_names(inner);
        if (const char* subject = subject_not_asked(inner.type)) unasked_.insert(subject);
      }
  }

  // What requests may name that the paragraph does not ask about one by one.
  static const char* subject_not_asked(CaveatType type) {
    constexpr std::pair<CaveatType, const char*> kSubjects[] = {{CaveatType::kVolumes, "volume"},
                                                                {CaveatType::kMutations, "mutation"},
                                                                {CaveatType::kMachines, "machine"},
                                                                {CaveatType::kMachineFeatureSet, "machine feature"},
                                                                {CaveatType::kClusters, "cluster"},
                                                                {CaveatType::kCommands, "command"},
                                                                {CaveatType::kAppFeatureSet, "app feature"},
                                                                {CaveatType::kStorageObjects, "stored object"}};
    for (const auto& [known, subject] : kSubjects)
      if (known == type) return subject;
    return nullptr;
  }

  // A paragraph is short: beyond so many names it says that there are more.
  template <class Set, class Name>
  void name(Set& names, const Name& one) {
    constexpr std::size_t kMostNames = 16;
    if (names.size() < kMostNames || names.count(one) != 0)
      names.insert(one);
    else
      more_names_ = true;
  }

  ActionMask allowed(Access access) const {
    access.org = org_.value_or(0);
    ActionMask allowed;
    for (const ActionMask action : {kRead, kWrite, kCreate, kDelete, kControl}) {
      access.action = action;
      if (all_clear(asked_, access)) allowed.bits = static_cast<std::uint16_t>(allowed.bits | action.bits);
    }
    return allowed;
  }

  void ask_all() {
    org_itself_ = allowed({});
    for (const std::uint64_t id : app_ids_) {
      Access access;
      access.app = id;
      by_mask_[allowed(access).bits].apps.push_back(app_words(id, names_));
    }
    for (const std::string_view name : feature_names_) {
      Access access;
      access.feature = name;
      by_mask_[allowed(access).bits].features.push_back(quoted(name));
    }
    Access other_app;
    for (std::uint64_t id = 1; !other_app.app; ++id)
      if (app_ids_.count(id) == 0) other_app.app = id;
    other_apps_ = allowed(other_app);
    Access other_feature;
    std::string name = "any other";
    while (feature_names_.count(name) != 0) name += ' ';
    other_feature.feature = name;
    other_features_ = allowed(other_feature);
  }

  std::string org_phrase() const { return org_.value_or(0) == 0 ? "any org" : org_words(*org_, names_); }

  bool is_uniform() const {
    return other_apps_ == org_itself_ && other_features_ == org_itself_ &&
           std::all_of(by_mask_.begin(), by_mask_.end(),
                       [&](const auto& group) { return group.first == org_itself_.bits; });
  }

  std::string scope_sentences() const {
    if (is_uniform()) return uniform_sentence();
    std::string text;
    const auto add = [&](const std::string& sentence) { text += (text.empty() ? "" : " ") + sentence; };
    for (auto group = by_mask_.rbegin(); group != by_mask_.rend(); ++group) {
      const ActionMask mask{group->first};
      if (mask == kNoAction && other_apps_ == mask && other_features_ == mask) continue;  // the last sentence says it
      std::vector<std::string> things = group->second.apps;
      if (const auto& features = group->second.features; !features.empty())
        things.push_back((features.size() == 1 ? "the feature " : "the features ") + join_words(features));
      const std::string object = join_words(things);
      add(mask == kNoAction ? "May do nothing with " + object + "." : "May " + verbs(mask) + " " + object + ".");
    }
    add("In " + org_phrase() + " itself it may " + of_itself() + ".");
    add(others_sentence());
    if (speaks_of_roles_) add("It has the rights of a member, not of an admin.");
    return text;
  }

  std::string of_itself() const {
    if (org_itself_ == kNoAction) return "see and change nothing";
    if (org_itself_.contains(kAllActions)) return "do anything";
    return (org_itself_ == kRead ? "only " : "") + verbs(org_itself_);
  }

  std::string others_sentence() const {
    const std::string apps = app_ids_.empty() ? "its apps" : "other apps";
    const std::string features = feature_names_.empty() ? "its features" : "other features";
    if (other_apps_ == other_features_) return one_others_sentence(apps + " and " + features, other_apps_);
    return one_others_sentence(apps, other_apps_) + " " + one_others_sentence(features, other_features_);
  }

  static std::string one_others_sentence(const std::string& what, ActionMask mask) {
    if (mask != kNoAction) return "It may " + verbs(mask) + " " + what + ".";
    std::string sentence = what + " are closed to it.";
    sentence[0] = static_cast<char>(sentence[0] - 'a' + 'A');
    return sentence;
  }

  std::string uniform_sentence() const {
    const std::string org = org_phrase();
    if (!has_org_)
      return "Names no org: whatever its key is for, it may " +
             (org_itself_.contains(kAllActions) ? "do anything with it"
              : org_itself_ == kNoAction        ? "do nothing with it"
                                                : "only " + verbs(org_itself_) + " it") +
             ".";
    if (org_itself_ == kNoAction) return "Allows nothing: there is no action that all of its caveats allow.";
    if (org_itself_.contains(kAllActions))
      return "May do anything in " + org + ": read, write, create, delete and control all of it.";
    if (org_itself_ == kRead) return "May read everything in " + org + ", and change nothing.";
    std::vector<std::string> closed;
    for (const ActionMask action : {kRead, kWrite, kCreate, kDelete, kControl})
      if (!org_itself_.contains(action)) closed.push_back(verbs(action));
    return "May " + verbs(org_itself_) + " everything in " + org + ", but not " + join_words(closed, " or ") + ".";
  }

  std::string answer_text() const {
    std::string text = "Allows nothing by itself: it answers for another token, as a discharge.";
    std::vector<std::string> adds;
    for (const Caveat* caveat : asked_) adds.push_back(explain(*caveat, names_).adds);
    adds.insert(adds.end(), conditions_.begin(), conditions_.end());
    if (!adds.empty()) text += " It adds to that token: " + join_words(adds, "; and ") + ".";
    return text;
  }

  struct Group {
    std::vector<std::string> apps;
    std::vector<std::string> features;
  };

  const MacaroonView& token_;
  const NameSource* names_;
  std::vector<const Caveat*> asked_;
  std::vector<std::string> conditions_;
  std::string closed_;
  std::optional<std::uint64_t> org_;  // 0: any; nothing, though named: two different ones
  bool has_org_ = false;
  bool has_named_org_ = false;
  bool needs_discharge_ = false;
  bool is_answer_;
  bool speaks_of_roles_ = false;
  bool more_names_ = false;
  bool allows_nothing_ = false;
  std::string undecided_;          // the caveat whose else mask never applies, if there is one
  std::set<std::string> unasked_;  // what an IfPresent speaks of that ask_all() does not name
  std::set<std::uint64_t> app_ids_;
  std::set<std::string_view> feature_names_;
  std::map<std::uint16_t, Group> by_mask_;
  ActionMask org_itself_, other_apps_, other_features_;
  std::int64_t opens_ = -kFarthestWindowEnd;
  std::int64_t closes_ = kFarthestWindowEnd;
};

}  // namespace

Explanation explain(const MacaroonView& token, const NameSource* names, bool is_discharge) {
  Explanation explanation;
  Paragraph paragraph(token, names, is_discharge);
  explanation.allows = paragraph.text();
  explanation.allows_nothing = paragraph.allows_nothing();
  explanation.not_before_unix_s = not_before_unix_s(token.unverified_caveats);
  explanation.not_after_unix_s = not_after_unix_s(token.unverified_caveats);
  for (const Caveat& caveat : token.unverified_caveats) {
    explanation.caveats.push_back(explain(caveat, names));
    if (const auto* third_party = std::get_if<ThirdParty>(&caveat.body))
      explanation.needs_discharge_from.push_back(escape_untrusted(third_party->location));
  }
  return explanation;
}

}  // namespace libtoken
