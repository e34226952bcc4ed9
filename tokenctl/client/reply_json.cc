#include "client/reply_json.h"

namespace tokenctl {

std::optional<libtoken::Json> parse_reply(const std::string& body) {
  // A tree is destroyed recursively, so that it must not be deep.
  constexpr int kMaxDepth = 32;
  bool too_deep = false;
  const libtoken::Json::parser_callback_t limit_depth = [&](int depth, libtoken::Json::parse_event_t, libtoken::Json&) {
    too_deep = too_deep || depth > kMaxDepth;
    return !too_deep;
  };
  libtoken::Json reply = libtoken::Json::parse(body, limit_depth, false);
  if (too_deep || !reply.is_object()) return std::nullopt;
  return reply;
}

}  // namespace tokenctl
