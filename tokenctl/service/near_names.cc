#include "service/near_names.h"

#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "authority/registry/labels.h"
#include "authority/store/label_text.h"
#include "authority/tokens/issued.h"

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

bool is_near(const std::string& text, const std::string& other) {
  using libtoken::authority::label_key;
  const std::string key = label_key(text);
  const std::string other_key = label_key(other);
  return !other_key.empty() && key != other_key && libtoken::authority::near_distance(key, other_key).has_value();
}

std::vector<std::string> near_makers(Service& service, const libtoken::authority::TokenFilter& filter) {
  constexpr std::size_t kMostTokens = libtoken::authority::kMaxPageTokens;
  const auto* name = filter.made_by ? std::get_if<std::string>(&*filter.made_by) : nullptr;
  if (name == nullptr) return {};
  libtoken::authority::TokenFilter every;
  every.org = filter.org;
  every.app = filter.app;
  every.expired = true;
  every.revoked = true;
  std::set<std::string> near;
  std::size_t seen = 0;
  (void)service.each_token(every, {libtoken::authority::TokenOrder::kCreated, true}, [&](ListedToken&& listed) {
    std::string& maker = listed.token.local_user;
    // Unlike labels, login names are compared with their case.
    using libtoken::authority::label_key;
    const bool one = *name != maker && label_key(*name) == label_key(maker);
    if (one || is_near(*name, maker)) near.insert(std::move(maker));
    return ++seen < kMostTokens;
  });
  return {near.begin(), near.end()};
}

}  // namespace tokenctl
