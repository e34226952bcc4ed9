#include "authority/registry/labels.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "authority/store/label_text.h"
#include "libtoken/text.h"

namespace libtoken::authority {
namespace {

// The number of edits (optimal string alignment distance) from `a` to `b`, or `most` + 1 if there are more than `most`.
// Row i of the table has the edits from the first i code points of `a` to each prefix of `b`; three rows are kept,
// because a swap looks two rows back.
std::size_t edits(const std::u32string& a, const std::u32string& b, std::size_t most) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  const std::size_t far = most + 1;
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = std::min(j, far);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    // Prefixes whose lengths differ by more than `most` are further apart than that.
    const std::size_t from = i > most ? i - most : 1;
    const std::size_t to = std::min(b.size(), i + most);
    std::fill(row.begin(), row.end(), far);
    row[0] = std::min(i, far);
    for (std::size_t j = from; j <= to; ++j) {
      const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({change, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
    // The next row depends on these two, so from here on the distance only grows.
    if (*std::min_element(last.begin(), last.end()) > most && *std::min_element(before.begin(), before.end()) > most) {
      return most + 1;
    }
  }
  return last[b.size()];
}

}  // namespace

std::size_t most_near_edits(std::size_t points) noexcept { return std::max<std::size_t>(1, points / 6); }

EditRows::EditRows(std::u32string key, std::size_t most) : key_(std::move(key)), most_(most) {
  Row first(key_.size() + 1);
  for (std::size_t j = 0; j < first.size(); ++j) first[j] = j;
  rows_.push_back(std::move(first));
}

void EditRows::push(char32_t point) {
  const Row& last = rows_.back();
  Row row(key_.size() + 1);
  row[0] = rows_.size();
  for (std::size_t j = 1; j < row.size(); ++j) {
    row[j] = std::min({last[j - 1] + (key_[j - 1] == point ? 0 : 1), last[j] + 1, row[j - 1] + 1});
    if (rows_.size() > 1 && j > 1 && key_[j - 1] == word_.back() && key_[j - 2] == point) {
      row[j] = std::min(row[j], rows_[rows_.size() - 2][j - 2] + 1);
    }
  }
  word_.push_back(point);
  rows_.push_back(std::move(row));
}

bool EditRows::is_hopeless() const noexcept {
  // A swap looks two rows back.
  const auto least = [](const Row& row) { return *std::min_element(row.begin(), row.end()); };
  return least(rows_.back()) > most_ && (rows_.size() < 2 || least(rows_[rows_.size() - 2]) >= most_);
}

std::optional<std::size_t> EditRows::distance() const noexcept {
  const std::size_t edits = rows_.back().back();
  return edits <= most_ ? std::optional(edits) : std::nullopt;
}

std::optional<std::size_t> near_distance(std::string_view key, std::string_view other) {
  constexpr std::size_t kLeastInside = 3;
  const std::u32string a = code_points(key);
  const std::u32string b = code_points(other);
  const std::size_t shorter = std::min(a.size(), b.size());
  const std::size_t longer = std::max(a.size(), b.size());
  const std::size_t most = most_near_edits(shorter);
  if (longer - shorter <= most) {
    const std::size_t distance = edits(a, b, most);
    if (distance <= most) return distance;
  }
  const bool inside = a.find(b) != a.npos || b.find(a) != b.npos;
  return inside && shorter >= kLeastInside ? std::optional(longer - shorter) : std::nullopt;
}

std::vector<std::string> nearest_names(std::string_view text, const std::vector<std::string>& names) {
  constexpr std::size_t kMostNames = 3;
  constexpr std::size_t kLongestText = 100;  // no name is that long
  constexpr std::size_t kLeastInside = 3;
  if (text.empty() || text.size() > kLongestText) return {};
  const std::u32string typed = code_points(label_key(text));
  const std::size_t most = typed.size() <= 4 ? 1 : typed.size() <= 8 ? 2 : 3;
  std::vector<std::pair<std::size_t, std::string>> near;
  std::vector<std::pair<std::size_t, std::string>> around;
  for (const std::string& name : names) {
    const std::u32string other = code_points(name);
    const std::size_t difference =
        other.size() > typed.size() ? other.size() - typed.size() : typed.size() - other.size();
    const std::size_t distance = difference <= most ? edits(typed, other, most) : most + 1;
    if (distance <= most) near.emplace_back(distance, name);
    const bool inside = typed.size() >= kLeastInside && other.find(typed) != other.npos;
    if (near.empty() && inside) around.emplace_back(difference, name);
  }
  auto& best = near.empty() ? around : near;
  std::sort(best.begin(), best.end());
  best.erase(std::unique(best.begin(), best.end()), best.end());
  // Among near ones, those that are further away than the nearest only confuse.
  std::vector<std::string> found;
  for (auto& [distance, name] : best)
    if (found.size() < kMostNames && (near.empty() || distance == best.front().first)) found.push_back(std::move(name));
  return found;
}

std::string did_you_mean(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += i == 0 ? "; did you mean " : i + 1 == names.size() ? " or " : ", ";
    text += escape_untrusted(names[i], 100);
  }
  return names.empty() ? text : text + "?";
}

std::size_t edit_distance(std::string_view one, std::string_view other, std::size_t most) {
  const std::u32string a = code_points(one);
  const std::u32string b = code_points(other);
  const std::size_t longer = std::max(a.size(), b.size());
  return longer - std::min(a.size(), b.size()) > most ? most + 1 : std::min(edits(a, b, most), most + 1);
}

}  // namespace libtoken::authority
