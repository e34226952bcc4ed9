// A ticket: as it comes, which no key opens, and its content, sealed with the key that does.
#include "libtoken/third_party.h"
#include "rebuild.h"
#include "wire/aead.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const libtoken::EncryptionKey key = libtoken::EncryptionKey::generate();
  const libtoken::ByteView input(data, size);
  fuzz::must(!libtoken::OpenedTicket::open(input, key), "a ticket opens under a key that nobody has");

  const libtoken::Bytes sealed = libtoken::seal(key.expose_secret(), input);
  const auto opened = libtoken::OpenedTicket::open(sealed, key);
  if (!opened) return 0;
  for (const libtoken::Caveat& caveat : opened->caveats()) fuzz::must_rebuild(caveat);
  libtoken::CaveatSet window;
  window.validity_window(0, 1);
  const auto discharge = opened->discharge("https://auth.example.com", window);
  if (sealed.size() + 128 > libtoken::kMaxTokenBytes) return 0;
  fuzz::must(discharge.has_value(), "no discharge for a ticket that opens");
  fuzz::must_rebuild(discharge->view());
  return 0;
}
