// Names and holders are compared as people mean them, and what is nearly one is shown.
#include <algorithm>
#include <clocale>

#include "authority/registry/labels.h"
#include "authority/store/label_text.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/revocations.h"
#include "authority_judge_support.h"
#include "authority_steps.h"

using namespace authority_test;

namespace {

struct LabelFixture : JudgeFixture {
  TokenId given_to(const std::string& holder, const std::string& name = "", const std::string& org = "arcadia-prod") {
    MintRequest request;
    request.org = org;
    request.name = name;
    request.holder = holder;
    return value_of(mint(store, request, kAnn, kNow)).id;
  }
  std::vector<TokenId> held_by(const std::string& holder) {
    TokenFilter filter;
    filter.holder = holder;
    std::vector<TokenId> ids;
    for (const auto& token : value_of(list_tokens(store, filter, kNow))) ids.push_back(token.id);
    return ids;
  }
  std::vector<std::string> near_holders(const std::string& text, std::optional<std::uint64_t> org = std::nullopt) {
    TokenFilter filter;
    filter.holder = text;
    if (org) filter.org = *org;
    return value_of(near_misses(store, filter));
  }
  std::vector<std::string> near_names(const std::string& text) {
    TokenFilter filter;
    filter.name = text;
    return value_of(near_misses(store, filter));
  }
};

using Labels = std::vector<std::string>;

}  // namespace

TEST_CASE("labels lose the white space at their ends, Unicode's too, and nothing inside") {
  CHECK(trimmed_label("") == "");
  CHECK(trimmed_label(" \t\r\n ") == "");
  CHECK(trimmed_label("  build  robot\n") == "build  robot");
  CHECK(trimmed_label("\u00a0\u2003\u3000Ann\u2028\u202f\u205f\u0085") == "Ann");
  CHECK(trimmed_label("\u200bAnn") == "\u200bAnn");  // no white space, though nobody sees it
  CHECK(trimmed_label("a") == "a");
}

TEST_CASE("labels are compared without case") {
  CHECK(label_key(" Ann@Example.COM ") == "ann@example.com");
  CHECK(label_key("ÄÖÜ ÉÇ ΣΩ ЖЯ Ǆ") == "äöü éç σω жя ǆ");
  CHECK(label_key("𐐀") == "𐐨");  // outside the basic plane
  CHECK(label_key("漢字 🦀") == "漢字 🦀");
  // Full case folding: what is the same in capital letters is one.
  CHECK(label_key("Straße") == "strasse");
  CHECK(label_key("STRASSE") == label_key("straße"));
  CHECK(label_key("STRA\u1e9eE") == label_key("strasse"));
  CHECK(label_key("ΣΊΣΥΦΟΣ") == label_key("Σίσυφος"));  // the sigma at the end of a word
  CHECK(label_key("o\ufb03ce") == label_key("OFFICE"));
  CHECK(label_key("\u0130stanbul") == label_key("i\u0307stanbul"));  // but not "istanbul"
  CHECK(label_key("\u03b1\u0345\u0308") == label_key("\u03b1\u0308\u0345"));
  // The same letter in one code point or in two, or with marks in another order.
  CHECK(label_key("Caf\u00e9") == label_key("cafe\u0301"));
  CHECK(label_key("\u1ec7") == label_key("e\u0302\u0323"));
  CHECK(label_key("e\u0323\u0302") == label_key("E\u0302\u0323"));
  CHECK(label_key("\uac00") == label_key("\u1100\u1161"));  // Hangul
  // What nobody sees does not count.
  for (const char* hidden :
       {"\u200b",     "\u115f",     "\u1160",     "\u3164",     "\uffa0", "\ufe0f", "\ufe00", "\u034f",
        "\u00ad",     "\u2060",     "\U000e0100", "\U000e0001", "\u180e", "\u2800", "\ufff9", "\ufffc",
        "\U0001d159", "\U00013430", "\U0001343f", "\ufdd0",     "\ufdef", "\ufffe", "\uffff", "\U0010ffff"}) {
    INFO(hidden);
    CHECK(label_key(std::string("k") + hidden + "im") == "kim");
    CHECK(label_key(std::string(hidden) + " kim " + hidden) == "kim");
    CHECK(label_key(hidden).empty());
    CHECK(is_invisible_label(hidden));
  }
  for (const char* seen : {"\u2801", "\ufffd", "\U00013440", "\U0001342f", "\ufdcf", "\ufdf0", "\U0001d158"}) {
    INFO(seen);
    CHECK_FALSE(is_invisible_label(seen));
  }
  CHECK(label_key("\xff\xfe") == label_key("\xff\xfe"));  // not UTF-8: nothing breaks
}

