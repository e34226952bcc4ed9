#pragma once

#include <optional>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "authority/registry/registry_json.h"
#include "authority/registry/request_json.h"
#include "authority/tokens/keyring.h"
#include "libtoken/json.h"

// What may be shown of root keys, as tokend answers it and tokenctl --json shows it (tokend/README.md). Never a key.
namespace libtoken::authority {

/// `{"kid","state","created","live_tokens"}`, with `"live_tokens_at_least":true` if there may be more, and with
/// ShowOrg::kYes `"org":{"id","name"}`.
[[nodiscard]] OrderedJson to_json(const KeyInfo& key, ShowOrg show_org);

/// `{"keys":[…]}`, and back. Error: kMalformed.
[[nodiscard]] OrderedJson keys_to_json(const std::vector<KeyInfo>& keys, ShowOrg show_org);
[[nodiscard]] Result<std::vector<KeyInfo>> keys_from_json(const Json& reply);

/// `{"key":{…}}`, the answer of `POST /v1/keys/rotate`, and back. Error: kMalformed.
[[nodiscard]] OrderedJson key_to_json(const KeyInfo& key, ShowOrg show_org);
[[nodiscard]] Result<KeyInfo> key_from_json(const Json& reply);

/// The body of `POST /v1/keys/rotate`: nothing, or `{"org":…}`. `org` is the one that the query names, if it does; the
/// body may not name one too.
[[nodiscard]] std::optional<RequestProblem> read_key_rotation(std::string_view body, std::optional<NameOrId>& org);
/// The same, written.
[[nodiscard]] OrderedJson key_rotation_to_json(const NameOrId& org);

}  // namespace libtoken::authority
