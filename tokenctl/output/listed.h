#pragma once

#include <string>

#include "authority/registry/registry.h"
#include "authority/tokens/issued_json.h"

namespace tokenctl {

using libtoken::authority::ListedToken;
};

/// An app with the name of its org; "" if the name is not known.
struct ListedApp {
  libtoken::authority::App app;
  std::string org_name;
};

}  // namespace tokenctl
