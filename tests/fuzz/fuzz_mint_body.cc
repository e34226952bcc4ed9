// The bodies of POST /v1/tokens and POST /v1/keys/rotate: a request, or a problem with a sentence. What was read and is
// written again reads the same.
#include "authority/tokens/key_json.h"
#include "authority/tokens/mint_request_json.h"
#include "rebuild.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace libtoken::authority;
  constexpr std::int64_t kNow = 1'800'000'000;
  const std::string_view body = libtoken::text_of({data, size});
  std::optional<NameOrId> org;
  if (const auto problem = read_key_rotation(body, org))
    fuzz::must(!problem->message.empty(), "a problem without a word");

  const auto request = parse_mint_request(body, kNow);
  if (!request) {
    fuzz::must(!request.error().message.empty() && !request.error().code.empty(), "a problem without a word");
    return 0;
  }
  fuzz::must(!request->not_after_unix_s || *request->not_after_unix_s > kNow, "a token that has ended already");
  const std::string written = mint_request_to_json(*request).dump();
  const auto again = parse_mint_request(written, kNow);
  fuzz::must(again && mint_request_to_json(*again).dump() == written, "writing and reading changes a request");
  return 0;
}
