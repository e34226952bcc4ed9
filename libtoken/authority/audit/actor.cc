#include "authority/audit/actor.h"

#include <pwd.h>
#include <unistd.h>

#include <vector>

namespace libtoken::authority {

Actor local_actor() {
  const uid_t user = ::getuid();
  Actor actor;
  struct passwd entry {};
  struct passwd* found = nullptr;
  std::vector<char> names(16 * 1024);
  if (::getpwuid_r(user, &entry, names.data(), names.size(), &found) == 0 && found != nullptr) {
    actor.local_user = found->pw_name;
  }
  if (actor.local_user.empty()) actor.local_user = std::to_string(user);
  return actor;
}

}  // namespace libtoken::authority
