#include <algorithm>

#include "conformance.h"
#include "libtoken/caveat_json.h"
#include "libtoken/third_party.h"

namespace conformance {

std::string run_ticket(const json& one) {
  const std::string location = one.at("location").get<std::string>();
  const libtoken::Macaroon token = macaroon(one.at("token"));
  std::vector<libtoken::Bundle::Part> alone;
  alone.push_back(token.clone());
  const libtoken::Bundle token_bundle(std::move(alone));
  const auto tickets = libtoken::tickets_of(token_bundle, location);

  json locations = json::array();
  for (const libtoken::TicketView& ticket : tickets) locations.push_back(ticket.location);
  if (locations != one.at("third_parties")) return "its third parties are " + locations.dump();
  const auto wanted = std::find_if(tickets.begin(), tickets.end(), [&](const libtoken::TicketView& ticket) {
    return ticket.location == one.at("third_party").get<std::string>();
  });
  if (wanted == tickets.end() || !libtoken::equal(wanted->ticket, hex_bytes(one.at("ticket"))))
    return "the ticket is not found";

  const auto shared_key = value(libtoken::EncryptionKey::from_bytes(hex_bytes(one.at("third_party_key"))));
  const auto opened = value(libtoken::OpenedTicket::open(wanted->ticket, shared_key));
  json caveats = json::array();
  for (const libtoken::Caveat& caveat : opened.caveats()) caveats.push_back(libtoken::caveat_to_json(caveat));
  if (caveats != one.at("ticket_caveats")) return "its caveats are " + caveats.dump();

  CaseKeys keys(json::object());
  keys.add(std::string(libtoken::text_of(token.nonce().kid)), one.at("key").get<std::string>());
  const libtoken::Verifier verifier(location, keys);
  libtoken::VerifierScratch scratch;
  const auto verifies = [&](const std::string& header) { return verifier.verify(header, scratch).verified(); };

  const std::string complete = one.at("complete").get<std::string>();
  const std::string a_discharge = one.at("a_discharge").get<std::string>();
  if (!verifies(complete)) return "the complete bundle does not verify";
  const std::size_t at = complete.find("," + a_discharge);
  if (at == std::string::npos) return "the discharge is not in the bundle";
  std::string without = complete;
  without.erase(at, a_discharge.size() + 1);
  if (verifies(without)) return "it verifies without its discharge";
  const libtoken::Macaroon ours = value(opened.discharge(wanted->location, {}));
  return verifies(without + "," + ours.text()) ? "" : "it does not verify with a discharge of ours";
}

}  // namespace conformance
