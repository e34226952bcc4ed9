#include <algorithm>
#include <map>
#include <utility>

#include "authority/registry/labels.h"
#include "authority/registry/registry_rows.h"
#include "authority/store/label_text.h"
#include "authority/store/store_state.h"
#include "authority/tokens/issued.h"

namespace libtoken::authority {
namespace {

constexpr std::size_t kMaxNearMisses = 16;
/// So often the index is looked into for one label, however many labels there are.
constexpr std::size_t kMostLooks = 1000;
/// If there are no more different labels than this, each is compared.
constexpr std::size_t kMostCompared = 200;
/// So many parts of a label are looked up as labels of their own, the longest first.
constexpr std::size_t kMostParts = 100;
constexpr std::size_t kShortestPart = 3;
constexpr std::size_t kMostLonger = 64;  // labels that begin with the one that is asked for

using Deadline = std::chrono::steady_clock::time_point;

std::string utf8_of(const std::u32string& points) {
  std::string text;
  for (const char32_t point : points) append_utf8(text, point);
  return text;
}

// The different labels of one column ("name" or "holder"), in their order, read one by one out of an index.
class LabelIndex {
 public:
  /// `org` 0: of every org.
  LabelIndex(soci::session& sql, const std::string& column, long long org, std::size_t looks, Deadline deadline)
      : looks_left_(looks), deadline_(deadline), org_(org), next_(sql) {
    const std::string key = column + "_key";
    next_.exchange(soci::into(found_));
    next_.exchange(soci::into(label_));
    if (org != 0) next_.exchange(soci::use(org_));
    next_.exchange(soci::use(from_));
    next_.alloc();
    next_.prepare("SELECT " + key + ", " + column + " FROM tokens INDEXED BY " +
                  (org != 0 ? "tokens_by_org_" : "tokens_by_") + column + " WHERE " + (org != 0 ? "org = ? AND " : "") +
                  key + " >= ? AND " + key + " <> '' ORDER BY " + key + " LIMIT 1");
    next_.define_and_bind();
  }
  /// The first label at or after this text. False: there is none, or it was looked often enough.
  [[nodiscard]] bool find(const std::string& from) {
    if (looks_left_ == 0 || std::chrono::steady_clock::now() >= deadline_) return false;
    --looks_left_;
    from_ = from;
    return next_.execute(true);
  }
  [[nodiscard]] const std::string& key() const noexcept { return found_; }
  [[nodiscard]] const std::string& label() const noexcept { return label_; }
  /// The least text after every one that is equal to this.
  [[nodiscard]] static std::string after(const std::string& key) { return key + '\x01'; }

 private:
  std::size_t looks_left_;
  const Deadline deadline_;
  const long long org_;
  std::string from_, found_, label_;
  soci::statement next_;
};

class NearMisses {
 public:
  NearMisses(soci::session& sql, std::string column, const std::string& key, long long org, Deadline deadline)
      : sql_(sql), column_(std::move(column)), key_(key), points_(code_points(key)), org_(org), deadline_(deadline) {}

  [[nodiscard]] std::vector<std::string> find() {
    if (!compare_all()) {
      find_longer();
      find_parts();
      // Typing errors are rarely many, and rarely at the beginning; what is looked for first is surely found.
      const std::size_t most = most_near_edits(points_.size());
      find_edited(1, "");
      if (most > 1) find_edited(most, utf8_of(points_.substr(0, points_.size() / 2)));
      if (most > 1) find_edited(most, "");
    }
    std::vector<std::pair<std::size_t, std::string>> near;
    for (auto& [key, found] : found_) near.push_back(std::move(found));
    std::sort(near.begin(), near.end());
    if (near.size() > kMaxNearMisses) near.resize(kMaxNearMisses);
    std::vector<std::string> labels;
    for (auto& one : near) labels.push_back(std::move(one.second));
    return labels;
  }

 private:
  [[nodiscard]] LabelIndex index(std::size_t looks) const { return {sql_, column_, org_, looks, deadline_}; }
  void compare(const LabelIndex& at) {
    if (at.key() == key_ || found_.contains(at.key())) return;
    if (const auto distance = near_distance(key_, at.key())) found_.emplace(at.key(), std::pair(*distance, at.label()));
  }

