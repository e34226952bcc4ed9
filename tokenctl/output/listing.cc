#include "output/listing.h"

#include <algorithm>

#include "libtoken/bytes.h"
#include "libtoken/text.h"
#include "output/layout.h"
#include "output/times.h"

namespace tokenctl {
namespace {

using libtoken::authority::Actor;
using libtoken::authority::AuditEntry;
using libtoken::authority::IssuedToken;
using libtoken::authority::KeyInfo;
using libtoken::authority::Org;
using Rows = std::vector<std::vector<std::string>>;

constexpr std::size_t kMaxShownBytes = 100;
constexpr std::size_t kDateLength = 10;  // of an RFC 3339 time

std::string cell(std::string_view text) {
  return text.empty() ? "-" : libtoken::escape_untrusted(text, kMaxShownBytes);
}

std::string date(std::int64_t unix_s) { return to_rfc3339(unix_s).substr(0, kDateLength); }

/// `arcadia-prod-api`, or the id if the name is not known.
std::string name_or_id(const std::string& name, std::uint64_t id) {
  if (!name.empty()) return cell(name);
  return id == 0 ? "-" : std::to_string(id);
}

std::string maker_of(const IssuedToken& token) {
  return token.maker ? to_string(*token.maker) : cell(token.local_user);
}

std::string describe(const Actor& actor) {
  std::string text = actor.token ? to_string(*actor.token) : cell(actor.local_user);
  if (!actor.holder.empty()) text += " of " + cell(actor.holder);
  if (!actor.peer.empty()) text += " from " + cell(actor.peer);
  return text;
}

bool is_of_several_orgs(const std::vector<ListedToken>& tokens) {
  return std::any_of(tokens.begin(), tokens.end(),
                     [&](const ListedToken& listed) { return listed.token.org != tokens.front().token.org; });
}

}  // namespace

std::string in_quotes(std::string_view text) { return "\"" + libtoken::escape_untrusted(text, kMaxShownBytes) + "\""; }

std::string in_quotes(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + in_quotes(text);
  return list;
}

std::string to_text(const std::vector<Org>& orgs) {
  Rows rows{{"ID", "NAME", "CREATED"}};
  for (const Org& org : orgs) rows.push_back({std::to_string(org.id), cell(org.name), to_rfc3339(org.created_unix_s)});
  return table(rows);
}

std::string to_text(const std::vector<ListedApp>& apps) {
  Rows rows{{"ID", "NAME", "ORG", "CREATED"}};
  for (const ListedApp& listed : apps) {
    rows.push_back({std::to_string(listed.app.id), cell(listed.app.name), name_or_id(listed.org_name, listed.app.org),
                    to_rfc3339(listed.app.created_unix_s)});
  }
  return table(rows);
}

std::string to_text(const std::vector<KeyInfo>& keys) {
  Rows rows{{"KID", "ORG", "STATE", "LIVE TOKENS", "CREATED"}};
  for (const KeyInfo& key : keys) {
    rows.push_back({libtoken::to_hex(key.kid), name_or_id(key.org_name, key.org), to_string(key.state),
                    std::to_string(key.live_tokens), to_rfc3339(key.created_unix_s)});
  }
  return table(rows);
}

std::string to_text(const std::vector<ListedToken>& tokens, std::int64_t now_unix_s) {
  const bool with_orgs = is_of_several_orgs(tokens);
  Rows rows{{"ID", "NAME", "PROFILE", "APP", "FOR", "MADE BY", "CREATED", "EXPIRES", "STATUS", "LAST USED"}};
  for (const ListedToken& listed : tokens) {
    const IssuedToken& token = listed.token;
    rows.push_back({to_string(token.id), cell(token.name), to_string(token.profile),
                    name_or_id(token.app_name, token.app), cell(token.holder), maker_of(token),
                    to_rfc3339(token.created_unix_s),
                    token.not_after_unix_s ? describe_time(*token.not_after_unix_s, now_unix_s)
                    : token.seen_only      ? "unknown"
                                           : "never",
                    to_string(listed.status), token.last_used_unix_s ? date(*token.last_used_unix_s) : "-"});
  }
  for (std::size_t i = 0; with_orgs && i < rows.size(); ++i) {
    const std::string org = i == 0 ? "ORG" : name_or_id(tokens[i - 1].token.org_name, tokens[i - 1].token.org);
    rows[i].insert(rows[i].begin() + 1, org);
  }
  return table(rows);
}

std::string to_text(const std::vector<AuditEntry>& entries, const std::vector<Org>& orgs) {
  Rows rows{{"TIME", "ACTION", "OBJECT", "ORG", "BY", "DETAIL"}};
  for (const AuditEntry& entry : entries) {
    const auto org = std::find_if(orgs.begin(), orgs.end(), [&](const Org& one) { return one.id == entry.org; });
    rows.push_back({to_rfc3339(entry.at_unix_s),
                    std::string(to_string(entry.action)) + (entry.refused ? " (refused)" : ""), cell(entry.object),
                    name_or_id(org == orgs.end() ? "" : org->name, entry.org), describe(entry.actor),
                    cell(entry.detail)});
  }
  return table(rows);
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
