#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libtoken/caveat.h"
#include "libtoken/macaroon.h"

namespace libtoken {

/// Looks up names for ids, where a registry is available.
class NameSource {
 public:
  virtual ~NameSource() = default;
  [[nodiscard]] virtual std::optional<std::string> org_name(std::uint64_t id) const = 0;
  [[nodiscard]] virtual std::optional<std::string> app_name(std::uint64_t id) const = 0;
};

/// One caveat in words.
struct CaveatExplanation {
  std::string type;     ///< "Organization"; "type 200" for an unknown one
  std::string adds;     ///< what it adds to the others, one sentence without its stop
  std::string warning;  ///< what its author probably did not intend; "" for most
};

/// One token in words, for people. Unverified, like the token. Everything out of the token is escaped.
struct Explanation {
  std::string allows;           ///< one short paragraph
  bool allows_nothing = false;  ///< whatever is asked, at any time, and whatever else is presented
  std::optional<std::int64_t> not_before_unix_s;
  std::optional<std::int64_t> not_after_unix_s;
  std::vector<std::string> needs_discharge_from;  ///< locations, in the order of the third-party caveats
  std::vector<CaveatExplanation> caveats;
};

/// `names` may be null: then ids are shown. `is_discharge`: it is known to answer for another token, which is not seen
/// in every discharge.
[[nodiscard]] Explanation explain(const MacaroonView& token, const NameSource* names, bool is_discharge = false);
[[nodiscard]] CaveatExplanation explain(const Caveat& caveat, const NameSource* names);

/// MessagePack as a line of text, as far as it can be read: `[1, "a", h'c0ffee', {2: true}]`, then `…` where it cannot
/// be read on. Escaped, at most about 500 characters.
[[nodiscard]] std::string describe_msgpack(ByteView encoded);

}  // namespace libtoken
