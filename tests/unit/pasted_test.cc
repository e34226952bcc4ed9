// libtoken/pasted.h: what surrounds a token in a pasted text, and what a text is that is no token.
#include "libtoken/pasted.h"

#include <random>

#include "core_support.h"

using namespace core_test;
using Kind = Pasted::Kind;

namespace {

/// A token whose base64 has +, / and an = at its end, so that each can be spoilt.
const std::string& token() {
  static const std::string text = [] {
    for (std::size_t length = 1;; length = length % 3 + 1) {
      const auto caveats =
          CaveatSet().organization(7, kRead).names(CaveatType::kFeatureSet, {{std::string(length, 'f'), kRead}});
      const std::string one = minted(caveats).text();
      const bool single = one.ends_with('=') && !one.ends_with("==");
      if (single && one.find('+') != one.npos && one.find('/') != one.npos) return one;
    }
  }();
  return text;
}
std::string header() { return "FlyV1 " + token(); }

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

std::string utf16(std::string_view text, bool big_endian) {
  std::string out;
  for (const char c : text) {
    if (big_endian) out += '\0';
    out += c;
    if (!big_endian) out += '\0';
  }
  return out;
}

std::string percent(const std::string& text) {
  std::string out = replaced(text, "%", "%25");
  for (const auto& [what, by] :
       std::map<std::string, std::string>{{" ", "%20"}, {"+", "%2B"}, {"/", "%2f"}, {"=", "%3D"}})
    out = replaced(out, what, by);
  return out;
}

std::string wrapped(const std::string& text, std::size_t width) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += width) out += text.substr(at, width) + "\r\n  ";
  return out;
}

struct Case {
  std::string text;
  std::string with;
};

const std::vector<Case>& surroundings() {
  static const std::vector<Case> cases{
      {"\"" + header() + "\"", "in quotes"},
      {"'" + header() + "'\n", "in quotes"},
      {"`" + token() + "`", "in quotes"},
      {"\xe2\x80\x9c" + header() + "\xe2\x80\x9d", "in quotes"},
      {"\xc2\xab" + header() + "\xc2\xbb", "in quotes"},
      {"\xef\xbb\xbf" + header() + "\r\n", "behind a byte order mark"},
      {"\xff\xfe" + utf16(header() + "\r\n", false), "in UTF-16 and behind a byte order mark"},
      {"\xfe\xff" + utf16(header(), true), "in UTF-16 and behind a byte order mark"},
      {utf16(header(), false), "in UTF-16"},
      {utf16(header(), true), "in UTF-16"},
      {"Authorization: " + header(), "behind the header's name"},
      {"authorization:" + header() + "\r\n", "behind the header's name"},
      {"Authorization: Bearer " + header(), "behind the header's name"},
      {"FLY_API_TOKEN=" + header(), "behind a variable's name"},
      {"FLY_API_TOKEN=\"" + header() + "\"", "behind a variable's name and in quotes"},
      {"export X='" + header() + "';", "behind a variable's name and in quotes"},
      {"$env:FLY_API_TOKEN = \"" + header() + "\"", "behind a variable's name and in quotes"},
      {"set FLY_API_TOKEN=" + header(), "behind a variable's name"},
      {"token: " + header(), "behind a variable's name"},
      {percent(header()), "percent-encoded"},
      {percent(percent(header())), "percent-encoded"},
      {"authorization=" + percent(header()), "behind a variable's name and percent-encoded"},
      {"FlyV1+" + percent(token()), "percent-encoded"},
      {R"({"token": ")" + header() + R"(", "id": 7})", "in a JSON document"},
      {R"({"token": ")" + replaced(header(), "/", "\\/") + R"("})", "in a JSON document"},
      {R"({"a": "{\"token\": \")" + replaced(header(), "+", "\\u002b") + R"(\"}"})", "in a JSON document"},
      {"[\"" + header() + "\"]", "in a JSON document"},
      {"\xc2\xa0" + header(), "with no-break spaces or invisible characters"},
      {"FlyV1\xc2\xa0" + token(), "with no-break spaces or invisible characters"},
      {"FlyV1\xa0" + token(), "with no-break spaces or invisible characters"},
      {header() + "\xe2\x80\x8b", "with no-break spaces or invisible characters"},
      {token().substr(0, 30) + "\xe2\x80\x8b" + token().substr(30), "with no-break spaces or invisible characters"},
      {"FlyV1 " + wrapped(token(), 40), "with white space or line breaks inside"},
      {wrapped(token(), 64) + "\n-- \nAnn", "with white space or line breaks inside and with other text around it"},
      {header() + ", " + token(), "with white space or line breaks inside"},
      {replaced(header(), "+", " "), "with spaces in place of +"},
      {header() + "," + header(), "beside others"},
      {header() + ", " + header(), "beside others"},
      {header() + "\n" + header(), "beside others"},
      {"Authorization: " + header() + "\r\nAuthorization: " + header() + "\r\n",
       "behind the header's name and beside others"},
      {replaced(replaced(header(), "+", "-"), "/", "_"), "in base64url, with - and _ in place of + and /"},
      {header().substr(0, header().size() - 1), "without the = at its end"},
      {header() + ",", "with a comma at its end, so that what followed is missing"},
      {"curl -H \"Authorization: " + header() + "\" https://api.localhost",
       "behind the header's name, in quotes and with other text around it"},
      {"Dear Ann, here it is: " + header() + ". It ends on Monday.",
       "behind a variable's name and with other text around it"},
      {"\xff\xfe" + utf16("export FLY_API_TOKEN=\"" + percent(header()) + "\"\r\n", false),
       "in UTF-16, behind a byte order mark, behind a variable's name, in quotes and percent-encoded"},
  };
  return cases;
}

