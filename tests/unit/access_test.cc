// FORMAT.md §6.
#include "core_support.h"

using namespace core_test;

namespace {

std::string problem(const Access& access) {
  const auto found = find_problem(access);
  if (!found) return "";
  CHECK(std::string(found->message) != "");
  return to_string(found->fault);
}

// An access that names these fields, "" being a value like any other.
Access naming(std::initializer_list<const char*> fields) {
  static const std::string_view kCommand[] = {"ls"};
  Access access;
  access.action = kRead;
  for (const std::string_view field : fields) {
    if (field == "org")
      access.org = 1;
    else if (field == "app")
      access.app = 2;
    else if (field == "feature")
      access.feature = "wg";
    else if (field == "litefs")
      access.feature = "litefs-cloud";
    else if (field == "storage_object")
      access.storage_object = "";
    else if (field == "app_feature")
      access.app_feature = "";
    else if (field == "machine")
      access.machine = "m";
    else if (field == "volume")
      access.volume = "";
    else if (field == "machine_feature")
      access.machine_feature = "";
    else if (field == "command")
      access.command = std::span<const std::string_view>(kCommand);
    else if (field == "cluster")
      access.cluster = "c";
    else
      throw std::runtime_error("no such field");
  }
  return access;
}

}  // namespace

TEST_CASE("an access names an org, 0 being one") {
  CHECK(problem(naming({})) == "unspecified");
  CHECK(problem(naming({"org"})) == "");
  Access zero;
  zero.org = 0;
  CHECK(problem(zero) == "");
}

TEST_CASE("an access names one of app, feature and storage_object at most") {
  for (const char* one : {"app", "feature", "storage_object"}) CHECK(problem(naming({"org", one})) == "");
  CHECK(problem(naming({"org", "app", "feature"})) == "exclusive");
  CHECK(problem(naming({"org", "app", "storage_object"})) == "exclusive");
  CHECK(problem(naming({"org", "feature", "storage_object"})) == "exclusive");
  CHECK(problem(naming({"org", "app", "feature", "storage_object"})) == "exclusive");
}

TEST_CASE("a machine, volume or app_feature needs an app, and stands alone") {
  for (const char* one : {"machine", "volume", "app_feature"}) {
    CHECK(problem(naming({"org", "app", one})) == "");
    CHECK(problem(naming({"org", one})) == "unspecified");
    CHECK(problem(naming({"org", "feature", one})) == "unspecified");
  }
  CHECK(problem(naming({"org", "app", "machine", "volume"})) == "exclusive");
  CHECK(problem(naming({"org", "app", "machine", "app_feature"})) == "exclusive");
  CHECK(problem(naming({"org", "app", "volume", "app_feature"})) == "exclusive");
}

TEST_CASE("a cluster needs the feature litefs-cloud") {
  CHECK(problem(naming({"org", "litefs", "cluster"})) == "");
  CHECK(problem(naming({"org", "cluster"})) == "unspecified");
  CHECK(problem(naming({"org", "app", "cluster"})) == "unspecified");
  CHECK(problem(naming({"org", "feature", "cluster"})) == "invalid_access");
}

TEST_CASE("a command or machine_feature needs a machine, and stands alone") {
  CHECK(problem(naming({"org", "app", "machine", "command"})) == "");
  CHECK(problem(naming({"org", "app", "machine", "machine_feature"})) == "");
  CHECK(problem(naming({"org", "app", "command"})) == "unspecified");
  CHECK(problem(naming({"org", "app", "volume", "machine_feature"})) == "unspecified");
  CHECK(problem(naming({"org", "app", "machine", "command", "machine_feature"})) == "exclusive");
}

