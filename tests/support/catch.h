#pragma once

// Catch2 version 2 is what Debian 12 has; version 3 has its headers elsewhere.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
