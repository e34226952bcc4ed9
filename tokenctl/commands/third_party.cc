#include "libtoken/third_party.h"

#include <algorithm>

#include "authority/sealing/private_file.h"
#include "client/url.h"
#include "commands/run.h"
#include "commands/unrelated_tokens.h"
#include "input/caveats_file.h"
#include "input/shared_secret.h"
#include "input/token_source.h"
#include "libtoken/bundle.h"
#include "libtoken/json.h"
#include "libtoken/text.h"
#include "output/discharge_text.h"
#include "output/layout.h"
#include "output/output.h"
#include "output/table.h"

namespace tokenctl {
namespace {

using libtoken::Bundle;
using libtoken::Macaroon;
using libtoken::TicketView;
using json = libtoken::Json;

/// The discharges for a ticket, found through the caveat that holds it.
std::vector<DischargeView> discharges_of(const TicketView& ticket, const Bundle& bundle) {
  const Macaroon& token = *bundle.parts()[ticket.part];
  const auto& caveat = token.unverified_caveats()[ticket.caveat_index];
  return discharges_for(std::get<libtoken::ThirdParty>(caveat.body), token, bundle);
}

json to_json(const std::vector<TicketView>& tickets, const Bundle& bundle) {
  json shown = json::array();
  for (const TicketView& ticket : tickets) {
    shown.push_back({{"part", ticket.part},
                     {"caveat", ticket.caveat_index},
                     {"location", ticket.location},
                     {"ticket", libtoken::to_base64(ticket.ticket)},
                     {"discharges", discharges_json(discharges_of(ticket, bundle))}});
  }
  return {{"tickets", std::move(shown)}};
}

std::string to_text(const std::vector<TicketView>& tickets, const Bundle& bundle, bool wide) {
  std::vector<Row> rows;
  for (const TicketView& ticket : tickets) {
    const std::string here = describe(discharges_of(ticket, bundle));
    rows.push_back({std::to_string(ticket.part + 1), std::to_string(ticket.caveat_index + 1),
                    libtoken::escape_untrusted(ticket.location), here.empty() ? "not here" : here});
  }
  return table({{"TOKEN", 2}, {"CAVEAT", 1}, {"LOCATION", 4, true}, {"DISCHARGE", 3, true}}, rows, table_width(wide));
}

bool answers_any(const Macaroon& discharge, const std::vector<TicketView>& tickets) {
  return std::any_of(tickets.begin(), tickets.end(), [&](const TicketView& ticket) {
    return ticket.location == discharge.location() && libtoken::equal(ticket.ticket, discharge.nonce().kid);
  });
}

bool has_part(const Bundle& bundle, const Macaroon& macaroon) {
  return std::any_of(bundle.parts().begin(), bundle.parts().end(), [&](const Bundle::Part& part) {
    return part && libtoken::equal(part->encoded(), macaroon.encoded());
  });
}

struct Attached {
  std::size_t added = 0;
  std::size_t duplicates = 0;
};

/// Moves discharges into a bundle.
Outcome<Attached> attach(Bundle& bundle, Bundle& discharges, const std::string& location) {
  Attached attached;
  const auto tickets = tickets_of(bundle, location);
  std::vector<Bundle::Part> added;
  for (Bundle::Part& part : discharges.parts()) {
    if (!part) continue;
    if (part->location() == location) {
      return fail(Exit::kRefused, "a token for " + libtoken::escape_untrusted(location) +
                                      " is not a discharge: attached, it would allow the bundle what it allows");
    }
    const bool is_duplicate =
        has_part(bundle, *part) || std::any_of(added.begin(), added.end(), [&](const auto& other) {
          return libtoken::equal(other->encoded(), part->encoded());
        });
    if (is_duplicate) {
      ++attached.duplicates;
      continue;
    }
    if (!answers_any(*part, tickets)) {
      remark("a discharge from " + libtoken::escape_untrusted(part->location()) +
             " answers no ticket of the token and has no effect");
    }
    added.push_back(std::move(*part));
  }
  attached.added = added.size();
  for (Bundle::Part& part : added) bundle.parts().push_back(std::move(part));
  if (bundle.parts().size() > libtoken::kMaxParts) {
    return fail(Exit::kRefused, "the bundle would have " + counted(bundle.parts().size(), "token") +
                                    "; it can have at most " + std::to_string(libtoken::kMaxParts));
  }
  return attached;
}

Exit answer_bundle(const Globals& globals, const Bundle& bundle, const std::string& location) {
  const std::string header = bundle.header(location);
  if (globals.json) {
    answer_json({{"token", header}});
  } else {
    answer(header + "\n");
  }
  return Exit::kDone;
}

}  // namespace

Outcome<Exit> run(const Globals& globals, const ThirdPartyAdd& command) {
  if (const auto url = parse_url(command.location); !url)
    return fail(Exit::kUsage, "--location: " + url.error().message);
  auto bundle = read_bundle(command.token, command.caveats_file == "-" ? "the caveats" : nullptr);
  if (!bundle) return tl::unexpected<Failure>(bundle.error());
  const auto key = read_shared_secret(command.secret_file);
  if (!key) return tl::unexpected<Failure>(key.error());
  libtoken::CaveatSet caveats;
  if (command.caveats_file) {
    if (auto read = append_caveats_file(caveats, *command.caveats_file); !read)
      return tl::unexpected<Failure>(read.error());
  }

  const std::string location(service_location(*bundle));  // a copy, because adding invalidates the view
  if (const auto checked = refuse_unrelated_tokens(*bundle, location); !checked)
    return tl::unexpected<Failure>(checked.error());
  std::size_t tokens = 0;
  for (Bundle::Part& part : bundle->parts()) {
    if (!part || part->location() != location) continue;
    if (const auto added = add_third_party(*part, command.location, *key, caveats); !added) return fail(added.error());
    ++tokens;
  }
  remark("added a caveat to " + counted(tokens, "token") + (tokens == 1 ? ", which now needs" : ", which now need") +
         " a discharge from " + libtoken::escape_untrusted(command.location));
  return answer_bundle(globals, *bundle, location);
}

Outcome<Exit> run(const Globals& globals, const ThirdPartyTickets& command) {
  const auto bundle = read_bundle(command.token);
  if (!bundle) return tl::unexpected<Failure>(bundle.error());
  const auto tickets = tickets_of(*bundle, service_location(*bundle));
  if (globals.json) {
    answer_json(to_json(tickets, *bundle));
  } else if (tickets.empty()) {
    remark("the token has no third-party caveat");
  } else {
    answer(to_text(tickets, *bundle, globals.wide));
  }
  return Exit::kDone;
}

Outcome<Exit> run(const Globals& globals, const ThirdPartyAttach& command) {
  auto bundle = read_bundle(command.token, command.discharge_file == "-" ? "the discharges" : nullptr);
  if (!bundle) return tl::unexpected<Failure>(bundle.error());
  const auto text = read_input(command.discharge_file);
  if (!text) return tl::unexpected<Failure>(text.error());
  auto discharges = parse_bundle(*text);
  if (!discharges) {
    return fail(discharges.error().exit,
                (command.discharge_file == "-" ? std::string("standard input")
                                               : libtoken::escape_untrusted(command.discharge_file)) +
                    ": " + discharges.error().message);
  }
  const std::string location(service_location(*bundle));
  const auto attached = attach(*bundle, *discharges, location);
  if (!attached) return tl::unexpected<Failure>(attached.error());
  remark("attached " + counted(attached->added, "discharge") +
         (attached->duplicates == 0 ? "" : "; left out " + counted(attached->duplicates, "duplicate")));
  return answer_bundle(globals, *bundle, location);
}

Outcome<Exit> run(const Globals& globals, const ThirdPartyKeygen& command) {
  const auto key = libtoken::EncryptionKey::generate();
  std::string text = libtoken::to_base64(key.expose_secret());
  if (command.out) {
    std::string line;
    line.reserve(text.size() + 1);  // appending must not leave a copy of the secret behind
    line.append(text).append("\n");
    const auto written = libtoken::authority::write_new_private_file(*command.out, line);
    libtoken::wipe({reinterpret_cast<std::uint8_t*>(line.data()), line.size()});
    if (!written) return fail(written.error());
    remark("made " + libtoken::escape_untrusted(*command.out) + ": give it to the third party and to nobody else");
  } else if (globals.json) {
    answer_json({{"secret", text}});
  } else {
    answer(text);
    answer("\n");
  }
  libtoken::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  return Exit::kDone;
}

}  // namespace tokenctl
