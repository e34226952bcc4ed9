#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "walk.h"

namespace faults {
namespace {

using Json = nlohmann::json;
using support::HttpAnswer;

constexpr int kMintedAtOnce = 40;

/// Answered the same every time: the first answer is what the others are held against.
std::function<void(const HttpAnswer&)> always_the_same() {
  return [first = std::make_shared<std::string>()](const HttpAnswer& answer) {
    if (first->empty()) *first = answer.body;
    must(answer.body == *first, "it is answered with " + answer.body + " instead of " + *first);
  };
}

/// The same for a batch, in which an entry may have failed for itself.
std::function<void(const HttpAnswer&)> same_entries() {
  return [first = std::make_shared<Json>()](const HttpAnswer& answer) {
    const Json now = Json::parse(answer.body).at("answers");
    if (first->is_null()) *first = now;
    must(now.size() == first->size(), "a batch has another number of answers");
    for (std::size_t i = 0; i < now.size(); ++i) {
      const bool failed = now[i].contains("error") && now[i]["error"].at("code") == "internal";
      must(failed || now[i] == (*first)[i], "an entry is answered with " + now[i].dump());
    }
  };
}

std::function<void(const HttpAnswer&)> has_a_list(const char* name) {
  return [name](const HttpAnswer& answer) {
    must(!Json::parse(answer.body).at(name).empty(), "there is nothing in the list: " + answer.body);
  };
}

}  // namespace

Requests::Requests(const World& world)
    : world_(world), admin_(world.mint(std::nullopt, true)), good_(world.mint()), revoked_(world.mint()) {
  world.revoke(revoked_);
  revoked_.revoked = true;
}

std::string Requests::with_token(const std::string& method, const std::string& target, const std::string& body) const {
  return method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + admin_.header +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

Walked Requests::verify(const std::string& name, Via via, const std::string& body) const {
  return {name, via, [bytes = support::post_bytes("/v1/verify", body)] { return bytes; }, 200, always_the_same()};
}

Walked Requests::management(const std::string& name, const std::string& method, const std::string& target) const {
  return {name, Via::kTcp, [bytes = with_token(method, target)] { return bytes; }, 200, always_the_same()};
}

Walked Requests::mint() {
  const std::string body = R"({"profile":"readonly","org":"arcadia-dev","expiry":"never","for":"ci@example.com"})";
  return {"mint",
          Via::kTcp,
          [bytes = with_token("POST", "/v1/tokens", body)] { return bytes; },
          201,
          [this](const HttpAnswer& answer) {
            minted_.push_back(held(Json::parse(answer.body).at("token")));
            news_.push_back(minted_.back());
          },
          true};
}

Walked Requests::revoke() {
  return {"revoke",
          Via::kUnix,
          [this] {
            if (to_revoke_.empty()) to_revoke_ = world_.mint_many(kMintedAtOnce);
            gone_.push_back(to_revoke_.back());
            to_revoke_.pop_back();
            return with_token("DELETE", "/v1/tokens/" + to_string(gone_.back().id));
          },
          200,
          [this](const HttpAnswer&) {
            gone_.back().revoked = true;
            news_.push_back(gone_.back());
          },
          true};
}

Walked Requests::rotate() {
  return {"keys rotate",
          Via::kTcp,
          [bytes = with_token("POST", "/v1/keys/rotate", "{}")] { return bytes; },
          201,
          [this](const HttpAnswer&) { ++rotations_; },
          true};
}

std::vector<Walked> Requests::all() {
  const auto ask = [](const Held& token, const char* action) {
    return Json{{"authorization", token.header}, {"access", {{"org", "arcadia-dev"}, {"action", action}}}};
  };
  Json malformed = ask(good_, "r");
  malformed["authorization"] = good_.header.substr(0, good_.header.size() / 2);
  Json questions = Json::array();
  for (int i = 0; i < 20; ++i) questions.push_back(ask(i % 3 == 0 ? revoked_ : good_, i % 2 == 0 ? "r" : "w"));
  const std::string batch = support::post_bytes("/v1/verify/batch", Json{{"questions", questions}}.dump());
  const std::string forbidden = "POST /v1/keys/rotate HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + good_.header +
                                "\r\nContent-Length: 2\r\n\r\n{}";
  const auto as_it_is = [](const std::string& bytes) { return [bytes] { return bytes; }; };
  std::vector<Walked> all{
      verify("verify, allowed", Via::kTcp, ask(good_, "r").dump()),
      verify("verify, denied", Via::kUnix, ask(good_, "w").dump()),
      verify("verify, revoked", Via::kTcp, ask(revoked_, "r").dump()),
      verify("verify, half a token", Via::kTcp, malformed.dump()),
      verify("verify over TLS", Via::kTls, ask(good_, "r").dump()),
      {"batch", Via::kTcp, as_it_is(batch), 200, same_entries()},
      {"not JSON", Via::kTcp, as_it_is(support::post_bytes("/v1/verify", R"({"access":{"action":"r")")), 400,
       always_the_same()},
      {"nothing there", Via::kTcp, as_it_is("GET /v1/token HTTP/1.1\r\nHost: localhost\r\n\r\n"), 404,
       always_the_same()},
      {"no request", Via::kUnix, as_it_is("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400, always_the_same()},
      management("whoami", "GET", "/v1/whoami"),
      management("apps", "GET", "/v1/apps"),
      management("list", "GET", "/v1/tokens?limit=50"),
      management("audit", "GET", "/v1/audit?limit=20"),
      management("keys", "GET", "/v1/keys"),
      {"not allowed", Via::kTcp, as_it_is(forbidden), 403, always_the_same()},
      mint(),
      revoke(),
      rotate(),
      management("apps, the store being closed", "GET", "/v1/apps"),
  };
  all.back().store_closed = true;
  for (Walked& one : all) {
    if (one.name == "list") one.check = has_a_list("tokens");
    if (one.name == "audit") one.check = has_a_list("entries");
    if (one.name == "keys") one.check = has_a_list("keys");
  }
  return all;
}

std::vector<Held> Requests::to_check() {
  std::vector<Held> tokens = std::exchange(news_, {});
  tokens.insert(tokens.end(), {good_, revoked_});
  return tokens;
}

void Requests::check_store() const {
  const Truth truth = world_.truth();
  for (const Held& token : minted_) must(truth.has(token), "a token that was handed out is not in the registry");
  for (const Held& token : gone_) {
    must(!token.revoked || truth.is_revoked(token), "a revocation that was acknowledged is not there");
  }
  must(truth.keys >= 1 + rotations_, "a key that was acknowledged is not there");
}

}  // namespace faults
