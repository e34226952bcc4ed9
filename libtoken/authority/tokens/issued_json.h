#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authority/registry/registry_json.h"
#include "authority/registry/request_json.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/issuer.h"
#include "authority/tokens/revocations.h"
#include "libtoken/json.h"

// Tokens of the registry as tokend answers them and tokenctl --json shows them (tokend/README.md). Only CreatedToken
// has the token itself.
namespace libtoken::authority {

/// A token with its status at the time it was asked for. Where it was read from JSON, its `revoked_unix_s` and
/// `key_retired` are not known: only the status is.
struct ListedToken {
  IssuedToken token;
  TokenStatus status{};
};
[[nodiscard]] std::vector<ListedToken> with_status(std::vector<IssuedToken> tokens, std::int64_t now_unix_s);

/// `{"id","name","profile","app":{"id","name"}|null,"for","made_by":{"token"}|{"user"}|null,"created","expires",
/// "status","last_used"}`; with ShowOrg::kYes `"org":{"id","name"}` after the profile. `last_used` is a day.
[[nodiscard]] OrderedJson to_json(const ListedToken& listed, ShowOrg show_org);
/// The same, read back. Error: kMalformed.
[[nodiscard]] Result<ListedToken> token_from_json(const Json& reply);

/// A part of a list; `next`: more follow this one, which is then the last.
struct ListedPage {
  std::vector<ListedToken> tokens;
  std::optional<TokenId> next;
};
/// `{"tokens":[…]}`, with `"next"` if there is one, and back. Error: kMalformed.
[[nodiscard]] OrderedJson tokens_to_json(const ListedPage& page, ShowOrg show_org);
[[nodiscard]] Result<ListedPage> tokens_from_json(const Json& reply);

/// A token that was made just now.
struct CreatedToken {
  Minted minted;
  Profile profile = Profile::kReadonly;
};
/// `{"token","id","org":{"id","name"},"app":{"id","name"}|null,"profile","expires"}`, and back: org and app without the
/// time at which they were created. Error: kMalformed.
[[nodiscard]] OrderedJson to_json(const CreatedToken& created);
[[nodiscard]] Result<CreatedToken> created_from_json(const Json& reply);

/// What a revocation came to.
struct RevocationReply {
  Revoked done;
  /// Labels that are nearly what was asked for and were not revoked. Nothing: they were not looked for.
  std::optional<std::vector<std::string>> near_misses;
};
/// `{"revoked":[ID],"already":[ID]}`, with `"already_left_out":N` if `already` does not name all, and with
/// `"near_misses":[TEXT]` if they were looked for, and back. Error: kMalformed.
[[nodiscard]] OrderedJson to_json(const RevocationReply& reply);
[[nodiscard]] Result<RevocationReply> revocation_from_json(const Json& reply);

/// The body of `DELETE /v1/tokens/ID`: nothing, or `{"token":…}`, the text of the token with this id, which proves that
/// it was signed here. `token` stays empty if there is none.
[[nodiscard]] std::optional<RequestProblem> read_revoked_token(std::string_view body, const TokenId& id,
                                                               std::string& token);
/// The same, written.
[[nodiscard]] OrderedJson revoked_token_to_json(const std::string& token);

}  // namespace libtoken::authority
