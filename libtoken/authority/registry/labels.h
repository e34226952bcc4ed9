#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Labels (label_text.h) that one could be taken for another.
namespace libtoken::authority {

/// How far apart two different label keys (label_key()) are, if one could be taken for the other; nothing if not. That
/// is the number of code points that were inserted, left out, changed or swapped with their neighbour, if that is at
/// most 1 or a sixth of the shorter key; or, where one key contains the other, as `ann@example.com` contains `ann`, the
/// difference of their lengths.
[[nodiscard]] std::optional<std::size_t> near_distance(std::string_view key, std::string_view other);

/// Of some names (of orgs, commands, flags …), those that somebody may have meant by `text`: at most three, the nearest
/// first. Each has at most one, two or three edits, depending on how long `text` is; or, if there is none, it contains
/// `text`.
[[nodiscard]] std::vector<std::string> nearest_names(std::string_view text, const std::vector<std::string>& names);

/// `; did you mean arcadia-prod?`, `; did you mean a, b or c?`; "" for none.
[[nodiscard]] std::string did_you_mean(const std::vector<std::string>& names);

/// The number of code points to insert, leave out, change or swap with their neighbour that makes one text the other,
/// or `most` + 1 if it is more than `most`.
[[nodiscard]] std::size_t edit_distance(std::string_view one, std::string_view other, std::size_t most);

/// How many edits near_distance() counts as near to a key of so many code points.
[[nodiscard]] std::size_t most_near_edits(std::size_t points) noexcept;

/// The edits (near_distance()) from a key to words that are spelt one code point after the other, so that all words
/// with the same beginning can be given up at once.
class EditRows {
 public:
  /// Only distances of at most `most` count.
  EditRows(std::u32string key, std::size_t most);

  /// Goes back to the first `length` code points of the word.
  void cut(std::size_t length) {
    rows_.resize(std::min(length, rows_.size() - 1) + 1);
    word_.resize(rows_.size() - 1);
  }
  void push(char32_t point);
  [[nodiscard]] std::size_t length() const noexcept { return word_.size(); }
  [[nodiscard]] const std::u32string& word() const noexcept { return word_; }
  /// Whether no word that begins so is near.
  [[nodiscard]] bool is_hopeless() const noexcept;
  /// The distance of the word as it is; nothing: more than `most`.
  [[nodiscard]] std::optional<std::size_t> distance() const noexcept;

 private:
  using Row = std::vector<std::size_t>;  // the edits from each beginning of the key to the word
  const std::u32string key_;
  const std::size_t most_;
  std::u32string word_;
  std::vector<Row> rows_;  // one for each beginning of the word
};

}  // namespace libtoken::authority