TEST_CASE("the first rule that an access breaks gives its verdict") {
  CHECK(problem(naming({"app", "feature"})) == "unspecified");                                // 1 before 2
  CHECK(problem(naming({"org", "feature", "storage_object", "machine"})) == "exclusive");     // 2 before 3
  CHECK(problem(naming({"org", "machine", "volume"})) == "unspecified");                      // 3: app before alone
  CHECK(problem(naming({"org", "app", "machine", "volume", "cluster"})) == "exclusive");      // 3 before 4
  CHECK(problem(naming({"org", "feature", "cluster", "command"})) == "invalid_access");       // 4 before 5
  CHECK(problem(naming({"org", "cluster", "command", "machine_feature"})) == "unspecified");  // 4 before 5
  CHECK(problem(naming({"org", "app", "command", "machine_feature"})) == "unspecified");      // 5: machine before alone
  CHECK(problem(naming({"machine", "volume", "command", "machine_feature", "cluster"})) == "unspecified");
}

TEST_CASE("where a request comes from and what it mutates may be named beside anything") {
  Access access = naming({"org", "app", "machine", "command"});
  access.mutation = "";
  access.source_machine = access.source_app = access.source_organization = "";
  CHECK(problem(access) == "");
}

TEST_CASE("a mask prints its letters in the order rwcdC, and reads them in any order") {
  CHECK(to_string(kAllActions) == "rwcdC");
  CHECK(to_string(kNoAction) == "");
  CHECK(to_string(ActionMask{0xffff}) == "rwcdC");
  CHECK(to_string(ActionMask{0xffe0}) == "");
  CHECK(to_string(ActionMask{17}) == "rC");
  for (std::uint16_t bits = 0; bits < 32; ++bits) {
    const std::string letters = to_string(ActionMask{bits});
    const std::string reversed(letters.rbegin(), letters.rend());
    for (const std::string& text : {letters, reversed}) {
      CHECK(value_of(parse_caveat_mask(text)).bits == bits);
      CHECK(value_of(parse_action(text)).bits == bits);
    }
  }
}

TEST_CASE("* alone is every bit in a caveat and the five actions in an access") {
  CHECK(value_of(parse_caveat_mask("*")).bits == 0xffff);
  CHECK(value_of(parse_action("*")) == kAllActions);
}

TEST_CASE("a repeated or unknown mask letter, or * among letters, is refused") {
  for (const char* bad : {"rr", "rwr", "x", "R", "W", "rwx", "*r", "r*", "**", " r", "r ", "r,w", "\xc3\xa4", "CC"}) {
    INFO(bad);
    CHECK(kind_of(parse_caveat_mask(bad)) == "invalid_argument");
    CHECK(kind_of(parse_action(bad)) == "invalid_argument");
  }
  CHECK(contains(parse_action("\x1b[1m").error().message, "\\x1b"));
}

TEST_CASE("a mask contains another if it has all of its actions, and every mask contains none") {
  CHECK(kAllActions.contains(kRead));
  CHECK(kNoAction.contains(kNoAction));
  CHECK_FALSE(kNoAction.contains(kRead));
  CHECK_FALSE(kRead.contains(ActionMask{3}));
  CHECK_FALSE(kAllActions.contains(ActionMask{32}));
  CHECK((kAllActions & ActionMask{0xfff1}) == ActionMask{17});
}

TEST_CASE("actions may be words, which mean their letters") {
  for (const auto& [words, letters] : std::map<std::string, std::string>{{"read", "r"},
                                                                         {"read,write", "rw"},
                                                                         {"create,delete,control", "cdC"},
                                                                         {"all", "*"},
                                                                         {"r,write,C", "rwC"},
                                                                         {"read,write,create,delete,control", "rwcdC"},
                                                                         {"rw", "rw"},
                                                                         {"Read", "r"},
                                                                         {"READ, Write", "rw"},
                                                                         {"ALL", "*"},
                                                                         {"", ""},
                                                                         {"*", "*"},
                                                                         {"read,", "r"}})
    CHECK(letters_of_actions(words) == letters);
  for (const char* bad : {"reed", "read write", "READ WRITE", "read, ", "read,,write", "all,read", "read,all", ",",
                          "read,read", "rea", "rw,read"}) {
    INFO(bad);
    CHECK(kind_of(parse_action(letters_of_actions(bad))) == "invalid_argument");
  }
}