/// A biscuit's outermost message, made of what it must have.
std::string biscuit() {
  const auto field = [](std::uint8_t number, const Bytes& bytes) {
    Bytes out{static_cast<std::uint8_t>(number << 3 | 2)};
    if (bytes.size() >= 0x80) out.push_back(static_cast<std::uint8_t>(bytes.size() | 0x80));
    out.push_back(static_cast<std::uint8_t>(bytes.size() >= 0x80 ? bytes.size() >> 7 : bytes.size()));
    out.insert(out.end(), bytes.begin(), bytes.end());
    return out;
  };
  const Bytes key = joined({hex("0800"), field(2, repeated(32))});
  const Bytes block = joined({field(1, repeated(20)), field(2, key), field(3, repeated(64))});
  return to_base64(joined({field(2, block), field(4, field(1, repeated(32)))}));
}

const std::string kMacaroonV1 =
    "MDAyMWxvY2F0aW9uIGh0dHA6Ly9leGFtcGxlLm9yZy8KMDAxNWlkZW50aWZpZXIga2V5aWQKMDAyZnNpZ25hdHVyZSB83ueSURxbxvUoSFgF3-"
    "myTnheKOKpkwH51xHGCeOO9wo";
const std::string kMacaroonV2 =
    "AgETaHR0cDovL2V4YW1wbGUub3JnLwIFa2V5aWQAAAYgfN7nklEcW8b1KEhYBd_psk54XijiqZMB-dcRxgnjjvc";

std::string bytes_of_base64url(std::string text) {
  text = replaced(replaced(std::move(text), "-", "+"), "_", "/");
  while (text.size() % 4 != 0) text += '=';
  return std::string(text_of(value_of(from_base64(text))));
}

}  // namespace

TEST_CASE("a token as it was made has nothing around it") {
  for (const std::string& text :
       {token(), header(), " " + header() + "\r\n", "bearer " + token(), token() + "," + token()}) {
    const Pasted pasted = look_at_pasted(text);
    CHECK(pasted.kind == Kind::kToken);
    CHECK(pasted.with.empty());
    CHECK(describe(pasted).empty());
    CHECK(Bundle::parse(pasted.header));
  }
}

TEST_CASE("a token is taken out of what surrounds it, which is named") {
  for (const Case& one : surroundings()) {
    INFO(one.text);
    CHECK_FALSE(Bundle::parse(one.text));
    const Pasted pasted = look_at_pasted(one.text);
    REQUIRE(pasted.kind == Kind::kToken);
    CHECK(describe(pasted.with) == one.with);
    const Bundle bundle = value_of(Bundle::parse(pasted.header));
    for (const auto& part : bundle.parts()) CHECK(value_of(Bundle::parse(token())).parts()[0]->id() == part->id());
    if (one.with.ends_with("beside others")) {
      CHECK(describe(pasted).starts_with("this is the same token 2 times"));
      CHECK(bundle.parts().size() == 1);
      continue;
    }
    CHECK(describe(pasted) == "this is a token " + one.with + ": give it exactly as it was made");
  }
}

