#pragma once

#include <string>

#include "api/routes.h"
#include "net/framer.h"

/// What a framer makes of these bytes: 200 if they are a request that is taken, also if its body is still missing; the
/// status of the refusal; or 0 if more must come to know.
inline int status_of(const std::string& head) {
  const auto look = tokend::Framer().look(head, tokend::max_body_bytes);
  switch (look.state) {
    case tokend::Framer::State::kWhole:
    case tokend::Framer::State::kBody: return 200;
    case tokend::Framer::State::kRefused: return look.refusal.status;
    case tokend::Framer::State::kNothing:
    case tokend::Framer::State::kHead: break;
  }
  return 0;
}
