#pragma once

// SOCI. Debian's copy is configured for bindings to Boost that we do not use; without the #undefs its headers would
// include Boost's.
#include <soci/soci-config.h>
#undef SOCI_HAVE_BOOST
#undef SOCI_HAVE_BOOST_DATE_TIME

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
