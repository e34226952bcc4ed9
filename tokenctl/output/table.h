#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tokenctl {

struct Column {
  std::string heading;
  /// Where a table is too wide for a terminal, the columns of the smallest weight are shortened, and left out, first.
  int weight = 0;
  bool may_be_cut = false;  ///< its texts are still of use without their ends
};

struct Cell {
  Cell(std::string whole) : text(std::move(whole)) {}  // NOLINT: a text is a cell
  Cell(std::string whole, std::string shorter) : text(std::move(whole)), brief(std::move(shorter)) {}

  std::string text;
  std::string brief;  ///< a shorter form of it; "": there is none
};
using Row = std::vector<Cell>;

/// How many columns of stdout a table may take up: those of the terminal, or any number if stdout is none or `wide` is
/// set.
[[nodiscard]] std::optional<std::size_t> table_width(bool wide);

/// Columns two spaces apart, under their headings. If they do not fit into `width`, cells are written in their shorter
/// form, then cut, and then columns are left out, which a remark says. No line is longer than `width`.
[[nodiscard]] std::string table(const std::vector<Column>& columns, const std::vector<Row>& rows,
                                std::optional<std::size_t> width);

/// The same for a table of any length, of which only the beginning is kept: its columns are as wide as the first
/// kKeptRows rows need. Later rows widen the columns from there on as far as there is room, and are cut beyond that.
class LongTable {
 public:
  static constexpr std::size_t kKeptRows = 5'000;

  LongTable(std::vector<Column> columns, std::optional<std::size_t> width);
  LongTable(const LongTable&) = delete;
  LongTable& operator=(const LongTable&) = delete;
  ~LongTable();

  /// Adds a row, and writes what can be written to stdout.
  void add(Row row);
  /// Writes the rest.
  void finish();

 private:
  void begin();

  struct Layout;
  std::unique_ptr<Layout> layout_;
  std::vector<Row> kept_;
  bool begun_ = false;
};

/// One line of CSV (RFC 4180, but ended by a line feed). A cell that a spreadsheet would take for a formula begins with
/// an apostrophe.
[[nodiscard]] std::string csv_line(const std::vector<std::string>& cells);

}  // namespace tokenctl
