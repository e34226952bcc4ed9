#pragma once

#include <string>

#include "authority/store/sql.h"

namespace libtoken::authority {

/// Opens SOCI's SQLite session so that columns are read by their own types. SOCI itself has SQLite turn every value
/// into text, which takes memory; if there is none, it reads a 0, an empty text, or beyond the end of one. Reading
/// throws std::bad_alloc instead. A number that is read into a text becomes its digits; what else is not of the type of
/// the variable is an error (soci::soci_error), as is a number that does not fit it. Throws what SOCI throws.
void open_session(soci::session& sql, const std::string& connect_string);

/// The connection of a session that open_session() opened.
[[nodiscard]] sqlite_api::sqlite3*& connection_in(soci::session& sql) noexcept;

}  // namespace libtoken::authority
