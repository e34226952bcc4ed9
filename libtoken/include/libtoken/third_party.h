#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libtoken/bundle.h"
#include "libtoken/bytes.h"
#include "libtoken/caveat_set.h"
#include "libtoken/keys.h"
#include "libtoken/macaroon.h"
#include "libtoken/result.h"

namespace libtoken {

/// Adds a third-party caveat (FORMAT.md §5): from now on the token counts only together with a discharge from
/// `location`, which shares `shared_key` with us and is told `for_third_party` in the ticket. Errors: those of
/// Macaroon::attenuate(), and kInvalidArgument (a location that is not UTF-8, or empty).
[[nodiscard]] Result<void> add_third_party(Macaroon& token, std::string_view location, const EncryptionKey& shared_key,
                                           const CaveatSet& for_third_party);

/// One third-party caveat of a bundle, and whether the bundle has an answer to it.
struct TicketView {
  std::size_t part = 0;          ///< of the token that has the caveat, among Bundle::parts()
  std::size_t caveat_index = 0;  ///< in that token
  std::string_view location;     ///< the third party's; unescaped
  ByteView ticket;
  std::vector<std::size_t> discharges;  ///< parts that answer it: location and ticket agree, nothing was verified
};

/// Every third-party caveat of the bundle's tokens for `location`, in order. Views into the bundle.
[[nodiscard]] std::vector<TicketView> tickets_of(const Bundle& bundle, std::string_view location);

/// A ticket that its third party has opened.
class OpenedTicket {
 public:
  OpenedTicket(OpenedTicket&&) noexcept;
  OpenedTicket& operator=(OpenedTicket&&) noexcept;
  ~OpenedTicket();

  /// Errors: kBadKey (this key did not seal it), kMalformed and kTooLarge (what is in it), kBadKey (its r is no key).
  [[nodiscard]] static Result<OpenedTicket> open(ByteView ticket, const EncryptionKey& shared_key);

  /// What the first party wants checked (FORMAT.md §8).
  [[nodiscard]] std::span<const Caveat> caveats() const noexcept { return caveats_.caveats(); }

  /// The discharge: a proof that answers the ticket, with caveats and attestations of the third party's own. Check the
  /// ticket's caveats first. Errors: those of Macaroon::attenuate() (attestations are welcome here).
  [[nodiscard]] Result<Macaroon> discharge(std::string_view location, const CaveatSet& caveats) const;

 private:
  OpenedTicket(Bytes ticket, SigningKey r, std::unique_ptr<CaveatSet> set, DecodedCaveats caveats) noexcept;
  Bytes ticket_;
  SigningKey r_;
  std::unique_ptr<CaveatSet> set_;  // on the heap, so that moving leaves its bytes where `caveats_` looks
  DecodedCaveats caveats_;
};

/// The caveat that binds a discharge to a token as it stands: it then works with nothing but that token and its
/// narrowed copies. 16 bytes of SHA-256 of the tail. Error: kInvalidArgument (a proof: its chain is hidden behind its
/// tail).
[[nodiscard]] Result<CaveatSet> binding_to(const Macaroon& parent);

/// Adds it to a discharge. Errors: kFinalized (a discharge that is a proof takes no caveats any more), and those of
/// binding_to() and Macaroon::attenuate().
[[nodiscard]] Result<void> bind_discharge(Macaroon& discharge, const Macaroon& parent);

/// What a third party knows of the one who asks it for a discharge (FORMAT.md §8).
struct DischargeRequest {
  struct Account {
    std::uint64_t user = 0;
    std::vector<std::uint64_t> organizations;
  };
  struct GoogleAccount {
    std::string hosted_domain;
  };
  struct GitHubAccount {
    std::vector<std::uint64_t> organizations;
  };
  std::vector<Account> accounts;
  std::vector<GoogleAccount> google;
  std::vector<GitHubAccount> github;
  std::int64_t now_unix_s = 0;
  /// When the discharge about to be issued ends; without it, MaxValidity is never satisfied.
  std::optional<std::int64_t> expires_unix_s;
};

/// Whether the ticket's caveat lets this request have a discharge.
[[nodiscard]] bool allows_discharge(const Caveat& caveat, const DischargeRequest& request);

}  // namespace libtoken