TEST_CASE("the key of a key is itself, for every code point") {
  for (char32_t point = 0; point < 0x20000; ++point) {
    if (point >= 0xd800 && point < 0xe000) continue;
    std::string text = "a";
    append_utf8(text, point);
    text += "e";
    const std::string key = label_key(text);
    if (label_key(key) != key) FAIL_CHECK("U+" << std::hex << static_cast<std::uint32_t>(point));
  }
}

TEST_CASE("the process's locale changes nothing") {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  for (const char* name : {"C", "POSIX", "C.UTF-8"}) {
    if (std::setlocale(LC_ALL, name) == nullptr) continue;
    CHECK(label_key("ÄNNE") == "änne");
    CHECK(label_key("I") == "i");
  }
  std::setlocale(LC_ALL, before.c_str());
}

TEST_CASE("near is one letter or one in six changed, or one label inside the other") {
  CHECK(near_distance("ann", "ana") == 1);
  CHECK(near_distance("ann", "nan") == 1);   // swapped
  CHECK(near_distance("ann", "anna") == 1);  // put in
  CHECK(near_distance("änne", "anne") == 1);
  CHECK_FALSE(near_distance("ann", "bob"));
  CHECK_FALSE(near_distance("ann", "aab"));  // two of three
  CHECK(near_distance("ann@example.com", "ann@exampel.con") == 2);
  CHECK(near_distance("ann", "ann@example.com") == 12);
  CHECK(near_distance("ann@example.com", "ann") == 12);
  CHECK_FALSE(near_distance("an", "ann@example.com"));  // too little to go by
  CHECK_FALSE(near_distance("ann@example.com", "bob@example.com"));
}

TEST_CASE_METHOD(LabelFixture, "a holder is found whatever the case and the white space around it") {
  const TokenId one = given_to("Ann@Example.com");
  const TokenId other = given_to("  ann@example.com\u00a0");
  (void)given_to("ann@example.org");
  (void)given_to("");
  const auto found = held_by("\tANN@EXAMPLE.COM ");
  REQUIRE(found.size() == 2);
  CHECK(std::count(found.begin(), found.end(), one) == 1);
  CHECK(std::count(found.begin(), found.end(), other) == 1);
  CHECK(value_of(find_token(store, other)).holder == "ann@example.com");  // kept without them
  CHECK(value_of(find_token(store, one)).holder == "Ann@Example.com");
  CHECK(held_by("ann").empty());

  const TokenId greek = given_to("Σωκράτης Ä");
  CHECK(held_by("ΣΩΚΡΆΤΗΣ ä") == std::vector<TokenId>{greek});
}

TEST_CASE_METHOD(LabelFixture, "ss and its ligature are one for lists, near misses and revocations") {
  const TokenId one = given_to("Jörg Gro\u00df", "ci");
  const TokenId other = given_to("J\u00d6RG GROSS", "STRA\u00dfE");
  const std::vector<TokenId> both{one, other};
  for (const char* spelling : {"jörg groß", "Jörg Gross", "JÖRG GRO\u1e9e"}) {
    auto found = held_by(spelling);
    REQUIRE(found.size() == 2);
    CHECK(std::is_permutation(found.begin(), found.end(), both.begin()));
    CHECK(near_holders(spelling).empty());  // they are no near misses of each other
  }
  CHECK(near_holders("jorg groß").size() == 1);
  CHECK(near_names("strase") == Labels{"STRA\u00dfE"});
  TokenFilter filter;
  filter.holder = "joerg gross";
  CHECK(value_of(revoke_matching(store, filter, kAnn, kNow)).newly.empty());
  filter.holder = "jörg GROSS";
  CHECK(value_of(revoke_matching(store, filter, kAnn, kNow)).newly.size() == 2);
}

