// Preloaded into a program, it makes one call that writes to a file or syncs one fail. In the environment:
//   FAIL_AT     which call, from 1; the calls before it go through
//   FAIL_WITH   ENOSPC (that call fails, and every one after it, as on a full disk) or EIO (that call alone)
//   FAIL_MARK   a file that is made when a call fails
// Standard input, output and error are left alone, as is what is no file or folder (pipes, sockets).

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace {

struct Plan {
  long at = 0;  // 0: nothing fails
  int error = EIO;
  bool from_then_on = false;
};

Plan read_plan() {
  Plan plan;
  const char* at = std::getenv("FAIL_AT");
  const char* with = std::getenv("FAIL_WITH");
  if (at == nullptr || with == nullptr) return plan;
  plan.at = std::atol(at);
  plan.from_then_on = std::strcmp(with, "ENOSPC") == 0;
  plan.error = plan.from_then_on ? ENOSPC : EIO;
  return plan;
}

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

bool is_file(int descriptor) {
  struct stat status {};
  return descriptor > 2 && ::fstat(descriptor, &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
}

// Whether this call is to fail; then errno is set.
bool fails(int descriptor) {
  static const Plan plan = read_plan();
  static std::atomic<long> calls{0};
  if (plan.at == 0 || !is_file(descriptor)) return false;
  const long call = ++calls;
  if (plan.from_then_on ? call < plan.at : call != plan.at) return false;
  if (const char* mark = std::getenv("FAIL_MARK")) ::close(::open(mark, O_WRONLY | O_CREAT, 0600));
  errno = plan.error;
  return true;
}

}  // namespace

extern "C" {

ssize_t write(int descriptor, const void* bytes, size_t count) {
  static auto* const real = next<ssize_t(int, const void*, size_t)>("write");
  return fails(descriptor) ? -1 : real(descriptor, bytes, count);
}

ssize_t pwrite(int descriptor, const void* bytes, size_t count, off_t at) {
  static auto* const real = next<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  return fails(descriptor) ? -1 : real(descriptor, bytes, count, at);
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off64_t at) {
  static auto* const real = next<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
  return fails(descriptor) ? -1 : real(descriptor, bytes, count, at);
}

int fsync(int descriptor) {
  static auto* const real = next<int(int)>("fsync");
  return fails(descriptor) ? -1 : real(descriptor);
}

int fdatasync(int descriptor) {
  static auto* const real = next<int(int)>("fdatasync");
  return fails(descriptor) ? -1 : real(descriptor);
}

int ftruncate(int descriptor, off_t length) noexcept {
  static auto* const real = next<int(int, off_t)>("ftruncate");
  return fails(descriptor) ? -1 : real(descriptor, length);
}

int ftruncate64(int descriptor, off64_t length) noexcept {
  static auto* const real = next<int(int, off64_t)>("ftruncate64");
  return fails(descriptor) ? -1 : real(descriptor, length);
}

}  // extern "C"
