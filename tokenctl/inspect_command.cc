#include <algorithm>

#include "commands.h"
#include "inspect.h"
#include "libtoken/bundle.h"
#include "open_store.h"
#include "times.h"
#include "token_source.h"

namespace tokenctl {
namespace {

using libtoken::Bundle;
using libtoken::Error;
using libtoken::Macaroon;
using libtoken::ThirdParty;

bool is_discharge(const Macaroon& macaroon, const Bundle& bundle) {
  return std::any_of(bundle.parts().begin(), bundle.parts().end(), [&](const Bundle::Part& other) {
    if (!other || &*other == &macaroon) return false;
    const auto caveats = other->unverified_caveats();
    return std::any_of(caveats.begin(), caveats.end(), [&](const libtoken::Caveat& caveat) {
      const auto* third_party = std::get_if<ThirdParty>(&caveat.body);
      if (third_party == nullptr) return false;
      const auto discharges = discharges_for(*third_party, *other, bundle);
      return std::any_of(discharges.begin(), discharges.end(),
                         [&](const DischargeView& discharge) { return discharge.macaroon == &macaroon; });
    });
  });
}

InspectedToken inspect(const Macaroon& macaroon, const Bundle& bundle, const libtoken::authority::Snapshot* registry) {
  InspectedToken token;
  token.macaroon = &macaroon;
  token.explanation = explain(macaroon.view(), registry_of(registry, macaroon.location()));
  token.is_discharge = is_discharge(macaroon, bundle);
  for (const libtoken::Caveat& caveat : macaroon.unverified_caveats()) {
    const auto* third_party = std::get_if<ThirdParty>(&caveat.body);
    if (third_party == nullptr) continue;
    token.needs.push_back({token.explanation.needs_discharge_from[token.needs.size()], third_party->ticket,
                           discharges_for(*third_party, macaroon, bundle)});
  }
  token.earlier_end = earlier_end(macaroon, bundle);
  return token;
}

}  // namespace

Outcome<Exit> run(const Globals& globals, const Inspect& command) {
  const auto pasted = read_token(command.token);
  if (!pasted) return tl::unexpected<Failure>(pasted.error());
  std::string text = without_pasted_space(*pasted);
  if (text.ends_with(',') && text.size() > 1) {
    remark("the text ends in a comma: whatever followed it is missing");
    text.pop_back();
  }
  const auto bundle = Bundle::parse(text);
  if (!bundle) return fail(bundle.error());
  const auto registry = open_registry(globals);
  if (!registry) return tl::unexpected<Failure>(registry.error());

  std::vector<InspectedPart> parts;
  bool any_token = false;
  for (const Bundle::Part& part : bundle->parts()) {
    any_token = any_token || part;
    if (part) {
      parts.emplace_back(inspect(*part, *bundle, registry->get()));
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
    answer(inspect_text(parts, now_unix_s()));
  }
  return Exit::kDone;
}

}  // namespace tokenctl
