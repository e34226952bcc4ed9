#include <functional>
#include <memory>

#include "authority/tokens/issued_json.h"
#include "commands/run.h"
#include "input/names.h"
#include "input/times.h"
#include "output/listing.h"
#include "output/output.h"
#include "service/near_names.h"
#include "service/service.h"
#include "service/short_ids.h"

namespace tokenctl {
namespace {

using libtoken::authority::ShowOrg;
using libtoken::authority::TokenFilter;
using libtoken::authority::TokenSort;

Outcome<TokenFilter> parse_filter(const List& command) {
  TokenFilter filter;
  auto org = parse_optional(command.org);
  if (!org) return tl::unexpected<Failure>(org.error());
  auto app = parse_optional(command.app);
  if (!app) return tl::unexpected<Failure>(app.error());
  filter.org = std::move(*org);
  filter.app = std::move(*app);
  filter.name = command.name;
  filter.holder = command.holder;
  if (command.profile) {
    const auto profile = libtoken::parse_profile(*command.profile);
    if (!profile) return fail(Exit::kUsage, "--profile: " + profile.error().message);
    filter.profile = *profile;
  }
  filter.expired = command.expired;
  filter.revoked = command.revoked;
  if (command.expiring) {
    const auto end = parse_expiry(*command.expiring, now_unix_s());
    if (!end) return fail(Exit::kUsage, "--expiring: " + end.error().message);
    if (!*end) return fail(Exit::kUsage, "--expiring: never is not a time; write 48h, 7d, 2w or a time");
    filter.ending_before_unix_s = *end;
  }
  if (command.unused) {
    const auto since = parse_since(*command.unused, now_unix_s());
    if (!since) return fail(Exit::kUsage, "--unused: " + since.error().message);
    filter.unused_since_unix_s = *since;
  }
  return filter;
}

Outcome<TokenSort> parse_sort(const List& command) {
  TokenSort sort;
  sort.descending = command.reverse;
  if (!command.sort) return sort;
  const auto by = libtoken::authority::parse_token_order(*command.sort);
  if (!by) return fail(Exit::kUsage, "--sort: " + by.error().message);
  sort.by = *by;
  return sort;
}

/// A person, or a token by its id or the beginning of that.
Outcome<libtoken::authority::MadeBy> find_maker(Service& service, const std::string& text) {
  if (!libtoken::is_token_id_prefix(text)) return text;
  const auto id = find_id(service, text);
  if (id) return *id;
  // A login name may look like the beginning of an id, and an id may be of a token that is not recorded.
  if (id.error().exit == Exit::kRefused) return text;
  return tl::unexpected<Failure>(id.error());
}

/// The columns that the command's flags are about, which a narrow table must show.
std::vector<std::string> columns_asked_about(const TokenFilter& filter, const TokenSort& sort) {
  std::vector<std::string> columns;
  if (filter.expired || filter.revoked) columns.emplace_back("STATUS");
  if (filter.unused_since_unix_s) columns.emplace_back("LAST USED");
  if (filter.made_by) columns.emplace_back("MADE BY");
  switch (sort.by) {
    case libtoken::authority::TokenOrder::kCreated: break;
    case libtoken::authority::TokenOrder::kName: columns.emplace_back("NAME"); break;
    case libtoken::authority::TokenOrder::kHolder: columns.emplace_back("FOR"); break;
    case libtoken::authority::TokenOrder::kEnd: columns.emplace_back("EXPIRES"); break;
    case libtoken::authority::TokenOrder::kLastUsed: columns.emplace_back("LAST USED"); break;
  }
  return columns;
}

/// How each token of a list is written, and what ends the list.
struct Writer {
  std::function<void(ListedToken&&)> token;
  std::function<void()> end;
};

Writer csv_writer() {
  const auto begun = std::make_shared<bool>(false);
  const auto begin = [begun] {
    if (!*begun) answer(csv_headings());
    *begun = true;
  };
  return {[begin](ListedToken&& token) {
            begin();
            answer(to_csv(token));
          },
          begin};
}

/// The same as tokens_to_json() makes of the whole list.
Writer json_writer(ShowOrg show_org) {
  const auto begun = std::make_shared<bool>(false);
  return {[begun, show_org](ListedToken&& token) {
            answer(*begun ? "," : R"({"tokens":[)");
            *begun = true;
            answer(json_text(to_json(token, show_org)));
          },
          [begun] { answer(*begun ? "]}\n" : "{\"tokens\":[]}\n"); }};
}

Writer table_writer(TokenTable::Options options) {
  const auto table = std::make_shared<TokenTable>(std::move(options));
  return {[table](ListedToken&& token) { table->add(std::move(token)); }, [table] { table->finish(); }};
}

/// Says that nothing was found, and which names and holders are similar: the filter may be misspelt.
void remark_on_none(Service& service, const TokenFilter& filter) {
  const bool all = filter.expired && filter.revoked;
  remark(all ? "there is no such token"
             : "there is no such token among those listed; --expired and --revoked list others too");
  auto near_misses = filter.name || filter.holder ? service.near_misses(filter) : std::vector<std::string>{};
  for (std::string& maker : near_makers(service, filter)) near_misses.push_back(std::move(maker));
  if (!near_misses.empty()) remark("did you mean " + in_quotes(near_misses) + "?");
}

}  // namespace

Outcome<Exit> run(const Globals& globals, const List& command) {
  if (command.csv && globals.json) return fail(Exit::kUsage, "--csv and --json cannot be given together");
  auto filter = parse_filter(command);
  if (!filter) return tl::unexpected<Failure>(filter.error());
  const auto sort = parse_sort(command);
  if (!sort) return tl::unexpected<Failure>(sort.error());
  const auto service = open_service(globals);
  if (!service) return tl::unexpected<Failure>(service.error());
  if (command.made_by) {
    auto maker = find_maker(**service, *command.made_by);
    if (!maker) return tl::unexpected<Failure>(maker.error());
    filter->made_by = std::move(*maker);
  }
  const Writer writer =
      command.csv ? csv_writer()
      : globals.json
          ? json_writer(command.org ? ShowOrg::kNo : ShowOrg::kYes)
          : table_writer({now_unix_s(), globals.wide, columns_asked_about(*filter, *sort), [&service, &filter] {
                            const auto orgs = (*service)->orgs();
                            return !filter->org && !(orgs && orgs->size() == 1);
                          }});
  bool any = false;
  const auto listed = (*service)->each_token(*filter, *sort, [&](ListedToken&& token) {
    any = true;
    writer.token(std::move(token));
    return true;
  });
  if (!listed) return tl::unexpected<Failure>(listed.error());
  writer.end();
  if (!any && (filter->name || filter->holder || filter->made_by)) remark_on_none(**service, *filter);
  return Exit::kDone;
}

}  // namespace tokenctl
