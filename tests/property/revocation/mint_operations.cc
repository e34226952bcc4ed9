// Tokens come to be: minted, made with others, signed by whoever has a key, narrowed.
#include <algorithm>

#include "authority/tokens/issuer.h"
#include "authority/tokens/keyring.h"
#include "libtoken/bundle.h"
#include "run.h"

namespace revocation_test {

using namespace libtoken;
using namespace libtoken::authority;

namespace {

constexpr std::int64_t kDay = 24 * 60 * 60;
constexpr std::int64_t kShort = 120;
constexpr std::int64_t kBefore = std::chrono::seconds(kClockTolerance).count();
constexpr std::size_t kMostCopies = 4;

std::int64_t any_span(Random& random) {
  return random.one_in(2) ? 1 + static_cast<std::int64_t>(random.below(3600))
                          : static_cast<std::int64_t>(1 + random.below(40)) * kDay;
}

std::optional<std::int64_t> any_end(Run& run, Random& random) {
  if (random.one_in(2)) return std::nullopt;
  return run.now + any_span(random);
}

std::optional<std::int64_t> earlier(const std::optional<std::int64_t>& a, const std::optional<std::int64_t>& b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

const Macaroon& macaroon_in(const Bundle& bundle) { return *bundle.parts().front(); }

std::string ending(const std::optional<std::int64_t>& end, std::int64_t now) {
  return end ? "for " + std::to_string(*end - now) + " s" : "for ever";
}

MintRequest any_request(Run& run, Random& random, std::uint64_t org) {
  MintRequest request;
  request.org = org;
  const OrgState* known = run.model.org(org);
  const std::size_t kind = random.below(3);
  if (kind == 0 && known != nullptr && !known->apps.empty()) {
    request.profile = Profile::kDeploy;
    request.app = known->apps[random.below(known->apps.size())];
  } else {
    request.profile = kind == 1 ? Profile::kReadonly : Profile::kOrg;
  }
  request.not_after_unix_s = any_end(run, random);
  if (random.one_in(2)) request.holder = "holder-" + std::to_string(random.below(3));
  return request;
}

// What was minted is written down, and held.
void keep(Run& run, const MintRequest& request, const Minted& minted, std::optional<Index> maker,
          const std::optional<std::int64_t>& end) {
  Token token;
  token.id = minted.id;
  const auto bundle = value_of(Bundle::parse(minted.header), "what was minted");
  const ByteView kid = macaroon_in(bundle).nonce().kid;
  token.org = minted.org.id;
  token.key = run.model.key_of(Bytes(kid.begin(), kid.end()), token.org);
  token.app = minted.app ? minted.app->id : 0;
  token.holder = request.holder;
  token.maker = maker;
  token.copies = {{minted.header, end}};
  const Index index = run.model.add(std::move(token));
  run.model.state.recorded.insert(index);
  if (maker) run.model.state.descent.insert(index);
  ++run.writes;
  run.say("mint " + name_of(index) + " (" + to_string(request.profile) + ", org " + std::to_string(minted.org.id) +
          ", key " + std::to_string(run.model.tokens[index].key) +
          (request.holder.empty() ? "" : ", " + request.holder) + ") " + ending(end, run.now));
}

void mint_one(Run& run, Random& random) {
  if (run.model.state.orgs.empty()) return;
  const OrgState& org = run.model.state.orgs[random.below(run.model.state.orgs.size())];
  const MintRequest request = any_request(run, random, org.id);
  keep(run, request, value_of(mint(run.world.store(), request, ann(), run.now), "mint"), {}, request.not_after_unix_s);
}

// As the daemon reads it from a token that is shown to it.
Maker maker_in(Run& run, const Token& token, const std::string& header) {
  const auto snapshot = value_of(Snapshot::load(run.world.store()), "the store cannot be read");
  VerifierScratch scratch;
  const auto verified = Verifier(kDefaultLocation, *snapshot).verify(header, scratch);
  if (verified.verified()) return value_of(maker_of(verified.tokens.front()), "a maker");
  // It was verified just before its key went.
  Maker maker;
  const auto bundle = value_of(Bundle::parse(header), "a maker");
  const auto caveats = macaroon_in(bundle).unverified_caveats();
  for (const Caveat& caveat : caveats) maker.caveats.encoded(caveat.encoded);
  maker.id = token.id;
  maker.kid = run.model.all_keys[token.key].kid;
  maker.org = token.org;
  maker.not_after_unix_s = not_after_unix_s(caveats);
  return maker;
}

void narrow_copy(Run& run, Random& random, Index index, bool to_short) {
  Token& token = run.model.tokens[index];
  if (token.copies.size() >= kMostCopies) return;
  const Copy& from = token.copies[random.below(token.copies.size())];
  const auto bundle = value_of(Bundle::parse(from.header), "a held token");
  Macaroon macaroon = macaroon_in(bundle).clone();
  CaveatSet caveats;
  std::optional<std::int64_t> end;
  if (!to_short && random.one_in(2)) {
    caveats.action(kRead);
  } else {
    end = run.now + (to_short ? kShort : any_span(random));
    caveats.validity_window(run.now - kBefore, *end);
  }
  (void)value_of(macaroon.attenuate(caveats), "narrow");
  run.say("narrow " + name_of(index) + " " + ending(end, run.now));
  token.copies.push_back({"FlyV1 " + macaroon.text(), earlier(from.end, end)});
}

void narrow(Run& run, Random& random) {
  if (run.model.tokens.empty()) return;
  const Index index = random.below(run.model.tokens.size());
  narrow_copy(run, random, index, random.one_in(2));
}

void mint_with_another(Run& run, Random& random) {
  if (run.model.tokens.empty()) return;
  const Index maker = random.below(run.model.tokens.size());
  if (random.one_in(3)) narrow_copy(run, random, maker, true);
  const Token& token = run.model.tokens[maker];
  const Copy& copy = random.one_in(2) ? token.copies.back() : token.copies[random.below(token.copies.size())];
  MintRequest request = any_request(run, random, token.org);
  request.maker = maker_in(run, token, copy.header);
  const bool good = !run.model.refuses(maker) && (!copy.end || *copy.end > run.now);
  const std::optional<std::int64_t> copy_end = copy.end;
  auto minted = mint(run.world.store(), request, {token.id, "", "", "127.0.0.1"}, run.now);
  run.say("with " + name_of(maker));
  if (!good) {
    demand(!minted, name_of(maker) + " is over, and makes tokens");
    return run.say("in vain");
  }
  const Minted made = value_of(std::move(minted), "mint with another token");
  run.model.see_maker(maker, copy_end);
  keep(run, request, made, maker, earlier(request.not_after_unix_s, copy_end));
}

// By somebody with the org's key in hand, or with a record that was lost.
void sign_unrecorded(Run& run, Random& random) {
  if (run.model.state.orgs.empty()) return;
  const OrgState& org = run.model.state.orgs[random.below(run.model.state.orgs.size())];
  const OrgKey key = value_of(active_key(run.world.store(), org.id), "the active key");
  CaveatSet caveats;
  caveats.organization(org.id, kAllActions);
  const auto end = random.one_in(3) ? any_end(run, random) : std::nullopt;
  if (end) caveats.validity_window(run.now - kBefore, *end);
  const Macaroon made = value_of(Macaroon::mint(key.kid, kDefaultLocation, key.root.key, caveats), "sign");
  Token token;
  token.id = made.id();
  token.key = org.active_key;
  token.org = org.id;
  token.copies = {{"FlyV1 " + made.text(), end}};
  const Index index = run.model.add(std::move(token));
  run.say("sign " + name_of(index) + " (key " + std::to_string(org.active_key) + ") " + ending(end, run.now));
}

}  // namespace

std::vector<Operation> mint_operations() {
  return {{"mint", mint_one, 12},
          {"mint with a token", mint_with_another, 14},
          {"sign unrecorded", sign_unrecorded, 7},
          {"narrow", narrow, 7}};
}

}  // namespace revocation_test
