#include "explain/explain_words.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "libtoken/text.h"

namespace libtoken {
namespace {

struct ActionWords {
  ActionMask mask;
  const char* verb;
  const char* gerund;
};
constexpr ActionWords kWords[] = {{kRead, "read", "reading"},
                                  {kWrite, "write", "writing"},
                                  {kCreate, "create", "creating"},
                                  {kDelete, "delete", "deleting"},
                                  {kControl, "control", "controlling"}};

std::string with_name(const char* kind, std::uint64_t id, const std::optional<std::string>& name) {
  if (name) return std::string(kind) + " " + *name + " (" + std::to_string(id) + ")";
  return std::string(kind) + " " + std::to_string(id);
}

}  // namespace

std::string join_words(const std::vector<std::string>& words, const char* last) {
  std::string joined;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) joined += i + 1 == words.size() ? last : ", ";
    joined += words[i];
  }
  return joined;
}

std::string gerunds(ActionMask mask) {
  if (mask.contains(kAllActions)) return "everything";
  std::vector<std::string> words;
  for (const ActionWords& one : kWords)
    if (mask.contains(one.mask)) words.emplace_back(one.gerund);
  return words.empty() ? "nothing" : join_words(words);
}

std::string verbs(ActionMask mask) {
  if (mask.contains(kAllActions)) return "do anything with";
  std::vector<std::string> words;
  for (const ActionWords& one : kWords)
    if (mask.contains(one.mask)) words.emplace_back(one.verb);
  return words.empty() ? "do nothing with" : join_words(words);
}

std::string org_words(std::uint64_t id, const NameSource* names) {
  return with_name("org", id, names == nullptr ? std::nullopt : names->org_name(id));
}

std::string app_words(std::uint64_t id, const NameSource* names) {
  return with_name("app", id, names == nullptr ? std::nullopt : names->app_name(id));
}

std::string quoted(std::string_view text) {
  const bool is_plain = !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
  if (is_plain) return std::string(text);
  std::string out = "\"";
  for (const char c : escape_untrusted(text, 200)) {
    if (c == '"') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string utc(std::int64_t unix_s) {
  using namespace std::chrono;
  // Past these years std::chrono's calendar does not count.
  constexpr std::int64_t kYear9999 = 253402300799;
  if (unix_s > kYear9999) return "the year 9999 and later";
  if (unix_s < -62135596800) return "before the year 1";
  const sys_seconds time{seconds(unix_s)};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d UTC", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

}  // namespace libtoken