TEST_CASE("several complete tokens are called so, and each is taken once") {
  const std::string second = "FlyV1 " + minted(CaveatSet().organization(8, kRead)).text();
  for (const std::string gap : {",", ", ", "\n", " ", "; "}) {
    INFO(gap);
    const Pasted pasted = look_at_pasted(header() + gap + second + gap + header());
    REQUIRE(pasted.kind == Kind::kToken);
    CHECK(value_of(Bundle::parse(pasted.header)).parts().size() == 2);
    CHECK(describe(pasted) ==
          "these are 3 complete tokens: give one of them, or all of them behind one scheme, with commas between them");
  }
  CHECK(describe(look_at_pasted("Authorization: " + header() + "\nAuthorization: " + second))
            .starts_with("these are 2 complete tokens, behind the header's name: give one"));
  CHECK(describe(look_at_pasted(header() + "\n" + header())) == "this is the same token 2 times: give it once");
  // The copies of one header are a bundle as it was made.
  CHECK(look_at_pasted(header() + "," + token()).with.empty());
  const Pasted half = look_at_pasted(header() + "\n" + second.substr(0, 60));
  CHECK(describe(half).starts_with("this is half a token beside others: at least "));
}

TEST_CASE("half a token is called so inside its surroundings, wherever it was cut") {
  for (const Case& one : surroundings()) {
    const Pasted whole = look_at_pasted(one.text);
    std::size_t halves = 0;
    for (std::size_t length = 1; length < one.text.size(); ++length) {
      const std::string text = one.text.substr(0, length);
      const Pasted pasted = look_at_pasted(text);
      INFO(text);
      // A token is never made of a part of one. (Of two headers one may be whole, and of an = only the digits count.)
      if (pasted.kind == Kind::kToken && !pasted.header.empty()) {
        const Bundle bundle = value_of(Bundle::parse(pasted.header));
        for (const auto& part : bundle.parts())
          if (part) CHECK(part->id() == value_of(Bundle::parse(whole.header)).parts()[0]->id());
      }
      halves += pasted.kind == Kind::kHalfToken ? 1U : 0U;
      CHECK((pasted.kind == Kind::kUnknown || pasted.kind == Kind::kToken || pasted.kind == Kind::kHalfToken));
      CHECK(describe(pasted).find(token().substr(8, 8)) == std::string::npos);
    }
    INFO(one.text);
    CHECK(halves > 50);
  }
  const Pasted half = look_at_pasted("\"" + header().substr(0, 60));
  CHECK(describe(half).starts_with("this is half a token in quotes: at least "));
  CHECK(half.missing_bytes > 30);
}

