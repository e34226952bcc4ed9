#pragma once

// SOCI as this folder uses it. Debian's copy was configured with Boost, for bindings that we do not use: without this,
// its headers would ask for Boost's.
#include <soci/soci-config.h>
#undef SOCI_HAVE_BOOST
#undef SOCI_HAVE_BOOST_DATE_TIME

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
