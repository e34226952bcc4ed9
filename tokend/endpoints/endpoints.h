#pragma once

#include "requests/route.h"

namespace tokend {

// The endpoints of the store queue, each in the file of its family.
extern const StoreEndpoint kWhoami;       // whoami.cc
extern const StoreEndpoint kCreateToken;  // tokens_create.cc
extern const StoreEndpoint kListTokens;   // tokens_list.cc
extern const StoreEndpoint kShowToken;    // tokens_list.cc
extern const StoreEndpoint kRevokeToken;  // tokens_revoke.cc
extern const StoreEndpoint kRevokeSelf;   // tokens_revoke.cc
extern const StoreEndpoint kRevokeHeld;   // tokens_revoke.cc
extern const StoreEndpoint kListOrgs;     // orgs_apps.cc
extern const StoreEndpoint kListApps;     // orgs_apps.cc
extern const StoreEndpoint kListKeys;     // keys.cc
extern const StoreEndpoint kRotateKey;    // keys.cc
extern const StoreEndpoint kReadAudit;    // audit.cc

}  // namespace tokend
