#pragma once

// Includes SOCI. Debian's copy is configured for bindings to Boost that we do not use; without the #undefs its headers
// would include Boost's.
#include <soci/soci-config.h>
#undef SOCI_HAVE_BOOST
#undef SOCI_HAVE_BOOST_DATE_TIME

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <exception>
#include <string>
#include <utility>

namespace libtoken::authority {

/// Replaces SOCI's `sql << "…", soci::use(…), soci::into(…)`. SOCI's own runs the statement in a destructor even during
/// stack unwinding, as when one of its parts found no memory; a second exception there would end the program.
class OneStatement {
 public:
  OneStatement(soci::session& sql, std::string text) : sql_(sql), statement_(sql), text_(std::move(text)) {}
  ~OneStatement() noexcept(false) {
    if (std::uncaught_exceptions() == exceptions_) run();
  }
  OneStatement(const OneStatement&) = delete;
  OneStatement& operator=(const OneStatement&) = delete;

  template <class Part>
  OneStatement& operator,(const Part& part) {
    statement_.exchange(part);
    return *this;
  }

 private:
  void run() {
    statement_.alloc();
    statement_.prepare(text_, soci::details::st_one_time_query);
    statement_.define_and_bind();
    sql_.set_got_data(statement_.execute(true));
  }

  soci::session& sql_;
  soci::statement statement_;
  const std::string text_;
  const int exceptions_ = std::uncaught_exceptions();
};

inline OneStatement operator<<(soci::session& sql, const char* text) { return {sql, text}; }
inline OneStatement operator<<(soci::session& sql, const std::string& text) { return {sql, text}; }

}  // namespace libtoken::authority
