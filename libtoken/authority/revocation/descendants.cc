#include "authority/revocation/descendants.h"

#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "authority/store/store_state.h"

namespace libtoken::authority {
namespace {

/// So many children are read one by one, beside two for each token asked about, before whole families are read.
constexpr std::size_t kMostWalked = 500;

tl::unexpected<Error> bad_id() { return damaged("the record of an issued token has an id that is not one"); }

// From makers to what they made. It reads what has ended too, and finds every row that names its maker.
class Walk {
 public:
  Walk(soci::session& sql, const std::vector<TokenId>& tokens, std::int64_t ends_from)
      : ends_from_(ends_from),
        children_((sql.prepare << "SELECT id, coalesce(not_after, 9223372036854775807) FROM tokens"
                                  " WHERE maker = :maker ORDER BY created, id",
                   soci::use(maker_), soci::into(child_), soci::into(end_))) {
    for (const TokenId& token : tokens) seen_.insert(token);
  }

  /// Adds what descends from this token to the list. False: more than `most` children would have to be read.
  Result<bool> add(const TokenId& token, std::size_t of, std::size_t& most, std::vector<Descendant>& found) {
    std::vector<TokenId> reached{token};
    for (std::size_t next = 0; next < reached.size(); ++next) {
      maker_ = to_string(reached[next]);
      children_.execute();
      while (children_.fetch()) {
        if (most == 0) return false;
        --most;
        const auto id = parse_token_id(child_);
        if (!id) return bad_id();
        if (!seen_.insert(*id).second) continue;
        reached.push_back(*id);
        if (end_ >= ends_from_) found.push_back({*id, of});
      }
    }
    return true;
  }

 private:
  const long long ends_from_;
  std::string maker_, child_;
  long long end_ = 0;
  std::unordered_set<TokenId, TokenIdHash> seen_;
  soci::statement children_;
};

// The living tokens of whole families, and up from each of them to the tokens asked about.
class Families {
 public:
  Families(soci::session& sql, const std::vector<TokenId>& tokens)
      : maker_of_((sql.prepare << "SELECT coalesce(maker, '') FROM tokens WHERE id = :id", soci::use(asked_),
                   soci::into(maker_))),
        sql_(sql) {
    for (std::size_t i = 0; i < tokens.size(); ++i) nodes_.emplace(tokens[i], Node{std::nullopt, State::kKnown, i});
  }

  /// Reads what has this first maker and still lives.
  Result<void> read(const std::string& first_maker, long long ends_from) {
    constexpr std::size_t kRows = 1000;
    std::vector<std::string> ids(kRows), makers(kRows);
    soci::statement rows = (sql_.prepare << "SELECT id, coalesce(maker, '') FROM tokens INDEXED BY"
                                            " tokens_by_first_maker WHERE first_maker = :first"
                                            " AND coalesce(not_after, 9223372036854775807) >= :end",
                            soci::use(first_maker), soci::use(ends_from), soci::into(ids), soci::into(makers));
    rows.execute();
    while (rows.fetch()) {
      for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto id = parse_token_id(ids[i]);
        if (!id) return bad_id();
        if (nodes_.emplace(*id, Node{maker_in(makers[i])}).second) read_.push_back(*id);
      }
      ids.resize(kRows);
      makers.resize(kRows);
    }
    return {};
  }

  void add_to(std::vector<Descendant>& found) {
    for (const TokenId& id : read_) {
      const std::size_t of = nearest(id);
      if (of != kNone) found.push_back({id, of});
    }
  }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  enum class State : std::uint8_t { kNew, kOnPath, kKnown };
  struct Node {
    std::optional<TokenId> maker;
    State state = State::kNew;
    std::size_t of = kNone;
  };

  static std::optional<TokenId> maker_in(const std::string& text) {
    const auto id = parse_token_id(text);
    return id ? std::optional(*id) : std::nullopt;
  }

  // A maker that has ended, or that a hand has given, is not among what was read.
  Node& node_of(const TokenId& id) {
    const auto found = nodes_.find(id);
    if (found != nodes_.end()) return found->second;
    asked_ = to_string(id);
    const bool is_recorded = maker_of_.execute(true);
    return nodes_.emplace(id, Node{is_recorded ? maker_in(maker_) : std::nullopt}).first->second;
  }

  std::size_t nearest(const TokenId& token) {
    std::vector<Node*> path;  // nodes of an unordered_map stay where they are
    std::size_t of = kNone;
    std::optional<TokenId> at = token;
    while (at) {
      Node& node = node_of(*at);
      // kOnPath: a circle, which only a hand can make, of tokens that are not asked about.
      if (node.state != State::kNew) {
        if (node.state == State::kKnown) of = node.of;
        break;
      }
      node.state = State::kOnPath;
      path.push_back(&node);
      at = node.maker;
    }
    for (Node* node : path) *node = {node->maker, State::kKnown, of};
    return of;
  }

  std::string asked_, maker_;
  soci::statement maker_of_;
  soci::session& sql_;
  std::unordered_map<TokenId, Node, TokenIdHash> nodes_;
  std::vector<TokenId> read_;
};

// What tells a token's family: its first maker, or itself. Nothing: the record does not say, because there is none, or
// because the token is of a circle or was changed by hand.
std::optional<std::string> select_family(soci::session& sql, const TokenId& token) {
  const std::string id = to_string(token);
  std::string first;
  sql << "SELECT coalesce(first_maker, iif(maker IS NULL, id, '')) FROM tokens WHERE id = :id", soci::use(id),
      soci::into(first);
  if (!sql.got_data() || first.empty()) return std::nullopt;
  return first;
}

}  // namespace

Result<std::vector<Descendant>> select_living_descendants(soci::session& sql, const std::vector<TokenId>& tokens,
                                                          std::int64_t ends_from_unix_s) {
  std::vector<Descendant> found;
  // Most tokens have made few others, and a family may be large.
  std::size_t most = kMostWalked + 2 * tokens.size();
  bool complete = true;
  {
    Walk walk(sql, tokens, ends_from_unix_s);
    for (std::size_t i = 0; i < tokens.size() && complete; ++i) {
      const auto done = walk.add(tokens[i], i, most, found);
      if (!done) return tl::unexpected(done.error());
      complete = *done;
    }
  }
  if (complete) return found;

  found.clear();
  Families families(sql, tokens);
  Walk walk(sql, tokens, ends_from_unix_s);
  std::set<std::string> read;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (const auto family = select_family(sql, tokens[i])) {
      if (!read.insert(*family).second) continue;
      if (auto done = families.read(*family, ends_from_unix_s); !done) return tl::unexpected(done.error());
    } else {
      most = static_cast<std::size_t>(-1);
      if (const auto done = walk.add(tokens[i], i, most, found); !done) return tl::unexpected(done.error());
    }
  }
  families.add_to(found);
  return found;
}

}  // namespace libtoken::authority
