#pragma once

#include <array>

namespace tokend {

/// A setting: its key in the file is its flag without the dashes.
struct Setting {
  const char* key;
  const char* variable;
  const char* default_value;
  bool is_switch;  ///< a flag without a value
  const char* help;
};
constexpr std::array<Setting, 24> kSettings{{
    {"listen", "TOKEND_LISTEN", "127.0.0.1:8080", false,
     "HOST:PORT or unix:PATH, several with commas; port 0 takes a free one"},
    {"store", "TOKEND_STORE", "sqlite:tokens.db", false, "the store, sqlite:PATH"},
    {"kek-file", "TOKEND_KEK_FILE", "", false, "the file of the key-encryption key; <store>.kek by default"},
    {"insecure-listen", "TOKEND_INSECURE_LISTEN", "false", true, "allow plain HTTP on an address that is not loopback"},
    {"tls-cert", "TOKEND_TLS_CERT", "", false, "speak TLS on TCP, with this certificate and its chain (PEM)"},
    {"tls-key", "TOKEND_TLS_KEY", "", false, "the certificate's key (PEM)"},
    {"tls-client-ca", "TOKEND_TLS_CLIENT_CA", "", false,
     "require client certificates that one of these has signed (PEM)"},
    {"max-connections", "TOKEND_MAX_CONNECTIONS", "10000", false, "how many clients may be connected at a time"},
    {"max-buffered", "TOKEND_MAX_BUFFERED", "256MiB", false, "how much memory waiting requests and responses may take"},
    {"trusted-proxies", "TOKEND_TRUSTED_PROXIES", "", false,
     "addresses and ranges that may have more than a tenth of the connections"},
    {"head-timeout", "TOKEND_HEAD_TIMEOUT", "5s", false,
     "how long a request's head may take, the TLS handshake included"},
    {"body-timeout", "TOKEND_BODY_TIMEOUT", "10s", false, "how long a request's body may take"},
    {"idle-timeout", "TOKEND_IDLE_TIMEOUT", "60s", false, "how long a connection may wait for its next request"},
    {"mints-per-org", "TOKEND_MINTS_PER_ORG", "60000", false,
     "how many tokens an org may make over HTTP in a minute; none for any number"},
    {"mints-per-token", "TOKEND_MINTS_PER_TOKEN", "1200", false,
     "the same for one token made at the store, and again for all that descends from it"},
    {"lists-per-org", "TOKEND_LISTS_PER_ORG", "60000", false,
     "how many lists an org may read in a minute; none for any number"},
    {"lists-per-token", "TOKEND_LISTS_PER_TOKEN", "6000", false,
     "the same for one token made at the store, and again for all that descends from it"},
    {"live-per-org", "TOKEND_LIVE_PER_ORG", "1000000", false,
     "how many live tokens an org may have; none for any number"},
    {"live-per-token", "TOKEND_LIVE_PER_TOKEN", "20000", false,
     "the same for one token made at the store, and again for all that descends from it"},
    {"daily-mints-per-org", "TOKEND_DAILY_MINTS_PER_ORG", "1000000", false,
     "how many tokens an org may make in a day (UTC), also if they end at once; none for any number"},
    {"daily-mints-per-token", "TOKEND_DAILY_MINTS_PER_TOKEN", "50000", false,
     "the same for one token made at the store, and again for all that descends from it"},
    {"audited-refusals", "TOKEND_AUDITED_REFUSALS", "6", false,
     "how many refusals of one token go into the audit in a minute; none for all"},
    {"drain", "TOKEND_DRAIN", "10s", false, "how long requests may take to finish after SIGTERM"},
    {"log-level", "TOKEND_LOG_LEVEL", "info", false, "debug, info, warn or error"},
}};

}  // namespace tokend