TEST_CASE_METHOD(LabelFixture,
                 "a label with nothing to see in it is refused, where it is given and where it is looked for") {
  for (const char* hidden : {" ", "\t\n", "\u200b", "\u3164", " \u00a0\ufe0f ", "\U000e0100\u2060"}) {
    MintRequest request;
    request.org = std::string("arcadia-prod");
    request.holder = hidden;
    CHECK(contains(error_of(mint(store, request, kAnn, kNow), ErrorKind::kInvalidArgument), "nothing to see"));
    std::swap(request.name, request.holder);
    (void)error_of(mint(store, request, kAnn, kNow), ErrorKind::kInvalidArgument);
    TokenFilter filter;
    filter.name = "ci";
    filter.holder = hidden;
    (void)error_of(list_tokens(store, filter, kNow), ErrorKind::kInvalidArgument);
    (void)error_of(revoke_matching(store, filter, kAnn, kNow), ErrorKind::kInvalidArgument);
  }
  CHECK(value_of(list_tokens(store, {}, kNow)).empty());
}

TEST_CASE_METHOD(LabelFixture, "near misses are shown, the nearest first, and exact ones are none") {
  (void)given_to("Ann@Example.com", "ci");
  (void)given_to("ann@example.con");
  (void)given_to("bob@example.com", "ci-deploy");
  (void)given_to("anna@example.com", "", "arcadia-dev");
  CHECK(near_holders("ann@example.com") == Labels{"ann@example.con", "anna@example.com"});
  CHECK(near_holders("ann@example.com", 8) == Labels{"ann@example.con"});
  CHECK(near_holders("ann@example.com", 7) == Labels{"anna@example.com"});
  CHECK(near_holders(" ANN ") == Labels{"Ann@Example.com", "ann@example.con", "anna@example.com"});
  CHECK(near_holders("carol").empty());
  CHECK(near_holders("  ").empty());
  CHECK(near_names("CD") == Labels{"ci"});
  CHECK(near_names("deploy") == Labels{"ci-deploy"});
}

TEST_CASE("words that are spelt letter by letter have the same distances, and none that is near is given up") {
  std::uint32_t state = 1;
  const auto random = [&](std::uint32_t below) {
    state = state * 1664525 + 1013904223;
    return (state >> 16) % below;
  };
  const auto word = [&] {
    std::u32string text;
    for (std::uint32_t left = 1 + random(14); left > 0; --left) text.push_back(U"abä"[random(3)]);
    return text;
  };
  const auto utf8 = [](const std::u32string& points) {
    std::string text;
    for (const char32_t point : points) append_utf8(text, point);
    return text;
  };
  for (int i = 0; i < 3000; ++i) {
    const std::u32string key = word();
    const std::u32string other = word();
    const std::size_t most = 1 + random(3);
    EditRows rows(key, most);
    rows.push(U'x');
    rows.cut(0);
    bool given_up = false;
    for (const char32_t point : other) {
      rows.push(point);
      given_up = given_up || rows.is_hopeless();
    }
    if (given_up) CHECK_FALSE(rows.distance());
    // near_distance() only counts as many edits as go with the shorter word, and words in each other.
    const std::size_t shorter = std::min(key.size(), other.size());
    const bool inside = key.find(other) != key.npos || other.find(key) != other.npos;
    if (most == most_near_edits(shorter) && !inside) CHECK(rows.distance() == near_distance(utf8(key), utf8(other)));
  }
}

