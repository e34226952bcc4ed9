#include "service/near_names.h"

#include <string>
#include <vector>

#include "authority/registry/labels.h"

namespace tokenctl {
namespace {

using libtoken::authority::NameOrId;
using libtoken::authority::Store;

const std::string* name_in(const std::optional<NameOrId>& resource) {
  return resource ? std::get_if<std::string>(&*resource) : nullptr;
}

template <class T>
std::vector<std::string> names_of(const libtoken::Result<std::vector<T>>& resources) {
  std::vector<std::string> names;
  if (resources)
    for (const T& one : *resources) names.push_back(one.name);
  return names;
}

}  // namespace

tl::unexpected<Failure> fail_with_near_names(Store& store, const libtoken::Error& error,
                                             const std::optional<NameOrId>& org, const std::optional<NameOrId>& app) {
  auto failure = fail(error);
  if (error.kind != libtoken::ErrorKind::kNotFound) return failure;
  std::vector<std::string> near;
  if (const std::string* name = name_in(org); name != nullptr && !find_org(store, *org)) {
    near = libtoken::authority::nearest_names(*name, names_of(list_orgs(store)));
  } else if (const std::string* app_name = name_in(app); app_name != nullptr && !find_app(store, *app)) {
    near = libtoken::authority::nearest_names(*app_name, names_of(list_apps(store, std::nullopt)));
  }
  failure.value().message += libtoken::authority::did_you_mean(near);
  return failure;
}

}  // namespace tokenctl
