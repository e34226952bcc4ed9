#include "authority/judge/judge.h"
#include "commands/run.h"
#include "input/access_options.h"
#include "input/times.h"
#include "input/token_source.h"
#include "output/decision_output.h"
#include "service/open_store.h"

namespace tokenctl {
namespace {

using libtoken::authority::NameOrId;
using libtoken::authority::ResourceRef;

ResourceRef reference(const std::optional<NameOrId>& resource) {
  if (!resource) return std::monostate{};
  if (const auto* id = std::get_if<std::uint64_t>(&*resource)) return *id;
  return std::string_view(std::get<std::string>(*resource));
}

}  // namespace

Outcome<Exit> run(const Globals& globals, const Verify& command) {
  const auto access = parse_access(command.access, now_unix_s());
  if (!access) return tl::unexpected<Failure>(access.error());
  const auto token = read_token(command.token);
  if (!token) return tl::unexpected<Failure>(token.error());
  auto store = open_store(globals);
  if (!store) return tl::unexpected<Failure>(store.error());
  auto snapshot = libtoken::authority::Snapshot::load(*store);
  if (!snapshot) return fail(Exit::kFailed, snapshot.error().message);

  const libtoken::authority::Judge judge(*snapshot);
  libtoken::authority::Question question;
  question.authorization = *token;
  question.org = reference(access->org);
  question.app = reference(access->app);
  question.rest = access->access;
  libtoken::VerifierScratch scratch;
  const auto decision = judge.decide(question, access->access.now_unix_s, scratch);
  if (!decision) {
    if (command.access.at && decision.error().kind == libtoken::ErrorKind::kClock)
      return fail(Exit::kFailed, "--at: this is more than five minutes before the newest record of the store");
    return fail(decision.error());
  }
  remark_near_names(*decision, access->org, access->app, **snapshot);
  return answer_decision(*decision, snapshot->get(), true, globals.json);
}

}  // namespace tokenctl