  // False: there are too many.
  bool compare_all() {
    LabelIndex labels = index(kMostCompared + 1);
    std::size_t count = 0;
    for (std::string from = "\x01"; labels.find(from); from = LabelIndex::after(labels.key())) {
      if (++count > kMostCompared) {
        found_.clear();
        return false;
      }
      compare(labels);
    }
    return true;
  }

  // Those that begin with the key, as `ann@example.com` begins with `ann`.
  void find_longer() {
    LabelIndex labels = index(kMostLonger);
    for (std::string from = LabelIndex::after(key_); labels.find(from); from = LabelIndex::after(labels.key())) {
      if (!labels.key().starts_with(key_)) return;
      compare(labels);
    }
  }

  // Those that are a part of the key.
  void find_parts() {
    LabelIndex labels = index(kMostParts);
    std::size_t parts = 0;
    for (std::size_t length = points_.size() - std::min<std::size_t>(1, points_.size());
         length >= kShortestPart && parts < kMostParts; --length) {
      for (std::size_t at = 0; at + length <= points_.size() && parts < kMostParts; ++at, ++parts) {
        const std::string part = utf8_of(points_.substr(at, length));
        if (labels.find(part) && labels.key() == part) compare(labels);
      }
    }
  }

  // Those with at most so many edits that begin with `prefix`. The labels stand in the order of their code points. Each
  // is spelt until no word that begins so can be near any more, and then all labels that begin so are passed over.
  void find_edited(std::size_t most, const std::string& prefix) {
    LabelIndex labels = index(kMostLooks);
    EditRows rows(points_, most);
    std::string from = prefix.empty() ? "\x01" : prefix;
    while (labels.find(from) && labels.key().starts_with(prefix)) {
      const std::u32string other = code_points(labels.key());
      const std::u32string& word = rows.word();
      const auto differs = std::mismatch(word.begin(), word.end(), other.begin(), other.end()).first;
      rows.cut(static_cast<std::size_t>(differs - word.begin()));
      while (rows.length() < other.size() && !rows.is_hopeless()) rows.push(other[rows.length()]);
      if (rows.is_hopeless()) {
        const std::u32string next = next_after(std::u32string(other, 0, rows.length()));
        if (next.empty()) return;
        from = utf8_of(next);
      } else {
        if (rows.distance()) compare(labels);
        from = LabelIndex::after(labels.key());
      }
    }
  }

  // The least word after all words that begin so; "": there is none.
  static std::u32string next_after(std::u32string word) {
    constexpr char32_t kLast = 0x10ffff;
    while (!word.empty() && word.back() >= kLast) word.pop_back();
    if (word.empty()) return word;
    ++word.back();
    if (word.back() == 0xd800) word.back() = 0xe000;  // the surrogates between are no code points
    return word;
  }

  soci::session& sql_;
  const std::string column_;
  const std::string key_;
  const std::u32string points_;
  const long long org_;
  const Deadline deadline_;
  std::map<std::string, std::pair<std::size_t, std::string>> found_;  // by key: its distance, and one spelling of it
};

}  // namespace

Result<std::vector<std::string>> near_misses(Store& store, const TokenFilter& filter,
                                             std::chrono::milliseconds patience) {
  const Deadline deadline = std::chrono::steady_clock::now() + patience;
  return read_transaction(store, [&](soci::session& sql) -> Result<std::vector<std::string>> {
    long long org = 0;  // no org has the id 0
    if (filter.org) {
      const auto found = select_org(sql, *filter.org);
      if (!found) return std::vector<std::string>{};
      org = static_cast<long long>(found->id);
    }
    std::vector<std::string> labels;
    const auto add = [&](const char* column, const std::optional<std::string>& text) {
      const std::string key = text ? label_key(*text) : "";
      if (key.empty()) return;
      for (std::string& label : NearMisses(sql, column, key, org, deadline).find()) labels.push_back(std::move(label));
    };
    add("name", filter.name);
    add("holder", filter.holder);
    return labels;
  });
}

}  // namespace libtoken::authority
