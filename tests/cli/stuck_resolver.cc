// Loaded before the C library, this makes looking up a host's name take for ever, as with a name server that does not
// answer.
#include <netdb.h>
#include <unistd.h>

extern "C" int getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**) {
  while (true) ::pause();
}
