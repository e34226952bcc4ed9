// Caveats in JSON: what is read can be written, and what was written reads the same.
#include "libtoken/caveat_json.h"
#include "rebuild.h"

namespace {

libtoken::Json written(const libtoken::CaveatSet& set) {
  const auto decoded = set.check();
  fuzz::must(decoded.has_value(), "caveats were read that no token can hold");
  libtoken::Json list = libtoken::Json::array();
  for (const libtoken::Caveat& caveat : decoded->caveats()) {
    fuzz::must_rebuild(caveat);
    list.push_back(libtoken::caveat_to_json(caveat));
  }
  return list;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = libtoken::parse_caveats_json(libtoken::text_of({data, size}));
  if (!read) {
    fuzz::must(!read.error().message.empty(), "an error without a sentence");
    return 0;
  }
  // Reading `*` gives mask bits that have no letter, so only from the second writing on must nothing change.
  const auto again = libtoken::parse_caveats_json(written(*read).dump());
  fuzz::must(again.has_value(), "what was written is not read");
  const auto third = libtoken::parse_caveats_json(written(*again).dump());
  fuzz::must(third && libtoken::equal(third->bytes(), again->bytes()), "writing and reading changes the bytes");
  return 0;
}