TEST_CASE("what is no token of this format is named") {
  const std::map<std::string, std::vector<std::string>> others{
      {"a JWT (JSON Web Token)",
       {"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."}},
      {"an old token of Fly.io (fm1r_, fm1a_ or fo1_)",
       {"fo1_abcdefghijkl", "FlyV1 fm1r_abc.defghijkl", "fm1a_abc.defghijkl"}},
      {"a macaroon of libmacaroons' format 1", {kMacaroonV1, bytes_of_base64url(kMacaroonV1)}},
      {"a macaroon of libmacaroons' format 2",
       {kMacaroonV2, bytes_of_base64url(kMacaroonV2), "pypi-AgEIcHlwaS5vcmcCJ",
        R"({"v":2,"l":"http://example.org/","i":"keyid","s64":"fN7nklEcW8b1KEhYBd_psk54XijiqZMB"})"}},
      {"a HashiCorp Vault token", {"hvs.CAESIJ0123456789", "VAULT_TOKEN=hvs.CAESIJ0123456789"}},
      {"a GitHub token",
       {"ghp_0123456789abcdef", "gho_0123456789abcdef", "ghs_0123456789abcdef", "github_pat_0123456789_abcdef",
        "Authorization: Bearer ghp_0123456789abcdef", R"({"token": "ghp_0123456789abcdef"})",
        "\"ghp_0123456789abcdef\""}},
      {"a GitLab token", {"glpat-0123456789abcdef", "PRIVATE-TOKEN: glpat-0123456789abcdef"}},
      {"a biscuit", {biscuit()}},
      {"a PEM block, as keys and certificates are", {"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"}},
      {"an HTML page", {"<!DOCTYPE html><title>Sign in</title>", "\n<HTML>", "\xef\xbb\xbf<html lang=\"en\">"}},
      {"the id of a token", {"67a18dba-761b-5281-be62-275744f1eb41", "67a18dba-761b-5281-be62-275744f1eb41\n"}},
  };
  for (const auto& [name, texts] : others) {
    for (const std::string& text : texts) {
      INFO(text);
      const Pasted pasted = look_at_pasted(text);
      CHECK(pasted.kind == Kind::kOther);
      CHECK(describe(pasted) == "this is " + name + ", and no fm2 token");
    }
  }
  for (const char* text : {"",
                           " ",
                           "nonsense",
                           "fm2_",
                           "FlyV1 ",
                           "FlyV1 fm2_!!!!",
                           "FlyV1 fm3_AAAA",
                           "ghp_",
                           "hvs.",
                           "eyJ.a.b",
                           "Basic dXNlcg==",
                           "AgE",
                           "EnYKDBgD",
                           "{}",
                           "%",
                           "\\",
                           "\\u",
                           "%2",
                           "fo1_",
                           "\xff\xfe",
                           "\xff"}) {
    INFO(text);
    CHECK(look_at_pasted(text).kind == Kind::kUnknown);
    CHECK(describe(look_at_pasted(text)).empty());
  }
}

TEST_CASE("of different tokens in different places none is chosen, and the same one twice is one") {
  const std::string other = minted(CaveatSet().organization(8, kRead)).text();
  CHECK(look_at_pasted(R"({"old": ")" + header() + R"(", "new": ")" + other + R"("})").kind == Kind::kSeveralTokens);
  const Pasted twice = look_at_pasted(R"({"old": ")" + header() + R"(", "new": ")" + header() + R"("})");
  CHECK(twice.kind == Kind::kToken);
  CHECK(twice.header == header());
}

TEST_CASE("any bytes are looked at in bounded work, and nothing is taken out that is no whole token") {
  std::mt19937 random(1);
  const std::vector<std::string> pieces{"fm2_",
                                        "FlyV1 ",
                                        token().substr(4),
                                        "Authorization: ",
                                        "%25",
                                        "%2",
                                        "\\u00",
                                        "\\/",
                                        "\"",
                                        "=",
                                        ",",
                                        "\xff\xfe",
                                        " ",
                                        "\r\n",
                                        "eyJ",
                                        "{",
                                        "AgEC",
                                        "MDAyMWx",
                                        std::string(3, '\0'),
                                        "\xe2\x80\x8b",
                                        "_",
                                        "A",
                                        "-----BEGIN "};
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (auto left = random() % 24; left > 0; --left) text += pieces[random() % pieces.size()];
    const Pasted pasted = look_at_pasted(text);
    CHECK(describe(pasted).size() < 500);
    if (pasted.kind == Kind::kToken) CHECK(Bundle::parse(pasted.header));
  }
  const std::size_t size = 1 << 20;
  for (const std::string& piece :
       {std::string("fm2_"), std::string("%25"), std::string("fm2_A "), std::string("A "), std::string("FlyV1 "),
        std::string("\\"), token() + " ", token() + "\"x", std::string("\"="), std::string("eyJ.eyJ."),
        std::string(1, '\0'), std::string("a\0", 2)}) {
    std::string text;
    while (text.size() < size) text += piece;
    CHECK(describe(look_at_pasted(text)).size() < 500);
  }
  // What stands between two tokens is read once.
  for (const char between : {' ', '\n', ',', '"', ';', '='}) {
    INFO(between);
    CHECK(describe(look_at_pasted(header() + std::string(size, between) + header())).size() < 500);
  }
  const Pasted apart = look_at_pasted(header() + std::string(size, ' ') + header());
  CHECK(describe(apart.with) == "beside others");
  CHECK(look_at_pasted("\"" + header() + "\"" + std::string(kMaxPastedBytes, ' ')).kind == Kind::kUnknown);
}
