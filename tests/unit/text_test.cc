#include "libtoken/text.h"

#include "core_support.h"
#include "libtoken/token_id.h"

using namespace core_test;

TEST_CASE("UTF-8 is well-formed, as the Unicode standard's table 3-7 has it") {
  for (const char* good : {"", "00", "7f", "c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "efbfbf", "f0908080",
                           "f48fbfbf", "61c3a4e282acf09f9880"})
    CHECK(is_utf8(hex(good)));
  const std::map<std::string, std::string> bad = {{"80", "a continuation byte alone"},
                                                  {"bf", "a continuation byte alone"},
                                                  {"c080", "overlong"},
                                                  {"c1bf", "overlong"},
                                                  {"e08080", "overlong"},
                                                  {"e09fbf", "overlong"},
                                                  {"f0808080", "overlong"},
                                                  {"f08fbfbf", "overlong"},
                                                  {"eda080", "the first surrogate"},
                                                  {"edbfbf", "the last surrogate"},
                                                  {"f4908080", "past U+10FFFF"},
                                                  {"f5808080", "past U+10FFFF"},
                                                  {"fe", "never a byte of UTF-8"},
                                                  {"ff", "never a byte of UTF-8"},
                                                  {"c2", "cut"},
                                                  {"e282", "cut"},
                                                  {"f09f98", "cut"},
                                                  {"c261", "no continuation"},
                                                  {"e28261", "no continuation"},
                                                  {"f09f9861", "no continuation"},
                                                  {"61ff61", "in the middle"}};
  for (const auto& [bytes, why] : bad) {
    INFO(bytes << " " << why);
    CHECK_FALSE(is_utf8(hex(bytes)));
  }
}

TEST_CASE("a string out of a token is shown as it is where it is harmless") {
  for (const char* text : {"", "plain", "Zoë", "日本語", "😀", "\"quoted\"", "https://a/b?c=d&e"})
    CHECK(escape_untrusted(text) == text);
}

TEST_CASE("control characters, bad UTF-8 and what reorders or hides text come out escaped") {
  const std::map<std::string, std::string> cases = {{"0a", "\\n"},
                                                    {"0d", "\\r"},
                                                    {"09", "\\t"},
                                                    {"00", "\\x00"},
                                                    {"1b5b316d", "\\x1b[1m"},
                                                    {"7f", "\\x7f"},
                                                    {"5c", "\\\\"},
                                                    {"c280", "\\x80"},
                                                    {"c285", "\\x85"},
                                                    {"c29b", "\\x9b"},
                                                    {"c29f", "\\x9f"},
                                                    {"c2a0", "\xc2\xa0"},
                                                    {"c2ad", "\\xad"},
                                                    {"d89c", "\\u061c"},
                                                    {"e2808b", "\\u200b"},
                                                    {"e2808e", "\\u200e"},
                                                    {"e2808f", "\\u200f"},
                                                    {"e280a8", "\\u2028"},
                                                    {"e280a9", "\\u2029"},
                                                    {"e280aa", "\\u202a"},
                                                    {"e280ae", "\\u202e"},
                                                    {"e281a0", "\\u2060"},
                                                    {"e281a6", "\\u2066"},
                                                    {"e281a9", "\\u2069"},
                                                    {"efbbbf", "\\ufeff"},
                                                    {"f3a08081", "\\U000e0001"},
                                                    {"f3a081bf", "\\U000e007f"},
                                                    {"80", "\\x80"},
                                                    {"ff61", "\\xffa"},
                                                    {"c080", "\\xc0\\x80"},
                                                    {"eda080", "\\xed\\xa0\\x80"},
                                                    {"e282", "\\xe2\\x82"},
                                                    {"f09f98", "\\xf0\\x9f\\x98"},
                                                    {"c361", "\\xc3a"}};
  for (const auto& [bytes, shown] : cases) {
    INFO(bytes);
    CHECK(escape_untrusted(text_of(hex(bytes))) == shown);
  }
  for (unsigned c = 0; c < 0x20; ++c) CHECK(escape_untrusted(std::string(1, static_cast<char>(c)))[0] == '\\');
}

TEST_CASE("what is escaped is UTF-8 without a control character, whatever went in") {
  std::uint32_t state = 12345;
  std::size_t checked = 0;
  for (std::size_t round = 0; round < 5000; ++round) {
    Bytes bytes(round % 40);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
    const std::string shown = escape_untrusted(text_of(bytes));
    bool clean = is_utf8(bytes_of(shown));
    for (const char c : shown) clean = clean && static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
    if (!clean) FAIL(to_hex(bytes));
    ++checked;
  }
  CHECK(checked == 5000);
}

TEST_CASE("a long string is cut at a whole character and ends in an ellipsis") {
  CHECK(escape_untrusted("abcdef", 6) == "abcdef");
  CHECK(escape_untrusted("abcdefg", 6) == "abcdef…");
  CHECK(escape_untrusted("", 0) == "");
  CHECK(escape_untrusted("a", 0) == "…");
  const std::string cut = escape_untrusted("€€€€", 4);
  CHECK(is_utf8(bytes_of(cut)));
  CHECK(cut == "€€…");
  CHECK(escape_untrusted("\n\n\n", 2) == "\\n…");
  std::string longest(4096, 'a');
  longest += "…";
  CHECK(escape_untrusted(std::string(5000, 'a')) == longest);
}

