#include "conformance.h"
#include "libtoken/bundle.h"

namespace conformance {

std::string run_header(const json& one) {
  const auto bundle = libtoken::Bundle::parse(one.at("header").get<std::string>());
  if (bundle.has_value() != one.at("accepted").get<bool>())
    return bundle ? "accepted, and should be refused" : "refused: " + bundle.error().message;
  if (!bundle) return "";
  std::vector<std::string> tokens;
  for (const auto& part : bundle->parts()) {
    if (!part) return "a part is no macaroon: " + part.error().message;
    tokens.push_back(libtoken::to_hex(part->encoded()));
  }
  return tokens == one.at("tokens").get<std::vector<std::string>>() ? "" : "split into other tokens";
}

}  // namespace conformance
