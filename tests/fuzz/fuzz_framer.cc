// The framer: however the bytes are cut, the same requests come out, and nothing beyond what was there is taken.
#include <algorithm>

#include "api/routes.h"
#include "net/framer.h"
#include "rebuild.h"

namespace {

using tokend::Framer;

struct Outcome {
  std::size_t used = 0;
  std::size_t requests = 0;
  int refusal = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome frame(std::string_view bytes, std::size_t step) {
  Outcome outcome;
  Framer framer;
  for (std::size_t end = std::min(step, bytes.size());;) {
    const auto look = framer.look(bytes.substr(outcome.used, end - outcome.used), tokend::max_body_bytes);
    if (look.state == Framer::State::kRefused) {
      outcome.refusal = look.refusal.status;
      fuzz::must(outcome.refusal >= 400 && !look.refusal.body.empty(), "a refusal without a word");
      return outcome;
    }
    if (look.state == Framer::State::kWhole) {
      fuzz::must(look.size > 0 && look.size <= end - outcome.used, "a request beyond its bytes");
      fuzz::must(look.body.size() == look.head.body_bytes, "a body of another length than announced");
      fuzz::must(!look.head.method.empty() && !look.head.target.empty(), "a request without a target");
      outcome.used += look.size;
      ++outcome.requests;
      continue;
    }
    if (end == bytes.size()) return outcome;
    end = std::min(end + step, bytes.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = libtoken::text_of({data, size});
  const Outcome whole = frame(bytes, size + 1);
  fuzz::must(frame(bytes, 1) == whole, "byte by byte it is something else");
  fuzz::must(frame(bytes, 7) == whole, "in pieces it is something else");
  return 0;
}
