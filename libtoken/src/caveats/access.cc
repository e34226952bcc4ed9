#include "libtoken/access.h"

#include <algorithm>
#include <iterator>

#include "libtoken/text.h"

namespace libtoken {
namespace {

struct Letter {
  char letter;
  ActionMask mask;
  std::string_view word;
};
constexpr Letter kLetters[] = {{'r', kRead, "read"},
                               {'w', kWrite, "write"},
                               {'c', kCreate, "create"},
                               {'d', kDelete, "delete"},
                               {'C', kControl, "control"}};

Result<ActionMask> parse_letters(std::string_view letters) {
  ActionMask mask;
  for (const char c : letters) {
    const Letter* known = nullptr;
    for (const Letter& one : kLetters)
      if (one.letter == c) known = &one;
    if (known == nullptr)
      return fail(ErrorKind::kInvalidArgument,
                  "\"" + escape_untrusted(letters, 64) +
                      "\" is not an action mask: write letters out of r, w, c, d and C, or * alone");
    if (mask.contains(known->mask))
      return fail(ErrorKind::kInvalidArgument, "\"" + escape_untrusted(letters, 64) + "\" has a letter twice");
    mask.bits = static_cast<std::uint16_t>(mask.bits | known->mask.bits);
  }
  return mask;
}

}  // namespace

std::string to_string(ActionMask mask) {
  std::string letters;
  for (const Letter& one : kLetters)
    if (mask.contains(one.mask)) letters += one.letter;
  return letters;
}

std::vector<std::string> action_words() {
  std::vector<std::string> words;
  for (const Letter& one : kLetters) words.emplace_back(one.word);
  words.emplace_back("all");
  return words;
}

std::string letters_of_actions(std::string_view words) {
  const auto is = [](std::string_view word, std::string_view name) {
    return std::equal(word.begin(), word.end(), name.begin(), name.end(),
                      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
  };
  if (is(words, "all")) return "*";
  std::string letters;
  for (std::string_view rest = words; !rest.empty();) {
    const std::size_t length = std::min(rest.find(','), rest.size());
    std::string_view word = rest.substr(0, length);
    if (!letters.empty() && word.starts_with(' ')) word.remove_prefix(1);  // `read, write`
    const auto* known =
        std::find_if(std::begin(kLetters), std::end(kLetters), [&](const Letter& one) { return is(word, one.word); });
    if (known == std::end(kLetters) && word.size() != 1) return std::string(words);
    letters += known == std::end(kLetters) ? word.front() : known->letter;
    rest.remove_prefix(std::min(length + 1, rest.size()));
  }
  return letters;
}

Result<ActionMask> parse_caveat_mask(std::string_view letters) {
  if (letters == "*") return ActionMask{0xffff};
  return parse_letters(letters);
}

Result<ActionMask> parse_action(std::string_view letters) {
  if (letters == "*") return kAllActions;
  return parse_letters(letters);
}

const char* to_string(AccessFault fault) noexcept {
  switch (fault) {
    case AccessFault::kUnspecified: return "unspecified";
    case AccessFault::kExclusive: return "exclusive";
    case AccessFault::kInvalidAccess: return "invalid_access";
  }
  return "";
}

std::optional<AccessProblem> find_problem(const Access& access) noexcept {
  const auto count = [](auto... present) { return (0 + ... + static_cast<int>(present)); };
  if (!access.org) return AccessProblem{AccessFault::kUnspecified, "No org is named"};
  if (count(access.app.has_value(), access.feature.has_value(), access.storage_object.has_value()) > 1)
    return AccessProblem{AccessFault::kExclusive,
                         "Only one of app, feature and storage_object can be asked about at once"};
  const int owned = count(access.machine.has_value(), access.volume.has_value(), access.app_feature.has_value());
  if (owned > 0 && !access.app)
    return AccessProblem{AccessFault::kUnspecified,
                         "A machine, volume or app_feature belongs to an app, and none is named"};
  if (owned > 1)
    return AccessProblem{AccessFault::kExclusive,
                         "Only one of machine, volume and app_feature can be asked about at once"};
  if (access.cluster && !access.feature)
    return AccessProblem{AccessFault::kUnspecified,
                         "A cluster belongs to the feature litefs-cloud, and no feature is named"};
  if (access.cluster && *access.feature != "litefs-cloud")
    return AccessProblem{AccessFault::kInvalidAccess,
                         "A cluster belongs to the feature litefs-cloud, and another one is named"};
  const int on_machine = count(access.command.has_value(), access.machine_feature.has_value());
  if (on_machine > 0 && !access.machine)
    return AccessProblem{AccessFault::kUnspecified,
                         "A command or machine_feature belongs to a machine, and none is named"};
  if (on_machine > 1)
    return AccessProblem{AccessFault::kExclusive, "Only one of command and machine_feature can be asked about at once"};
  return std::nullopt;
}

}  // namespace libtoken
