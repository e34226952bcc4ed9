#include "faults.h"

#include <ctime>
#include <nlohmann/json.hpp>

#include "authority/audit/audit.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/issuer.h"
#include "authority/tokens/keyring.h"
#include "authority/tokens/revocations.h"
#include "libtoken/bundle.h"

namespace faults {

namespace fs = std::filesystem;
using namespace libtoken;
using namespace libtoken::authority;

namespace {

std::int64_t now_unix_s() { return std::time(nullptr); }

std::size_t done(Store& store, AuditAction action) {
  AuditFilter filter;
  filter.limit = 1'000'000;
  std::size_t times = 0;
  for (const AuditEntry& entry : value_of(list_audit(store, filter), "the audit")) {
    times += entry.action == action && !entry.refused ? 1 : 0;
  }
  return times;
}

void check_against_audit(Store& store, const CheckReport& report) {
  const auto same = [&](const char* what, std::size_t there, std::size_t said) {
    must(there == said,
         "there are " + std::to_string(there) + " " + what + ", and the audit has " + std::to_string(said));
  };
  same("tokens", report.tokens, done(store, AuditAction::kMint));
  same("revocations", report.revocations, done(store, AuditAction::kRevoke));
  same("orgs", report.orgs, done(store, AuditAction::kOrgCreate));
  same("keys", report.keys, done(store, AuditAction::kOrgCreate) + done(store, AuditAction::kKeyRotate));
}

}  // namespace

Held held(const std::string& header) {
  const auto bundle = Bundle::parse(header);
  must(bundle && !bundle->parts().empty() && bundle->parts().front(), "what should be a token is none");
  return {header, bundle->parts().front()->id()};
}

bool Truth::allows(const Held& token) const {
  const Judge judge(snapshot);
  Access rest;
  rest.action = kRead;
  VerifierScratch scratch;
  return value_of(judge.decide({token.header, ResourceRef(std::string_view("arcadia-dev")), {}, rest}, now_unix_s(),
                               scratch),
                  "a decision")
      .allowed;
}

World::World() {
  Store store = value_of(Store::init(address(), kDefaultLocation), "the store");
  (void)value_of(create_org(store, "arcadia-dev", std::nullopt, local_actor(), now_unix_s()), "the org");
  (void)value_of(
      create_app(store, std::string("arcadia-dev"), "arcadia-dev-api", std::nullopt, local_actor(), now_unix_s()),
      "the app");
}

World::World(const World& other) {
  for (const std::string& name : other.names()) fs::copy_file(other.in_folder(name), in_folder(name));
}

std::set<std::string> World::names() const {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder_.path())) names.insert(entry.path().filename().string());
  return names;
}

Held World::mint(std::optional<std::int64_t> not_after_unix_s, bool admin) const {
  Store store = value_of(Store::open(address()), "the store");
  MintRequest request;
  request.profile = admin ? Profile::kOrg : Profile::kReadonly;
  request.org = std::string("arcadia-dev");
  request.not_after_unix_s = not_after_unix_s;
  return held(value_of(authority::mint(store, request, local_actor(), now_unix_s()), "a token").header);
}

std::vector<Held> World::mint_many(int count) const {
  Store store = value_of(Store::open(address()), "the store");
  MintRequest request;
  request.org = std::string("arcadia-dev");
  std::vector<Held> tokens;
  for (int i = 0; i < count; ++i) {
    tokens.push_back(held(value_of(authority::mint(store, request, local_actor(), now_unix_s()), "a token").header));
  }
  return tokens;
}

void World::revoke(const Held& token) const {
  Store store = value_of(Store::open(address()), "the store");
  (void)value_of(authority::revoke(store, {token.id}, local_actor(), now_unix_s()), "a revocation");
}

std::vector<std::string> World::command(std::vector<std::string> arguments) const {
  if (arguments.front() != "--store") arguments.insert(arguments.begin(), {"--store", address().url});
  arguments.insert(arguments.begin(), TOKENCTL_PROGRAM);
  return arguments;
}

support::RunResult World::tokenctl(std::vector<std::string> arguments, const support::Environment& environment) const {
  support::Process process(command(std::move(arguments)), environment);
  return process.wait(std::chrono::seconds(60));
}

support::Daemon World::tokend(const support::Environment& environment) const {
  return support::Daemon(TOKEND_PROGRAM,
                         support::without_usage_limits({"--listen", "127.0.0.1:0", "--store", address().url}),
                         environment);
}

Truth World::truth(std::chrono::milliseconds* opening) const {
  const auto before = std::chrono::steady_clock::now();
  Store store = value_of(Store::open(address()), "the store does not open");
  Truth truth;
  truth.snapshot = value_of(Snapshot::load(store), "the store cannot be read");
  if (opening != nullptr) {
    *opening = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - before);
  }
  truth.report = value_of(check_store(store), "the store cannot be looked through");
  must(truth.report.faults.empty(), "a fault: " + (truth.report.faults.empty() ? "" : truth.report.faults.front()));
  check_against_audit(store, truth.report);
  TokenFilter all;
  all.expired = true;
  all.revoked = true;
  for (const IssuedToken& token : value_of(list_tokens(store, all, now_unix_s()), "the list"))
    truth.tokens.insert(token.id);
  truth.keys = value_of(list_keys(store, NameOrId(std::string("arcadia-dev")), now_unix_s()), "the keys").size();
  return truth;
}

std::optional<support::HttpAnswer> Asker::ask(const std::string& method, const std::string& target,
                                              const std::string& body) {
  std::string request = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + token_ + "\r\n";
  if (!body.empty()) request += "Content-Type: application/json\r\n";
  if (method != "GET") request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  try {
    connection_.send(request + "\r\n" + body);
    return connection_.receive();
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::string verdict(const support::Daemon& daemon, const Held& token) {
  const nlohmann::json question{{"authorization", token.header}, {"access", {{"org", "arcadia-dev"}, {"action", "r"}}}};
  const auto answer = nlohmann::json::parse(support::post(daemon.port(), "/v1/verify", question.dump()).body);
  if (answer.contains("error")) return answer.at("error").at("code");
  if (answer.at("allowed") == true) return "allowed";
  return answer.at("reasons").at(0).at("code");
}

std::chrono::microseconds random_between(std::mt19937_64& random, std::chrono::microseconds least,
                                         std::chrono::microseconds most) {
  const auto span = static_cast<std::uint64_t>((most - least).count()) + 1;
  return least + std::chrono::microseconds(static_cast<std::int64_t>(random() % span));
}

}  // namespace faults
