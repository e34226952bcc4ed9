#include "command_line/token_argument.h"

namespace tokenctl {

bool looks_like_token(std::string_view argument) noexcept {
  return argument.size() > 64 || argument.find("fm2_") != std::string_view::npos ||
         argument.find("FlyV1") != std::string_view::npos;
}

}  // namespace tokenctl
