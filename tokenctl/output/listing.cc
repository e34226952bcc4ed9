#include "output/listing.h"

#include <algorithm>

#include "libtoken/bytes.h"
#include "libtoken/text.h"
#include "libtoken/token_id.h"
#include "output/layout.h"
#include "output/times.h"

namespace tokenctl {
namespace {

using libtoken::authority::Actor;
using libtoken::authority::AuditEntry;
using libtoken::authority::IssuedToken;
using libtoken::authority::KeyInfo;
using libtoken::authority::Org;
using Rows = std::vector<Row>;

constexpr std::size_t kMaxShownBytes = 100;
constexpr std::size_t kDateLength = 10;  // of an RFC 3339 time

std::string cell(std::string_view text) {
  return text.empty() ? "-" : libtoken::escape_untrusted(text, kMaxShownBytes);
}

/// The same of a text that may be a sentence, of which nothing is left out.
std::string whole_cell(std::string_view text) { return text.empty() ? "-" : libtoken::escape_untrusted(text); }

std::string date(std::int64_t unix_s) { return to_rfc3339(unix_s).substr(0, kDateLength); }

/// `arcadia-prod-api`, or the id if the name is not known.
std::string name_or_id(const std::string& name, std::uint64_t id) {
  if (!name.empty()) return cell(name);
  return id == 0 ? "-" : std::to_string(id);
}

/// The first digits of an id, as commands take them.
std::string short_id(const std::string& id) {
  constexpr std::size_t kShortId = 8;
  return id.substr(0, kShortId);
}

Cell id_cell(const std::string& id) { return {id, short_id(id)}; }

Cell maker_of(const IssuedToken& token) {
  return token.maker ? id_cell(to_string(*token.maker)) : Cell(cell(token.local_user));
}

Cell time_cell(std::int64_t unix_s) { return {to_rfc3339(unix_s), date(unix_s)}; }

Cell end_of(const IssuedToken& token, std::int64_t now_unix_s) {
  if (!token.not_after_unix_s) return Cell(token.seen_only ? "unknown" : "never");
  return {describe_time(*token.not_after_unix_s, now_unix_s), describe_distance(*token.not_after_unix_s, now_unix_s)};
}

/// An audit entry's object: a token's or a key's id, or a name.
Cell object_cell(const std::string& object) {
  constexpr std::size_t kKidDigits = 32;
  const bool kid = object.size() == kKidDigits && object.find_first_not_of("0123456789abcdef") == object.npos;
  return kid || libtoken::parse_token_id(object) ? id_cell(object) : Cell(cell(object));
}

Cell describe(const Actor& actor) {
  std::string text = actor.token ? to_string(*actor.token) : cell(actor.local_user);
  std::string brief = actor.token ? short_id(text) : text;
  if (!actor.holder.empty()) {
    text += " of " + cell(actor.holder);
    brief += " of " + cell(actor.holder);
  }
  if (!actor.peer.empty()) text += " from " + cell(actor.peer);
  return {text, brief};
}

}  // namespace

std::string in_quotes(std::string_view text) { return "\"" + libtoken::escape_untrusted(text, kMaxShownBytes) + "\""; }

std::string in_quotes(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + in_quotes(text);
  return list;
}

std::string to_text(const std::vector<Org>& orgs, bool wide) {
  Rows rows;
  for (const Org& org : orgs) rows.push_back({std::to_string(org.id), cell(org.name), time_cell(org.created_unix_s)});
  return table({{"ID", 2}, {"NAME", 3, true}, {"CREATED", 1}}, rows, table_width(wide));
}

std::string to_text(const std::vector<ListedApp>& apps, bool wide) {
  Rows rows;
  for (const ListedApp& listed : apps) {
    rows.push_back({std::to_string(listed.app.id), cell(listed.app.name), name_or_id(listed.org_name, listed.app.org),
                    time_cell(listed.app.created_unix_s)});
  }
  return table({{"ID", 3}, {"NAME", 4, true}, {"ORG", 2, true}, {"CREATED", 1}}, rows, table_width(wide));
}

std::string to_text(const std::vector<KeyInfo>& keys, bool wide) {
  Rows rows;
  for (const KeyInfo& key : keys) {
    rows.push_back(
        {id_cell(libtoken::to_hex(key.kid)), name_or_id(key.org_name, key.org), std::string(to_string(key.state)),
         std::to_string(key.live_tokens) + (key.live_tokens_at_least ? "+" : ""), time_cell(key.created_unix_s)});
  }
  return table({{"KID", 5}, {"ORG", 3, true}, {"STATE", 4}, {"LIVE TOKENS", 2}, {"CREATED", 1}}, rows,
               table_width(wide));
}

void TokenTable::add(ListedToken&& token) {
  if (table_) return add_row(token);
  const bool another_org = !first_.empty() && first_.front().token.org != token.token.org;
  first_.push_back(std::move(token));
  if (another_org) {
    begin(true);
  } else if (first_.size() == LongTable::kKeptRows) {
    begin(options_.may_have_several_orgs());
  }
}

void TokenTable::finish() {
  if (!table_) begin(false);
  table_->finish();
}

void TokenTable::begin(bool with_orgs) {
  with_orgs_ = with_orgs;
  std::vector<Column> columns{{"ID", 10},       {"NAME", 7, true},    {"PROFILE", 5}, {"APP", 6, true},
                              {"FOR", 9, true}, {"MADE BY", 2, true}, {"CREATED", 1}, {"EXPIRES", 8},
                              {"STATUS", 4},    {"LAST USED", 3}};
  if (with_orgs) columns.insert(columns.begin() + 1, {"ORG", 6, true});
  constexpr int kAskedAbout = 20;  // only the id, which commands take, is as important
  columns.front().weight = kAskedAbout;
  for (Column& column : columns) {
    const auto& asked = options_.asked_about;
    if (std::find(asked.begin(), asked.end(), column.heading) != asked.end()) column.weight = kAskedAbout;
  }
  table_.emplace(std::move(columns), table_width(options_.wide));
  for (const ListedToken& listed : first_) add_row(listed);
  first_ = {};
}

void TokenTable::add_row(const ListedToken& listed) {
  const IssuedToken& token = listed.token;
  Row row{id_cell(to_string(token.id)),
          cell(token.name),
          std::string(to_string(token.profile)),
          name_or_id(token.app_name, token.app),
          cell(token.holder),
          maker_of(token),
          time_cell(token.created_unix_s),
          end_of(token, options_.now_unix_s),
          std::string(to_string(listed.status)),
          token.last_used_unix_s ? date(*token.last_used_unix_s) : "-"};
  if (with_orgs_) row.insert(row.begin() + 1, name_or_id(token.org_name, token.org));
  table_->add(std::move(row));
}

std::string csv_headings() {
  return csv_line(
      {"id", "org", "name", "profile", "app", "for", "made_by", "created", "expires", "status", "last_used"});
}

std::string to_csv(const ListedToken& listed) {
  const IssuedToken& token = listed.token;
  const auto id_or_name = [](const std::string& name, std::uint64_t id) {
    return !name.empty() ? name : id == 0 ? "" : std::to_string(id);
  };
  return csv_line({to_string(token.id), id_or_name(token.org_name, token.org), token.name, to_string(token.profile),
                   id_or_name(token.app_name, token.app), token.holder,
                   token.maker ? to_string(*token.maker) : token.local_user, to_rfc3339(token.created_unix_s),
                   token.not_after_unix_s ? to_rfc3339(*token.not_after_unix_s) : "", to_string(listed.status),
                   token.last_used_unix_s ? date(*token.last_used_unix_s) : ""});
}

std::string to_text(const std::vector<AuditEntry>& entries, const std::vector<Org>& orgs, bool wide) {
  Rows rows;
  for (const AuditEntry& entry : entries) {
    const auto org = std::find_if(orgs.begin(), orgs.end(), [&](const Org& one) { return one.id == entry.org; });
    rows.push_back({Cell(to_rfc3339(entry.at_unix_s)),
                    std::string(to_string(entry.action)) + (entry.refused ? " (refused)" : ""),
                    object_cell(entry.object), name_or_id(org == orgs.end() ? "" : org->name, entry.org),
                    describe(entry.actor), whole_cell(entry.detail)});
  }
  return table(
      {{"TIME", 6}, {"ACTION", 5}, {"OBJECT", 4, true}, {"ORG", 1, true}, {"BY", 3, true}, {"DETAIL", 2, true}}, rows,
      table_width(wide));
}

std::string describe(const ListedToken& listed) {
  const IssuedToken& token = listed.token;
  const bool vowel = token.profile == libtoken::Profile::kOrg;
  std::string text = std::string(vowel ? "an " : "a ") + to_string(token.profile) + " token";
  if (!token.name.empty()) text += " " + in_quotes(token.name);
  if (!token.app_name.empty()) text += " for the app " + cell(token.app_name);
  if (!token.holder.empty()) text += " of " + cell(token.holder);
  if (token.maker) text += ", made with " + to_string(*token.maker);
  return text;
}

}  // namespace tokenctl
