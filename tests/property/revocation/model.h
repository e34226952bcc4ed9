#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libtoken/bytes.h"
#include "libtoken/token_id.h"

// What must be refused and what must be allowed, as plain data. Tokens and keys are numbers here, in the order in which
// they came to be.
namespace revocation_test {

using Index = std::size_t;

/// One form of a token that somebody holds: as it was minted, or narrowed.
struct Copy {
  std::string header;
  std::optional<std::int64_t> end;  ///< its last second
};

/// What is true of a token whatever any store says of it.
struct Token {
  libtoken::TokenId id;
  Index key = 0;
  std::uint64_t org = 0;
  std::uint64_t app = 0;       ///< the one that it was made for; 0: none
  std::string holder;          ///< "": nobody
  std::optional<Index> maker;  ///< the token that it was made with
  std::vector<Copy> copies;    ///< first as it was minted
};

struct Key {
  libtoken::Bytes kid;
  std::uint64_t org = 0;
};

struct OrgState {
  std::uint64_t id = 0;
  Index active_key = 0;
  std::vector<std::uint64_t> apps;
};

/// What a store knows, at one moment.
struct State {
  std::vector<OrgState> orgs;
  std::set<Index> keys;      ///< retired ones too
  std::set<Index> retired;   ///< keys, for good: also where a restore has lost the key
  std::set<Index> ended;     ///< tokens
  std::set<Index> recorded;  ///< tokens whose mint is in the registry
  std::set<Index> descent;   ///< tokens whose maker is known
  /// Tokens whose maker's own record is gone, as version 3 left them: any key of their org may be what they descend
  /// from.
  std::set<Index> maker_lost;
  /// Tokens in the registry that are not `recorded`, and the end of the copy that was seen of each.
  std::map<Index, std::optional<std::int64_t>> seen;
  std::vector<Index> backups;  ///< of earlier states of this store
  std::set<std::uint64_t> deleted_orgs;
  std::set<std::uint64_t> deleted_apps;
  int kek = 0;  ///< what its keys are sealed with

  [[nodiscard]] bool refuses(const Token& token, Index index) const {
    return ended.contains(index) || retired.contains(token.key) || !keys.contains(token.key);
  }
};

/// The store of the moment, and everything that was ever minted.
struct Model {
  std::vector<Token> tokens;
  std::vector<Key> all_keys;
  State state;
  /// Tokens that the store may take for ended or not, by what is documented as lost. settle() empties it.
  std::set<Index> unsure;

  [[nodiscard]] bool refuses(Index token) const { return state.refuses(tokens[token], token); }
  [[nodiscard]] OrgState* org(std::uint64_t id);
  [[nodiscard]] Index key_of(const libtoken::Bytes& kid, std::uint64_t org);  ///< a new one if there is none
  Index add(Token token);

  /// The token and all that it has made, however deep; what of that is not known to descend from it, perhaps.
  void end(Index token);
  void end_what_it_made(Index token);
  void retire(Index key);
  void retire_all_keys();  ///< also those that this store has lost
  void end_holder(const std::string& holder);
  void delete_app(std::uint64_t org, std::uint64_t app);
  void delete_org(std::uint64_t org);
  /// `maker` was presented as a copy that ends then.
  void see_maker(Index maker, const std::optional<std::int64_t>& copy_end);

  /// The store was restored from `backup`, with the store that was there: nothing that either knew as ended comes back.
  void restore_with_old(const State& backup);
  /// Without: what was ended since may come back, and so may what is ended only by descent that was recorded since.
  void restore_without_old(const State& backup);
  /// Version 3 forgot what it took for long over, with its revocations, though copies and descendants lived on.
  void prune_as_version_3(std::int64_t latest_end_unix_s);

  /// What is unsure is as the store says, from now on.
  void settle(const std::function<bool(const libtoken::TokenId&)>& is_revoked);

 private:
  void retire_keys_of_deleted_orgs();
};

}  // namespace revocation_test
