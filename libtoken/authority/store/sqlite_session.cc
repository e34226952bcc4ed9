#include "authority/store/sqlite_session.h"

#include <limits>
#include <memory>
#include <new>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace libtoken::authority {
namespace {

using soci::details::exchange_type;
using sqlite_api::sqlite3_stmt;

/// A column of the row that a statement is at.
class Column {
 public:
  Column(sqlite3_stmt* row, int number) : row_(row), number_(number) {}

  [[nodiscard]] bool is_null() const { return type() == SQLITE_NULL; }
  /// Into a variable of this type.
  void read_into(void* variable, exchange_type type) const {
    if (type == soci::details::x_stdstring) {
      *static_cast<std::string*>(variable) = text();
    } else if (type == soci::details::x_long_long) {
      *static_cast<long long*>(variable) = number();
    } else if (type == soci::details::x_integer) {
      const long long value = number();
      if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max()) {
        throw soci::soci_error("a number is too large");
      }
      *static_cast<int*>(variable) = static_cast<int>(value);
    } else {
      throw soci::soci_error("columns are read into texts and numbers only");
    }
  }

 private:
  [[nodiscard]] int type() const { return sqlite_api::sqlite3_column_type(row_, number_); }
  [[nodiscard]] std::string text() const {
    if (type() == SQLITE_INTEGER) return std::to_string(number());
    const unsigned char* text = sqlite_api::sqlite3_column_text(row_, number_);
    if (text == nullptr) throw std::bad_alloc();
    const auto size = static_cast<std::size_t>(sqlite_api::sqlite3_column_bytes(row_, number_));
    return {reinterpret_cast<const char*>(text), size};
  }
  [[nodiscard]] long long number() const {
    if (type() != SQLITE_INTEGER) throw soci::soci_error("there is something else where a number should be");
    return sqlite_api::sqlite3_column_int64(row_, number_);
  }

  sqlite3_stmt* row_;
  int number_;
};

[[noreturn]] void refuse_null() { throw soci::soci_error("there is no value, and none may be missing"); }

/// A column, and the variable or vector that it is read into.
struct Target {
  int column = 0;
  void* data = nullptr;
  exchange_type type = soci::details::x_stdstring;
};

/// A variable that a column is read into.
class Into final : public soci::details::standard_into_type_backend {
 public:
  explicit Into(const soci::sqlite3_statement_backend& statement) : statement_(statement) {}

  void define_by_pos(int& position, void* data, exchange_type type) override { target_ = {position++ - 1, data, type}; }
  void pre_fetch() override {}
  void clean_up() override {}
  void post_fetch(bool got_data, bool, soci::indicator* indicator) override {
    if (!got_data) return;
    const Column column(statement_.stmt_, target_.column);
    const bool is_null = column.is_null();
    if (is_null && indicator == nullptr) refuse_null();
    if (indicator != nullptr) *indicator = is_null ? soci::i_null : soci::i_ok;
    if (!is_null) column.read_into(target_.data, target_.type);
  }

 private:
  const soci::sqlite3_statement_backend& statement_;
  Target target_;
};

/// A vector that a column of several rows is read into.
class ManyInto final : public soci::details::vector_into_type_backend {
 public:
  void define_by_pos(int& position, void* data, exchange_type type) override { target_ = {position++ - 1, data, type}; }
  void pre_fetch() override {}
  void clean_up() override {}
  void resize(std::size_t size) override {
    visit([&](auto& values) { values.resize(size); });
  }
  std::size_t size() override {
    std::size_t size = 0;
    visit([&](const auto& values) { size = values.size(); });
    return size;
  }
  /// Reads the row that the statement is at.
  void take(sqlite3_stmt* row, std::size_t place) {
    const Column column(row, target_.column);
    if (nulls_.size() <= place) nulls_.resize(place + 1);
    nulls_[place] = column.is_null();
    if (nulls_[place]) return;
    visit([&](auto& values) { column.read_into(&values.at(place), target_.type); });
  }
  void post_fetch(bool got_data, soci::indicator* indicators) override {
    if (!got_data) return;
    const std::size_t rows = size();
    for (std::size_t i = 0; i < rows && i < nulls_.size(); ++i) {
      if (nulls_[i] && indicators == nullptr) refuse_null();
      if (indicators != nullptr) indicators[i] = nulls_[i] ? soci::i_null : soci::i_ok;
    }
  }

 private:
  template <class Visit>
  void visit(const Visit& visit_values) {
    if (target_.type == soci::details::x_stdstring)
      return visit_values(*static_cast<std::vector<std::string>*>(target_.data));
    if (target_.type == soci::details::x_long_long)
      return visit_values(*static_cast<std::vector<long long>*>(target_.data));
    if (target_.type == soci::details::x_integer) return visit_values(*static_cast<std::vector<int>*>(target_.data));
    throw soci::soci_error("columns are read into texts and numbers only");
  }

  Target target_;
  std::vector<bool> nulls_;
};

struct Finalize {
  void operator()(soci::sqlite3_statement_backend* statement) const noexcept {
    statement->clean_up();
    delete statement;
  }
};
using Prepared = std::unique_ptr<soci::sqlite3_statement_backend, Finalize>;

