#pragma once

#include <string>

#include "authority/registry/registry.h"
#include "authority/tokens/issued.h"

namespace tokenctl {

/// A token of the registry with its status. From a daemon, without the time at which it was revoked.
struct ListedToken {
  libtoken::authority::IssuedToken token;
  libtoken::authority::TokenStatus status{};
};

/// An app with the name of its org; "" if the name is not known.
struct ListedApp {
  libtoken::authority::App app;
  std::string org_name;
};

}  // namespace tokenctl
