#include "authority/store/sqlite_session.h"

#include <limits>
#include <memory>
#include <new>

namespace libtoken::authority {
namespace {

using soci::details::exchange_type;
using sqlite_api::sqlite3_stmt;

/// A variable that a column is read into.
class Into final : public soci::details::standard_into_type_backend {
 public:
  explicit Into(const soci::sqlite3_statement_backend& statement) : statement_(statement) {}

  void define_by_pos(int& position, void* data, exchange_type type) override {
    column_ = position++ - 1;
    data_ = data;
    type_ = type;
  }
  void pre_fetch() override {}
  void clean_up() override {}

  void post_fetch(bool got_data, bool, soci::indicator* indicator) override {
    if (!got_data) return;
    const bool is_null = sqlite_api::sqlite3_column_type(statement_.stmt_, column_) == SQLITE_NULL;
    if (is_null && indicator == nullptr) throw soci::soci_error("there is no value, and none may be missing");
    if (indicator != nullptr) *indicator = is_null ? soci::i_null : soci::i_ok;
    if (is_null) return;
    if (type_ == soci::details::x_stdstring) {
      *static_cast<std::string*>(data_) = text();
    } else if (type_ == soci::details::x_long_long) {
      *static_cast<long long*>(data_) = number();
    } else if (type_ == soci::details::x_integer) {
      const long long value = number();
      if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max()) {
        throw soci::soci_error("a number is too large");
      }
      *static_cast<int*>(data_) = static_cast<int>(value);
    } else {
      throw soci::soci_error("columns are read into texts and numbers only");
    }
  }

 private:
  [[nodiscard]] std::string text() const {
    sqlite3_stmt* row = statement_.stmt_;
    if (sqlite_api::sqlite3_column_type(row, column_) == SQLITE_INTEGER) return std::to_string(number());
    const unsigned char* text = sqlite_api::sqlite3_column_text(row, column_);
    if (text == nullptr) throw std::bad_alloc();
    const auto size = static_cast<std::size_t>(sqlite_api::sqlite3_column_bytes(row, column_));
    return {reinterpret_cast<const char*>(text), size};
  }
  [[nodiscard]] long long number() const {
    if (sqlite_api::sqlite3_column_type(statement_.stmt_, column_) != SQLITE_INTEGER) {
      throw soci::soci_error("there is something else where a number should be");
    }
    return sqlite_api::sqlite3_column_int64(statement_.stmt_, column_);
  }

  const soci::sqlite3_statement_backend& statement_;
  int column_ = 0;
  void* data_ = nullptr;
  exchange_type type_ = soci::details::x_stdstring;
};

/// SOCI's own statement but for Into.
class Statement final : public soci::details::statement_backend {
 public:
  explicit Statement(soci::sqlite3_statement_backend* own) : own_(own) {}

  void alloc() override { own_->alloc(); }
  void clean_up() override { own_->clean_up(); }
  void prepare(const std::string& query, soci::details::statement_type type) override { own_->prepare(query, type); }
  exec_fetch_result execute(int number) override { return own_->execute(number); }
  exec_fetch_result fetch(int number) override { return own_->fetch(number); }
  long long get_affected_rows() override { return own_->get_affected_rows(); }
  int get_number_of_rows() override { return own_->get_number_of_rows(); }
  std::string get_parameter_name(int index) const override { return own_->get_parameter_name(index); }
  std::string rewrite_for_procedure_call(const std::string& query) override { return query; }
  int prepare_for_describe() override { return own_->prepare_for_describe(); }
  void describe_column(int column, soci::data_type& type, std::string& name) override {
    own_->describe_column(column, type, name);
  }
  soci::details::standard_into_type_backend* make_into_type_backend() override { return new Into(*own_); }
  soci::details::standard_use_type_backend* make_use_type_backend() override { return own_->make_use_type_backend(); }
  soci::details::vector_into_type_backend* make_vector_into_type_backend() override {
    return own_->make_vector_into_type_backend();
  }
  soci::details::vector_use_type_backend* make_vector_use_type_backend() override {
    return own_->make_vector_use_type_backend();
  }

 private:
  const std::unique_ptr<soci::sqlite3_statement_backend> own_;
};

/// SOCI's own session but for Statement.
class Session final : public soci::details::session_backend {
 public:
  explicit Session(soci::sqlite3_session_backend* own) : own_(own) {}

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
  soci::details::statement_backend* make_statement_backend() override {
    std::unique_ptr<soci::sqlite3_statement_backend> statement(own_->make_statement_backend());
    auto made = std::make_unique<Statement>(statement.get());
    (void)statement.release();
    return made.release();
  }
  soci::details::rowid_backend* make_rowid_backend() override { return own_->make_rowid_backend(); }
  soci::details::blob_backend* make_blob_backend() override { return own_->make_blob_backend(); }

 private:
  const std::unique_ptr<soci::sqlite3_session_backend> own_;
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
