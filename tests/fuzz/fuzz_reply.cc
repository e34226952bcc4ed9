// What tokenctl reads of a daemon's reply. What was read and is written again reads the same.
#include "authority/audit/audit_json.h"
#include "authority/registry/registry_json.h"
#include "authority/tokens/issued_json.h"
#include "authority/tokens/key_json.h"
#include "client/reply_json.h"
#include "rebuild.h"

namespace {

using namespace libtoken::authority;

template <class T, class Write, class Read>
void check(const libtoken::Result<T>& value, Write write, Read read) {
  if (!value) return fuzz::must(!value.error().message.empty(), "an error without a sentence");
  const std::string written = write(*value).dump(-1, ' ', true, libtoken::OrderedJson::error_handler_t::replace);
  const auto parsed = tokenctl::parse_reply(written);
  fuzz::must(parsed.has_value(), "what is written is not read as JSON");
  const auto again = read(*parsed);
  fuzz::must(again.has_value(), "what is written is not read");
  fuzz::must(write(*again).dump(-1, ' ', true, libtoken::OrderedJson::error_handler_t::replace) == written,
             "writing and reading changes a reply");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto reply = tokenctl::parse_reply(std::string(libtoken::text_of({data, size})));
  if (!reply) return 0;
  check(orgs_from_json(*reply), orgs_to_json, orgs_from_json);
  check(apps_from_json(*reply), apps_to_json, apps_from_json);
  check(audit_from_json(*reply), audit_to_json, audit_from_json);
  const auto keys_out = [](const auto& keys) { return keys_to_json(keys, ShowOrg::kYes); };
  check(keys_from_json(*reply), keys_out, keys_from_json);
  const auto tokens_out = [](const auto& page) { return tokens_to_json(page, ShowOrg::kYes); };
  check(tokens_from_json(*reply), tokens_out, tokens_from_json);
  check(
      created_from_json(*reply), [](const auto& created) { return to_json(created); }, created_from_json);
  check(
      revocation_from_json(*reply), [](const auto& revoked) { return to_json(revoked); }, revocation_from_json);
  return 0;
}
