#include "libtoken/pasted.h"

#include <algorithm>
#include <array>

#include "explain/pasted_other.h"
#include "explain/pasted_text.h"
#include "explain/pasted_token.h"
#include "libtoken/bundle.h"
#include "libtoken/macaroon.h"

namespace libtoken {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n\v\f";
constexpr std::string_view kQuotationMarks = "\"'`";

using With = std::array<bool, static_cast<std::size_t>(PastedWith::kOtherText) + 1>;

void set(With& with, PastedWith what, bool it_is = true) {
  with[static_cast<std::size_t>(what)] = with[static_cast<std::size_t>(what)] || it_is;
}

std::string_view without_space_at_end(std::string_view text) {
  const std::size_t last = text.find_last_not_of(kWhiteSpace);
  return text.substr(0, last == text.npos ? 0 : last + 1);
}

std::string_view without_space_at_start(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(kWhiteSpace), text.size()));
}

bool is_word_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

/// Takes a word off the end of a text.
std::string_view take_last_word(std::string_view& text) {
  std::size_t first = text.size();
  while (first > 0 && is_word_character(text[first - 1])) --first;
  const std::string_view word = text.substr(first);
  text = text.substr(0, first);
  return word;
}

bool ends_with_authorization(std::string_view word) {
  constexpr std::string_view kName = "authorization";
  if (word.size() < kName.size()) return false;
  word.remove_prefix(word.size() - kName.size());
  return std::equal(word.begin(), word.end(), kName.begin(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

/// Takes `export `, `set `, `$env:` and the like off the end of what stands before a variable's name.
void take_declaration(std::string_view& text) {
  for (const std::string_view word : {"export", "set", "setx", "env", "ENV", "const", "let", "var", "$env:", "$"}) {
    const std::string_view rest = without_space_at_end(text);
    if (!rest.ends_with(word)) continue;
    text = rest.substr(0, rest.size() - word.size());
    return;
  }
}

/// Takes off what stands before a token, as far as it is known, from the token outwards.
void read_before(std::string_view before, With& with) {
  constexpr int kMostLayers = 16;
  for (int layer = 0; layer < kMostLayers; ++layer) {
    before = without_space_at_end(before);
    if (before.empty()) return;
    const char last = before.back();
    if (kQuotationMarks.find(last) != kQuotationMarks.npos) {
      set(with, PastedWith::kQuotes);
      before.remove_suffix(1);
      continue;
    }
    if (last != ':' && last != '=') break;
    std::string_view rest = without_space_at_end(before.substr(0, before.size() - 1));
    while (!rest.empty() && kQuotationMarks.find(rest.back()) != kQuotationMarks.npos) rest.remove_suffix(1);
    const std::string_view name = take_last_word(rest);
    if (name.empty()) break;
    const bool is_header = last == ':' && ends_with_authorization(name);
    set(with, is_header ? PastedWith::kHeaderName : PastedWith::kVariable);
    while (!rest.empty() && kQuotationMarks.find(rest.back()) != kQuotationMarks.npos) {
      if (is_header) set(with, PastedWith::kQuotes);
      rest.remove_suffix(1);
    }
    if (!is_header) take_declaration(rest);
    before = rest;
  }
  set(with, PastedWith::kOtherText, !before.empty());
}

void read_after(std::string_view after, With& with) {
  after = without_space_at_start(without_space_at_end(after));
  if (after == ",") return set(with, PastedWith::kTrailingComma);
  while (!after.empty() && (kQuotationMarks.find(after.front()) != kQuotationMarks.npos || after.front() == ';')) {
    set(with, PastedWith::kQuotes, after.front() != ';');
    after = without_space_at_start(after.substr(1));
  }
  set(with, PastedWith::kOtherText, !after.empty());
}

/// What stands between two tokens, if they can be two parts of one header; false if they are in different places.
bool read_between(std::string_view gap, With& with, std::size_t& white_space) {
  if (gap == ",") return true;
  bool comma = false;
  bool scheme = false;
  bool space = false;
  std::size_t spaces = 0;
  while (true) {
    if (const std::size_t length = scheme_at_end(gap); length != 0) {
      gap.remove_suffix(length);
      scheme = true;
    } else if (const std::size_t rest = without_space_at_end(gap).size(); rest != gap.size()) {
      space = true;
      spaces += gap.size() - rest;
      gap = gap.substr(0, rest);
    } else if (gap.empty()) {
      break;
    } else if (const char last = gap.back(); last == ',' || last == ';') {
      gap.remove_suffix(1);
      comma = true;
    } else if (kQuotationMarks.find(last) != kQuotationMarks.npos) {
      gap.remove_suffix(1);
      set(with, PastedWith::kQuotes);
    } else if (last == ':') {
      gap.remove_suffix(1);
      if (!ends_with_authorization(take_last_word(gap))) return false;
      set(with, PastedWith::kHeaderName);
      scheme = true;
    } else {
      return false;
    }
  }
  const bool several = scheme || !comma;
  set(with, PastedWith::kSeveralHeaders, several);
  if (!several && space) {
    set(with, PastedWith::kWhiteSpace);
    white_space += spaces;
  }
  return true;
}

/// Tokens that stand together, as in one header.
struct Run {
  std::vector<FoundToken> tokens;
  With with{};
  std::size_t white_space = 0;

  [[nodiscard]] bool has(FoundToken::State state) const {
    return std::any_of(tokens.begin(), tokens.end(), [&](const FoundToken& one) { return one.state == state; });
  }
  /// The parts of the header, without the copies that came with headers of their own.
  [[nodiscard]] std::vector<std::string_view> parts() const {
    const bool each_once = with[static_cast<std::size_t>(PastedWith::kSeveralHeaders)];
    std::vector<std::string_view> all;
    for (const FoundToken& one : tokens) {
      const bool again = each_once && std::find(all.begin(), all.end(), one.part) != all.end();
      if (one.state != FoundToken::State::kOld && !again) all.push_back(one.part);
    }
    return all;
  }
  [[nodiscard]] std::string header() const {
    std::string text;
    for (const std::string_view part : parts()) text.append(text.empty() ? "FlyV1 " : ",").append(part);
    return text;
  }
};

std::vector<Run> find_runs(std::string_view text) {
  std::vector<Run> runs;
  std::size_t tokens = 0;
  for (std::size_t at = find_label(text, 0); at != text.npos && tokens <= kMaxParts; ++tokens) {
    FoundToken found = read_token_at(text, at);
    const std::size_t end = found.end;
    bool joins = false;
    if (!runs.empty()) {
      const std::size_t last = runs.back().tokens.back().end;
      Run& run = runs.back();
      With with = run.with;
      joins = read_between(text.substr(last, at - last), with, run.white_space);
      if (joins) run.with = with;
    }
    if (!joins) runs.emplace_back();
    runs.back().tokens.push_back(std::move(found));
    at = find_label(text, end);
  }
  return runs;
}

/// What stands around a run of tokens, and in it.
With read_surroundings(const PlainText& plain, const Run& run) {
  With with = run.with;
  const std::string_view text = plain.text;
  std::size_t begin = run.tokens.front().begin;
  const std::size_t end = run.tokens.back().end;
  for (std::size_t length = 1; length != 0; begin -= length) length = scheme_at_end(text.substr(0, begin));

  set(with, PastedWith::kUtf16, plain.utf16);
  set(with, PastedWith::kByteOrderMark, plain.byte_order_mark);
  set(with, PastedWith::kInvisible, plain.any_invisible);
  set(with, PastedWith::kPercent, plain.has_mark(begin, end, PlainText::kFromPercent));
  const std::string_view start = without_space_at_start(text);
  if (begin > 0 && (start.starts_with('{') || start.starts_with('['))) {
    set(with, PastedWith::kJson);
  } else {
    read_before(text.substr(0, begin), with);
    read_after(text.substr(end), with);
  }
  for (const FoundToken& one : run.tokens) {
    set(with, PastedWith::kWhiteSpace, one.white_space != 0);
    set(with, PastedWith::kSpaceForPlus, one.space_for_plus);
    set(with, PastedWith::kBase64Url, one.base64_url);
    set(with, PastedWith::kLostPadding, one.lost_padding);
  }
  return with;
}

std::vector<PastedWith> listed(const With& with) {
  std::vector<PastedWith> list;
  for (std::size_t i = 0; i < with.size(); ++i)
    if (with[i]) list.push_back(static_cast<PastedWith>(i));
  return list;
}

/// The text has tokens in it, whole ones or not. kUnknown if nothing can be said of them.
Pasted look_at_runs(const PlainText& plain, const std::vector<Run>& runs) {
  using State = FoundToken::State;
  Pasted pasted;
  const Run* chosen = nullptr;
  for (const Run& run : runs) {
    if (!run.has(State::kWhole) || run.has(State::kCut)) continue;
    if (chosen != nullptr && chosen->header() != run.header()) {
      pasted.kind = Pasted::Kind::kSeveralTokens;
      return pasted;
    }
    if (chosen == nullptr) chosen = &run;
  }
  const bool whole = chosen != nullptr;
  for (const Run& run : runs)
    if (chosen == nullptr && run.has(State::kCut)) chosen = &run;
  if (chosen == nullptr) return pasted;

  pasted.kind = whole ? Pasted::Kind::kToken : Pasted::Kind::kHalfToken;
  pasted.with = listed(read_surroundings(plain, *chosen));
  pasted.white_space = chosen->white_space;
  for (const FoundToken& one : chosen->tokens) {
    pasted.white_space += one.white_space;
    if (one.state == State::kCut) pasted.missing_bytes = std::max(pasted.missing_bytes, one.missing_bytes);
  }
  if (whole) {
    pasted.header = chosen->header();
    pasted.different = chosen->parts().size();
    pasted.complete =
        static_cast<std::size_t>(std::count_if(chosen->tokens.begin(), chosen->tokens.end(),
                                               [](const FoundToken& one) { return one.state == State::kWhole; }));
  }
  if (whole && !Bundle::parse(pasted.header)) return {};  // too many parts, or a bad one beside it
  return pasted;
}

}  // namespace

Pasted look_at_pasted(std::string_view text) {
  Pasted pasted;
  if (text.size() > kMaxPastedBytes) return pasted;
  if (Bundle::parse(text)) {
    pasted.kind = Pasted::Kind::kToken;
    pasted.header = without_space_at_start(without_space_at_end(text));
    return pasted;
  }
  const PlainText plain = plain_text(text);
  const std::vector<Run> runs = find_runs(plain.text);
  if (!runs.empty()) pasted = look_at_runs(plain, runs);
  if (pasted.kind != Pasted::Kind::kUnknown) return pasted;
  pasted.other = find_other(text, plain.text);
  if (pasted.other) pasted.kind = Pasted::Kind::kOther;
  return pasted;
}

}  // namespace libtoken
