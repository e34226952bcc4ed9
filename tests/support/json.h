#pragma once

#include <nlohmann/json.hpp>

// Compiled once, in json.cc, and not once a file. For the precompiled header alone: a file of the tests includes
// nlohmann's header itself.
extern template class nlohmann::basic_json<>;
