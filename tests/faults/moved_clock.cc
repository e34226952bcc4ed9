// Preloaded into a program, it moves what that program is told the time of day is by as many seconds as the file
// CLOCK_OFFSET holds, as an int64 in the machine's byte order. The file may change at any time.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace {

const volatile std::int64_t* map_offset() {
  static constexpr std::int64_t kNone = 0;
  const char* path = std::getenv("CLOCK_OFFSET");
  const int file = path == nullptr ? -1 : ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return &kNone;
  void* const mapped = ::mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  return mapped == MAP_FAILED ? &kNone : static_cast<const volatile std::int64_t*>(mapped);
}

std::int64_t offset_s() {
  static const volatile std::int64_t* const offset = map_offset();
  return *offset;
}

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, struct timespec* into) noexcept {
  static auto* const real = next<int(clockid_t, struct timespec*)>("clock_gettime");
  const int result = real(clock, into);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) into->tv_sec += offset_s();
  return result;
}

int gettimeofday(struct timeval* into, void* zone) noexcept {
  static auto* const real = next<int(struct timeval*, void*)>("gettimeofday");
  const int result = real(into, zone);
  if (result == 0) into->tv_sec += offset_s();
  return result;
}

time_t time(time_t* into) noexcept {
  struct timespec now {};
  ::clock_gettime(CLOCK_REALTIME, &now);
  if (into != nullptr) *into = now.tv_sec;
  return now.tv_sec;
}

}  // extern "C"