TEST_CASE("a token's id is a version-5 UUID over a version-5 UUID") {
  // uuid5(uuid5(968fc2c6-a94f-4988-a544-2ad72b02f222, kid), rnd), computed with another program.
  CHECK(to_string(token_id(bytes_of("kid"), bytes_of("rnd"))) == "fddc76c6-c5f3-5383-9167-490fcf9755de");
  CHECK(to_string(token_id({}, {})) == "3cbdccad-8f5e-5eb6-af02-0abd064f97b0");
  const TokenId id = token_id(bytes_of("kid"), bytes_of("rnd"));
  CHECK(id != token_id(bytes_of("kidr"), bytes_of("nd")));
  CHECK((id.bytes[6] & 0xf0) == 0x50);
  CHECK((id.bytes[8] & 0xc0) == 0x80);
}

TEST_CASE("every narrowed copy of a token has its id, and another token has another") {
  Macaroon token = minted(CaveatSet().organization(7, kAllActions));
  const TokenId id = token.id();
  REQUIRE(token.attenuate(CaveatSet().action(kRead)));
  CHECK(token.id() == id);
  CHECK(token.clone().id() == id);
  CHECK(minted(CaveatSet().organization(7, kAllActions)).id() != id);
}

TEST_CASE("a token id is read in the form it is written, in either case") {
  const TokenId id = token_id(bytes_of("kid"), bytes_of("rnd"));
  const std::string text = to_string(id);
  CHECK(value_of(parse_token_id(text)) == id);
  std::string upper = text;
  for (char& c : upper) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c;
  CHECK(value_of(parse_token_id(upper)) == id);
  std::string without = text, misplaced = text, letter = text;
  without.erase(8, 1);
  std::swap(misplaced[8], misplaced[7]);
  letter[0] = 'g';
  std::string hyphen = text;
  hyphen[0] = '-';
  for (const std::string& bad : {std::string(), without, misplaced, letter, hyphen, text + "0", " " + text, text + " ",
                                 "{" + text + "}", text.substr(1)})
    CHECK(kind_of(parse_token_id(bad)) == "invalid_argument");
}

TEST_CASE("what is not seen is escaped: fillers, variation selectors and all else that is ignorable by default") {
  for (const auto& [text, shown] : std::map<std::string, std::string>{{"a\u115fb", "a\\u115fb"},
                                                                      {"\u3164", "\\u3164"},
                                                                      {"\ufe0f", "\\ufe0f"},
                                                                      {"\u034f", "\\u034f"},
                                                                      {"\u180b", "\\u180b"},
                                                                      {"\uffa0", "\\uffa0"},
                                                                      {"\ufff0", "\\ufff0"},
                                                                      {"\u2800", "\\u2800"},
                                                                      {"\ufffc", "\\ufffc"},
                                                                      {"\ufdd0", "\\ufdd0"},
                                                                      {"\U0001d159", "\\U0001d159"},
                                                                      {"\U0001343f", "\\U0001343f"},
                                                                      {"\U0010ffff", "\\U0010ffff"},
                                                                      {"\U0001d173", "\\U0001d173"},
                                                                      {"\U000e01ef", "\\U000e01ef"},
                                                                      {"caf\u00e9", "caf\u00e9"},
                                                                      {"\uac00\u6f22", "\uac00\u6f22"}})
    CHECK(escape_untrusted(text) == shown);
}

TEST_CASE("a text takes up two columns for a wide character and none for one that combines, and is cut at one") {
  CHECK(terminal_columns("") == 0);
  CHECK(terminal_columns("abc…") == 4);
  CHECK(terminal_columns("漢字") == 4);
  CHECK(terminal_columns("ｗ") == 2);
  CHECK(terminal_columns("e\u0301") == 1);
  CHECK(terminal_columns("🦀") == 2);
  CHECK(terminal_columns("\xff\xff") == 2);
  CHECK(cut_to_columns("漢字漢字", 8) == "漢字漢字");
  CHECK(cut_to_columns("漢字漢字", 7) == "漢字漢…");
  CHECK(cut_to_columns("漢字漢字", 6) == "漢字…");  // no half of a character
  CHECK(cut_to_columns("cafe\u0301s", 4) == "caf…");
  CHECK(cut_to_columns("abc", 1) == "…");
  CHECK(cut_to_columns("abc", 0).empty());
  for (std::size_t width = 0; width < 12; ++width)
    CHECK(terminal_columns(cut_to_columns("a漢b字e\u0301🦀c", width)) <= width);
}

TEST_CASE("the beginning of an id has at least eight hex digits, and hyphens where an id has them") {
  const std::string id = to_string(token_id(bytes_of("kid"), bytes_of("rnd")));
  for (std::size_t length = 0; length <= id.size(); ++length)
    CHECK(is_token_id_prefix(id.substr(0, length)) == (length >= 8));
  CHECK(is_token_id_prefix("ABCDEF01-2345"));
  for (const char* bad : {"abcdefg0", "abcdef012", "abcdef0-12", "abcdef01--", "-abcdef01", " abcdef01"})
    CHECK_FALSE(is_token_id_prefix(bad));
  CHECK_FALSE(is_token_id_prefix(id + "0"));
}
