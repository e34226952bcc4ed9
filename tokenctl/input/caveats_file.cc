#include "input/caveats_file.h"

#include "input/token_source.h"
#include "libtoken/caveat_json.h"
#include "libtoken/text.h"

namespace tokenctl {

Outcome<void> append_caveats_file(libtoken::CaveatSet& caveats, const std::string& path) {
  const auto text = read_input(path);
  if (!text) return tl::unexpected<Failure>(text.error());
  const auto parsed = libtoken::parse_caveats_json(*text);
  const std::string place = path == "-" ? "standard input" : libtoken::escape_untrusted(path);
  if (!parsed) return fail(Exit::kUsage, place + ": " + parsed.error().message);
  caveats.append(*parsed);
  return {};
}

}  // namespace tokenctl
