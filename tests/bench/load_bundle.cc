// Prints a deploy token's header with a third party's discharge beside it: what `load` asks about, made from a deploy
// token on standard input.
#include <iostream>
#include <string>

#include "libtoken/bundle.h"
#include "libtoken/third_party.h"

using namespace libtoken;

namespace {

template <class T>
T must(Result<T> result) {
  if (!result) {
    std::cerr << result.error().message << "\n";
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace

int main() {
  constexpr std::string_view kThirdParty = "https://login.example/";
  std::string header;
  std::getline(std::cin, header);
  Bundle bundle = must(Bundle::parse(header));
  Macaroon& token = *bundle.parts().at(0);
  const EncryptionKey shared = EncryptionKey::generate();
  must(add_third_party(token, kThirdParty, shared, CaveatSet{}));
  const std::string narrowed = "FlyV1 " + token.text();
  const Bundle with_ticket = must(Bundle::parse(narrowed));
  const auto tickets = tickets_of(with_ticket, with_ticket.parts().at(0)->location());
  const Macaroon discharge =
      must(must(OpenedTicket::open(tickets.at(0).ticket, shared)).discharge(kThirdParty, CaveatSet{}));
  std::cout << narrowed << "," << discharge.text() << "\n";
}
