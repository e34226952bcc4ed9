#include "conformance.h"
#include "libtoken/caveat_json.h"

namespace conformance {

std::string run_codec(const json& one) {
  const libtoken::Bytes bytes = hex_bytes(one.at("msgpack"));
  if (bytes.empty() || bytes[0] != 0x92) return "not an array of two";
  const libtoken::ByteView type_and_body = libtoken::ByteView(bytes).subspan(1);

  libtoken::CaveatSet set;
  set.encoded(type_and_body);
  const auto decoded = value(set.check());
  const libtoken::Caveat& caveat = decoded.caveats()[0];
  if (!libtoken::equal(caveat.encoded, type_and_body)) return "the bytes changed";
  if (static_cast<std::uint64_t>(caveat.type) != one.at("number").get<std::uint64_t>()) return "another type";

  const json shown = libtoken::caveat_to_json(caveat);
  if (shown != one.at("caveat")) return "its JSON is " + shown.dump();

  const auto read = libtoken::caveats_from_json(one.at("caveat"));
  if (std::holds_alternative<libtoken::UnknownCaveat>(caveat.body))
    return read ? "a type that is not known was read from JSON" : "";
  if (!read) return "its JSON is not read: " + read.error().message;
  if (!one.at("json_is_lossless").get<bool>()) return "";
  return libtoken::equal(read->bytes(), type_and_body) ? "" : "from JSON it is " + libtoken::to_hex(read->bytes());
}

}  // namespace conformance