TEST_CASE_METHOD(LabelFixture, "near misses are found among a hundred thousand labels at the cost of a few hundred") {
  const auto fill = [&](int first, int last) {
    run_sql(folder / "tokens.db",
            "WITH RECURSIVE n (i) AS (SELECT " + std::to_string(first) + " UNION ALL SELECT i + 1 FROM n WHERE i < " +
                std::to_string(last) +
                ") INSERT INTO tokens (id, org, kid, profile, app_name, name, name_key, holder, holder_key, local_user,"
                " created) SELECT printf('%08x-0000-5000-8000-000000000000', i), 8, 'x', 'org', '', '', '',"
                " printf('%05d-robot-%05d@example.com', i * 7919 % 99991, i), printf('%05d-robot-%05d@example.com', i *"
                " 7919 % 99991, i), '', 1 FROM n");
  };
  const CountedSteps counted;
  store = value_of(Store::open(address_of(folder / "tokens.db")));
  (void)given_to("Ann@example.com");
  (void)given_to("bnn@example.com");
  (void)given_to("ann");
  (void)given_to("example.com");
  (void)given_to("ann@example.com.au");
  const std::string key = "ann@example.com";
  const auto find = [&](std::optional<std::uint64_t> org) {
    Labels found;
    const long long steps = CountedSteps::of([&] { found = near_holders(key, org); });
    return std::pair(steps, found);
  };
  const Labels expected{"bnn@example.com", "ann@example.com.au", "example.com", "ann"};
  CHECK(find(8).second == expected);
  fill(1, 1000);
  const auto few = find(8);
  CHECK(few.second == expected);
  fill(1001, 60'000);
  const auto many = find(8);
  CHECK(many.second == expected);
  CHECK(find(std::nullopt).second == expected);
  CHECK(many.first < 4 * few.first);
  // Many of which are near, and of which sixteen are shown.
  Labels near;
  const long long steps = CountedSteps::of([&] { near = near_holders("07919-robot-00001@example.con", 8); });
  REQUIRE(!near.empty());
  CHECK(near.front() == "07919-robot-00001@example.com");
  CHECK(near.size() <= 16);
  CHECK(steps < 200'000);
}

TEST_CASE_METHOD(LabelFixture, "no more than sixteen near misses are shown") {
  for (char c = 'a'; c <= 'z'; ++c) (void)given_to(std::string("robot-") + c);
  CHECK(near_holders("robot-0").size() == 16);
}

TEST_CASE_METHOD(LabelFixture, "white space counts for nothing in how long a label may be") {
  MintRequest request;
  request.org = std::string("arcadia-prod");
  request.holder = std::string(300, ' ') + std::string(200, 'x') + "\n";
  CHECK(mint(store, request, kAnn, kNow));
  request.holder = std::string(201, 'x');
  (void)error_of(mint(store, request, kAnn, kNow), ErrorKind::kInvalidArgument);
}

TEST_CASE("the names nearest to a mistyped one are found, and none that is far") {
  const Labels names{"arcadia-prod", "arcadia-dev", "arcadia-prod-api", "arcadia-dev-api", "web"};
  CHECK(nearest_names("arcadia-pord", names) == Labels{"arcadia-prod"});
  CHECK(nearest_names("arcadia-prod-ap", names) == Labels{"arcadia-prod-api"});
  CHECK(nearest_names("Arcadia-Prod", names) == Labels{"arcadia-prod"});
  CHECK(nearest_names("wbe", names) == Labels{"web"});
  CHECK(nearest_names("api", names) == Labels{"arcadia-dev-api", "arcadia-prod-api"});  // inside, the shorter first
  CHECK(nearest_names("we", names) == Labels{"web"});
  for (const std::string& far :
       {std::string(), std::string("w"), std::string("nobody"), std::string("dev-arcadia"), std::string(1000, 'a')})
    CHECK(nearest_names(far, names).empty());
  CHECK(nearest_names("aa", {"ab", "ac", "ad", "ae"}) == Labels{"ab", "ac", "ad"});
  CHECK(did_you_mean({}).empty());
  CHECK(did_you_mean({"a"}) == "; did you mean a?");
  CHECK(did_you_mean({"a", "b", "c\n"}) == "; did you mean a, b or c\\n?");
}
