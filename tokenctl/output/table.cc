#include "output/table.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>
#include <string_view>

#include "authority/store/label_text.h"
#include "libtoken/text.h"
#include "output/layout.h"
#include "output/output.h"

namespace tokenctl {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastCut = 12;  // columns are cut to less than this only where nothing else helps

/// How a table is laid out.
class Fitting {
 public:
  explicit Fitting(const std::vector<Column>& columns) : columns_(columns), shape_(columns.size()) {
    for (std::size_t i = 0; i < columns.size(); ++i)
      shape_[i].width = shape_[i].brief_width = libtoken::terminal_columns(columns[i].heading);
  }

  void measure(const Row& row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string& brief = row[i].brief.empty() ? row[i].text : row[i].brief;
      shape_[i].width = std::max(shape_[i].width, libtoken::terminal_columns(row[i].text));
      shape_[i].brief_width = std::max(shape_[i].brief_width, libtoken::terminal_columns(brief));
    }
  }

  /// After fit(): makes the columns wider that a row needs wider, as far as there is room.
  void widen(const Row& row, std::optional<std::size_t> limit) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!shape_[i].shown) continue;
      const std::size_t needed = libtoken::terminal_columns(cell(row, i));
      if (needed <= shape_[i].width) continue;
      const std::size_t more = needed - shape_[i].width;
      shape_[i].width += limit ? std::min(more, *limit - std::min(*limit, total())) : more;
    }
  }

  void fit(std::size_t limit) {
    std::vector<std::size_t> by_weight(columns_.size());
    std::iota(by_weight.begin(), by_weight.end(), std::size_t{0});
    std::stable_sort(by_weight.begin(), by_weight.end(),
                     [&](std::size_t a, std::size_t b) { return columns_[a].weight < columns_[b].weight; });
    for (const std::size_t i : by_weight) {
      if (total() <= limit) return;
      if (shape_[i].brief_width >= shape_[i].width) continue;
      shape_[i].brief = true;
      shape_[i].width = shape_[i].brief_width;
    }
    cut(limit, kLeastCut, false);
    for (const std::size_t i : by_weight)
      if (total() > limit && i != by_weight.back()) shape_[i].shown = false;
    cut(limit, 1, true);
  }

  /// The headings of the columns that are not shown, with commas between them.
  [[nodiscard]] std::string left_out() const {
    std::string names;
    for (std::size_t i = 0; i < shape_.size(); ++i)
      if (!shape_[i].shown) names += (names.empty() ? "" : ", ") + columns_[i].heading;
    return names;
  }

  [[nodiscard]] std::string headings() const {
    Row row;
    for (const Column& column : columns_) row.emplace_back(column.heading);
    return line(row);
  }

  [[nodiscard]] std::string line(const Row& row) const {
    std::string text;
    std::string gap;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!shape_[i].shown) continue;
      const std::string cut = libtoken::cut_to_columns(cell(row, i), shape_[i].width);
      text += gap + cut;
      gap = std::string(shape_[i].width - libtoken::terminal_columns(cut) + kGap, ' ');
    }
    return text;
  }

 private:
  [[nodiscard]] const std::string& cell(const Row& row, std::size_t i) const {
    return shape_[i].brief && !row[i].brief.empty() ? row[i].brief : row[i].text;
  }

  struct Shape {
    std::size_t width = 0;
    std::size_t brief_width = 0;
    bool brief = false;
    bool shown = true;
  };

  [[nodiscard]] std::size_t total() const {
    std::size_t all = 0;
    for (const Shape& one : shape_)
      if (one.shown) all += one.width + (all == 0 ? 0 : kGap);
    return all;
  }

  /// Makes the widest columns narrower, down to `least`, until the table fits.
  void cut(std::size_t limit, std::size_t least, bool any_column) {
    while (total() > limit) {
      Shape* widest = nullptr;
      for (std::size_t i = 0; i < shape_.size(); ++i) {
        if (!shape_[i].shown || shape_[i].width <= least || !(any_column || columns_[i].may_be_cut)) continue;
        if (widest == nullptr || shape_[i].width > widest->width) widest = &shape_[i];
      }
      if (widest == nullptr) return;
      --widest->width;
    }
  }

  const std::vector<Column>& columns_;
  std::vector<Shape> shape_;
};

void remark_on_left_out(const Fitting& fitting) {
  if (const std::string names = fitting.left_out(); !names.empty()) remark("left out: " + names + "; --wide shows all");
}

}  // namespace

std::optional<std::size_t> table_width(bool wide) { return wide ? std::nullopt : terminal_columns_of_stdout(); }

std::string table(const std::vector<Column>& columns, const std::vector<Row>& rows, std::optional<std::size_t> width) {
  Fitting fitting(columns);
  for (const Row& row : rows) fitting.measure(row);
  if (width) fitting.fit(*width);
  std::string text = heading(fitting.headings()) + "\n";
  for (const Row& row : rows) text += fitting.line(row) + "\n";
  remark_on_left_out(fitting);
  return text;
}

struct LongTable::Layout {
  Layout(std::vector<Column> all, std::optional<std::size_t> limit)
      : columns(std::move(all)), fitting(columns), width(limit) {}

  const std::vector<Column> columns;
  Fitting fitting;
  const std::optional<std::size_t> width;
};

LongTable::LongTable(std::vector<Column> columns, std::optional<std::size_t> width)
    : layout_(std::make_unique<Layout>(std::move(columns), width)) {}

LongTable::~LongTable() = default;

void LongTable::add(Row row) {
  if (!begun_) {
    layout_->fitting.measure(row);
    kept_.push_back(std::move(row));
    if (kept_.size() == kKeptRows) begin();
    return;
  }
  layout_->fitting.widen(row, layout_->width);
  answer(layout_->fitting.line(row) + "\n");
}

void LongTable::begin() {
  begun_ = true;
  if (layout_->width) layout_->fitting.fit(*layout_->width);
  answer(heading(layout_->fitting.headings()) + "\n");
  for (const Row& row : kept_) answer(layout_->fitting.line(row) + "\n");
  kept_ = {};
}

void LongTable::finish() {
  if (!begun_) begin();
  remark_on_left_out(layout_->fitting);
}

namespace {

/// Whether a spreadsheet would take a cell for a formula. Some read the full-width signs as well, and pass over spaces.
bool looks_like_formula(const std::string& cell) {
  if (cell.empty() || std::isalnum(static_cast<unsigned char>(cell.front())) != 0) return false;
  const std::string text = libtoken::authority::trimmed_label(cell);
  constexpr std::array<std::string_view, 8> kSigns{"=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"};
  return std::any_of(kSigns.begin(), kSigns.end(), [&](std::string_view sign) { return text.starts_with(sign); });
}

}  // namespace

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    std::string cell = libtoken::escape_untrusted(cells[i]);
    if (looks_like_formula(cell)) cell.insert(cell.begin(), '\'');
    if (i != 0) line += ',';
    if (cell.find_first_of(",\"") == cell.npos) {
      line += cell;
      continue;
    }
    line += '"';
    for (const char c : cell) line.append(c == '"' ? 2 : 1, c);
    line += '"';
  }
  return line + "\n";
}

}  // namespace tokenctl
