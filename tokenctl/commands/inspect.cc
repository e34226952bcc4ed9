#include "commands/run.h"
#include "input/times.h"
#include "input/token_source.h"
#include "libtoken/bundle.h"
#include "libtoken/json.h"
#include "output/inspect_text.h"
#include "output/output.h"
#include "service/open_store.h"

namespace tokenctl {
namespace {

using libtoken::Bundle;
using libtoken::Error;

}  // namespace

Outcome<Exit> run(const Globals& globals, const Inspect& command) {
  const auto pasted = read_token(command.token);
  if (!pasted) return tl::unexpected<Failure>(pasted.error());
  const auto token = take_out_token(*pasted, CutBundle::kTake);
  if (!token) return tl::unexpected<Failure>(token.error());
  const auto bundle = Bundle::parse(*token);
  if (!bundle) return fail(bundle.error());
  const auto registry = open_registry(globals);
  if (!registry) return tl::unexpected<Failure>(registry.error());

  std::vector<InspectedPart> parts;
  bool any_token = false;
  for (const Bundle::Part& part : bundle->parts()) {
    any_token = any_token || part;
    if (part) {
      parts.emplace_back(inspect(*part, *bundle, registry_of(registry->get(), part->location())));
    } else {
      parts.emplace_back(part.error());
    }
  }
  if (!any_token) {
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) remark(sentence(std::get<Error>(parts[i])));
    return fail(std::get<Error>(parts.back()));
  }
  if (globals.json) {
    answer_json(inspect_json(parts));
  } else {
    answer(inspect_text(parts, now_unix_s(), text_width(globals.wide)));
  }
  return Exit::kDone;
}

}  // namespace tokenctl