/// Statements that were used, and stay prepared for the next time that their text is run: preparing one takes longer
/// than running it. A statement that is kept is reset, so that it locks nothing.
class PreparedStatements {
 public:
  /// Nothing: none with this text is kept.
  [[nodiscard]] Prepared take(const std::string& text) noexcept {
    const auto found = kept_.find(text);
    if (found == kept_.end()) return nullptr;
    Prepared statement = std::move(found->second);
    kept_.erase(found);
    return statement;
  }
  void keep(const std::string& text, Prepared statement) noexcept {
    if (statement->stmt_ == nullptr) return;
    sqlite_api::sqlite3_reset(statement->stmt_);
    sqlite_api::sqlite3_clear_bindings(statement->stmt_);
    // As it is after prepare().
    statement->databaseReady_ = true;
    statement->boundByName_ = false;
    statement->boundByPos_ = false;
    statement->hasVectorIntoElements_ = false;
    statement->rowsAffectedBulk_ = -1;
    statement->dataCache_.clear();
    statement->useData_.clear();
    try {
      if (kept_.size() >= kMost) kept_.clear();
      kept_.try_emplace(text, std::move(statement));
    } catch (const std::exception&) {  // no memory: it is prepared again the next time
    }
  }
  void clear() noexcept { kept_.clear(); }

 private:
  static constexpr std::size_t kMost = 256;  // lists have many different texts, the others some hundred
  std::unordered_map<std::string, Prepared> kept_;
};

/// SOCI's own statement but for Into and ManyInto.
class Statement final : public soci::details::statement_backend {
 public:
  Statement(soci::sqlite3_session_backend& session, PreparedStatements& kept) : session_(session), kept_(kept) {}
  ~Statement() override { clean_up(); }

  void alloc() override {}
  void clean_up() override {
    if (own_ != nullptr) kept_.keep(text_, std::move(own_));
  }
  // SOCI makes what values are read into, and taken from, only after this.
  void prepare(const std::string& query, soci::details::statement_type type) override {
    clean_up();
    text_ = query;
    own_ = kept_.take(text_);
    if (own_ != nullptr) return;
    own_.reset(session_.make_statement_backend());
    own_->prepare(query, type);
  }
  exec_fetch_result execute(int number) override {
    if (many_.empty() || number == 0) return own_->execute(number);
    (void)own_->execute(0);  // which reads no row yet
    return fetch(number);
  }
  exec_fetch_result fetch(int number) override {
    if (many_.empty()) return own_->fetch(number);
    for (rows_ = 0; rows_ < number; ++rows_) {
      if (own_->fetch(1) == ef_no_data) return ef_no_data;
      for (ManyInto* into : many_) into->take(own_->stmt_, static_cast<std::size_t>(rows_));
    }
    return ef_success;
  }
  long long get_affected_rows() override { return own_->get_affected_rows(); }
  int get_number_of_rows() override { return many_.empty() ? own_->get_number_of_rows() : rows_; }
  std::string get_parameter_name(int index) const override { return own_->get_parameter_name(index); }
  std::string rewrite_for_procedure_call(const std::string& query) override { return query; }
  int prepare_for_describe() override { return own_->prepare_for_describe(); }
  void describe_column(int column, soci::data_type& type, std::string& name) override {
    own_->describe_column(column, type, name);
  }
  soci::details::standard_into_type_backend* make_into_type_backend() override { return new Into(*own_); }
  soci::details::standard_use_type_backend* make_use_type_backend() override { return own_->make_use_type_backend(); }
  soci::details::vector_into_type_backend* make_vector_into_type_backend() override {
    many_.reserve(many_.size() + 1);
    many_.push_back(new ManyInto);
    return many_.back();  // SOCI deletes it before this
  }
  soci::details::vector_use_type_backend* make_vector_use_type_backend() override {
    return own_->make_vector_use_type_backend();
  }

 private:
  soci::sqlite3_session_backend& session_;
  PreparedStatements& kept_;
  std::string text_;
  Prepared own_;  // null before prepare()
  std::vector<ManyInto*> many_;
  int rows_ = 0;  // that were read into them last
};

/// SOCI's own session but for Statement.
class Session final : public soci::details::session_backend {
 public:
  explicit Session(soci::sqlite3_session_backend* own) : own_(own) {}
  ~Session() override { kept_.clear(); }  // SQLite closes no connection that has statements

  [[nodiscard]] sqlite_api::sqlite3*& connection() noexcept { return own_->conn_; }

  bool is_connected() override { return true; }
  void begin() override { own_->begin(); }
  void commit() override { own_->commit(); }
  void rollback() override { own_->rollback(); }
  bool get_last_insert_id(soci::session& sql, const std::string& table, long long& value) override {
    return own_->get_last_insert_id(sql, table, value);
  }
  std::string get_dummy_from_table() const override { return own_->get_dummy_from_table(); }
  std::string get_backend_name() const override { return own_->get_backend_name(); }
  soci::details::statement_backend* make_statement_backend() override { return new Statement(*own_, kept_); }
  soci::details::rowid_backend* make_rowid_backend() override { return own_->make_rowid_backend(); }
  soci::details::blob_backend* make_blob_backend() override { return own_->make_blob_backend(); }

 private:
  const std::unique_ptr<soci::sqlite3_session_backend> own_;
  PreparedStatements kept_;
};

class Factory final : public soci::backend_factory {
 public:
  soci::details::session_backend* make_session(const soci::connection_parameters& parameters) const override {
    std::unique_ptr<soci::sqlite3_session_backend> session(
        static_cast<soci::sqlite3_session_backend*>(soci::factory_sqlite3()->make_session(parameters)));
    auto made = std::make_unique<Session>(session.get());
    (void)session.release();
    return made.release();
  }
};

}  // namespace

void open_session(soci::session& sql, const std::string& connect_string) {
  static const Factory factory;  // which the session goes on to name
  sql.open(factory, connect_string);
}

sqlite_api::sqlite3*& connection_in(soci::session& sql) noexcept {
  return static_cast<Session*>(sql.get_backend())->connection();
}

}  // namespace libtoken::authority
