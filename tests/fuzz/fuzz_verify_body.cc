// The body of POST /v1/verify: a question or a problem with a sentence, never both.
#include "authority/judge/question_json.h"
#include "rebuild.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto request = libtoken::authority::ParsedQuestion::parse(libtoken::text_of({data, size}));
  if (!request) {
    fuzz::must(!request.error().message.empty() && !request.error().code.empty(), "a problem without a word");
    return 0;
  }
  const auto question = request->question(request->authorization().value_or(""));
  fuzz::must(question.rest.action != libtoken::kNoAction, "a question without an action");
  return 0;
}
