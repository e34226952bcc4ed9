// Preloaded into a program, it makes calls fail as the plan in the file FAULT_PLAN says (fault_plan.h), which may
// change at any time. The call stack of one that fails, and of an abort, goes to that file's name with .trace behind
// it. Standard input, output and error are left alone.

#include <dirent.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "support/fault_plan.h"

extern "C" {
// glibc's own, under the names it keeps for this.
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {

using support::Fault;
using support::FaultPage;

FaultPage* plan = nullptr;
int trace_file = -1;

template <class Function>
Function* next(const char* name) noexcept {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

void write_trace(bool anew) noexcept {
  if (trace_file < 0) return;
  static auto* const truncate = next<int(int, off64_t)>("ftruncate64");
  std::array<void*, 64> frames{};
  const int count = ::backtrace(frames.data(), static_cast<int>(frames.size()));
  if (anew && truncate(trace_file, 0) != 0) return;
  ::backtrace_symbols_fd(frames.data(), count, trace_file);
}

void on_abort(int) {
  write_trace(false);
  std::signal(SIGABRT, SIG_DFL);
  ::raise(SIGABRT);
}

__attribute__((constructor)) void find_plan() {
  const char* path = std::getenv("FAULT_PLAN");
  if (path == nullptr) return;
  std::array<void*, 4> frames{};
  (void)::backtrace(frames.data(), 4);  // which loads a library when it is first called
  const std::string trace = std::string(path) + ".trace";
  const int file = ::open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  trace_file = ::open(trace.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  void* page = ::mmap(nullptr, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  if (page == MAP_FAILED) return;
  std::signal(SIGABRT, on_abort);
  plan = static_cast<FaultPage*>(page);
}

/// Whether a call of this kind, which is one of those that the plan is about, is to fail.
bool fails(Fault kind) noexcept {
  if (plan == nullptr || plan->fault != kind) return false;
  const std::uint64_t call = ++plan->calls;
  const std::uint64_t at = plan->at;
  const std::uint32_t one_in = plan->one_in;
  const bool nth = at != 0 && call >= at && call - at < plan->in_a_row;
  if (!nth && (one_in == 0 || call % one_in != 0)) return false;
  ++plan->failed;
  if (call == at) write_trace(true);
  return true;
}

bool fails(Fault kind, int error) noexcept {
  if (!fails(kind)) return false;
  errno = error;
  return true;
}

bool is_file(int descriptor) noexcept {
  struct stat status {};
  return descriptor > 2 && descriptor != trace_file && ::fstat(descriptor, &status) == 0 &&
         (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
}

bool is_socket(int descriptor) noexcept {
  struct stat status {};
  return descriptor > 2 && ::fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
}

/// The descriptor is looked at only if the plan is about such calls, which costs a call itself.
bool is_planned(Fault kind) noexcept { return plan != nullptr && plan->fault == kind; }

bool changing_fails(int descriptor) noexcept {
  return (is_planned(Fault::kDiskFull) && is_file(descriptor) && fails(Fault::kDiskFull, ENOSPC)) ||
         (is_planned(Fault::kDiskWrites) && is_file(descriptor) && fails(Fault::kDiskWrites, EIO)) ||
         (descriptor > 2 && fails(Fault::kInterrupted, EINTR));
}

bool syncing_fails(int descriptor) noexcept {
  return changing_fails(descriptor) || (is_planned(Fault::kSyncs) && is_file(descriptor) && fails(Fault::kSyncs, EIO));
}

bool writing_fails(int descriptor) noexcept {
  return changing_fails(descriptor) ||
         (is_planned(Fault::kConnections) && is_socket(descriptor) && fails(Fault::kConnections, ECONNRESET));
}

bool reading_fails(int descriptor) noexcept {
  return (is_planned(Fault::kDiskReads) && is_file(descriptor) && fails(Fault::kDiskReads, EIO)) ||
         (is_planned(Fault::kConnections) && is_socket(descriptor) && fails(Fault::kConnections, ECONNRESET)) ||
         (descriptor > 2 && fails(Fault::kInterrupted, EINTR));
}

bool opening_fails() noexcept { return fails(Fault::kDescriptors, EMFILE) || fails(Fault::kInterrupted, EINTR); }

bool is_shortened(Fault kind, int descriptor, std::size_t count) noexcept {
  return is_planned(kind) && count > 1 && (is_file(descriptor) || is_socket(descriptor)) && fails(kind);
}

std::size_t written_of(int descriptor, std::size_t count) noexcept {
  return is_shortened(Fault::kShortWrites, descriptor, count) ? count / 2 : count;
}

std::size_t read_of(int descriptor, std::size_t count) noexcept {
  return is_shortened(Fault::kShortReads, descriptor, count) ? count / 2 : count;
}

mode_t mode_of(int flags, va_list rest) noexcept {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? static_cast<mode_t>(va_arg(rest, int)) : 0;
}

}  // namespace

// Memory, and threads.
extern "C" {
void* malloc(std::size_t size) { return fails(Fault::kMemory, ENOMEM) ? nullptr : __libc_malloc(size); }
void* calloc(std::size_t count, std::size_t size) {
  return fails(Fault::kMemory, ENOMEM) ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) {
  return fails(Fault::kMemory, ENOMEM) ? nullptr : __libc_realloc(old, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return fails(Fault::kMemory, ENOMEM) ? nullptr : __libc_memalign(alignment, size);
}
int posix_memalign(void** to, std::size_t alignment, std::size_t size) {
  void* got = fails(Fault::kMemory) ? nullptr : __libc_memalign(alignment, size);
  if (got == nullptr) return ENOMEM;
  *to = got;
  return 0;
}
int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) {
  static auto* const real = next<int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*)>("pthread_create");
  return fails(Fault::kMemory) ? EAGAIN : real(thread, attributes, start, argument);
}

// What makes descriptors.
int open(const char* path, int flags, ...) {
  static auto* const real = next<int(const char*, int, ...)>("open");
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  return opening_fails() ? -1 : real(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  static auto* const real = next<int(const char*, int, ...)>("open64");
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  return opening_fails() ? -1 : real(path, flags, mode);
}
int openat(int folder, const char* path, int flags, ...) {
  static auto* const real = next<int(int, const char*, int, ...)>("openat");
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  return opening_fails() ? -1 : real(folder, path, flags, mode);
}
int mkostemp64(char* path, int flags) {
  static auto* const real = next<int(char*, int)>("mkostemp64");
  return opening_fails() ? -1 : real(path, flags);
}
int mkostemp(char* path, int flags) {
  static auto* const real = next<int(char*, int)>("mkostemp");
  return opening_fails() ? -1 : real(path, flags);
}
FILE* fopen(const char* path, const char* mode) {
  static auto* const real = next<FILE*(const char*, const char*)>("fopen");
  return opening_fails() ? nullptr : real(path, mode);
}
FILE* fopen64(const char* path, const char* mode) {
  static auto* const real = next<FILE*(const char*, const char*)>("fopen64");
  return opening_fails() ? nullptr : real(path, mode);
}
DIR* opendir(const char* path) {
  static auto* const real = next<DIR*(const char*)>("opendir");
  return opening_fails() ? nullptr : real(path);
}
int socket(int domain, int type, int protocol) noexcept {
  static auto* const real = next<int(int, int, int)>("socket");
  return fails(Fault::kDescriptors, EMFILE) ? -1 : real(domain, type, protocol);
}
int accept4(int listener, struct sockaddr* address, socklen_t* size, int flags) {
  static auto* const real = next<int(int, struct sockaddr*, socklen_t*, int)>("accept4");
  return opening_fails() ? -1 : real(listener, address, size, flags);
}
int epoll_create1(int flags) noexcept {
  static auto* const real = next<int(int)>("epoll_create1");
  return fails(Fault::kDescriptors, EMFILE) ? -1 : real(flags);
}
int eventfd(unsigned int initial, int flags) noexcept {
  static auto* const real = next<int(unsigned int, int)>("eventfd");
  return fails(Fault::kDescriptors, EMFILE) ? -1 : real(initial, flags);
}

// What changes files, and sends.
ssize_t write(int descriptor, const void* bytes, size_t count) {
  static auto* const real = next<ssize_t(int, const void*, size_t)>("write");
  return writing_fails(descriptor) ? -1 : real(descriptor, bytes, written_of(descriptor, count));
}
ssize_t writev(int descriptor, const struct iovec* parts, int count) {
  static auto* const real = next<ssize_t(int, const struct iovec*, int)>("writev");
  if (writing_fails(descriptor)) return -1;
  const std::size_t some = written_of(descriptor, static_cast<std::size_t>(count));
  return real(descriptor, parts, static_cast<int>(some));
}
ssize_t pwrite(int descriptor, const void* bytes, size_t count, off_t at) {
  static auto* const real = next<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  return writing_fails(descriptor) ? -1 : real(descriptor, bytes, written_of(descriptor, count), at);
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off64_t at) {
  static auto* const real = next<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
  return writing_fails(descriptor) ? -1 : real(descriptor, bytes, written_of(descriptor, count), at);
}
ssize_t send(int descriptor, const void* bytes, size_t count, int flags) {
  static auto* const real = next<ssize_t(int, const void*, size_t, int)>("send");
  return writing_fails(descriptor) ? -1 : real(descriptor, bytes, written_of(descriptor, count), flags);
}
ssize_t sendmsg(int descriptor, const struct msghdr* message, int flags) {
  static auto* const real = next<ssize_t(int, const struct msghdr*, int)>("sendmsg");
  return writing_fails(descriptor) ? -1 : real(descriptor, message, flags);
}
int fsync(int descriptor) {
  static auto* const real = next<int(int)>("fsync");
  return syncing_fails(descriptor) ? -1 : real(descriptor);
}
int fdatasync(int descriptor) {
  static auto* const real = next<int(int)>("fdatasync");
  return syncing_fails(descriptor) ? -1 : real(descriptor);
}
int ftruncate(int descriptor, off_t length) noexcept {
  static auto* const real = next<int(int, off_t)>("ftruncate");
  return changing_fails(descriptor) ? -1 : real(descriptor, length);
}
int ftruncate64(int descriptor, off64_t length) noexcept {
  static auto* const real = next<int(int, off64_t)>("ftruncate64");
  return changing_fails(descriptor) ? -1 : real(descriptor, length);
}
int posix_fallocate(int descriptor, off_t from, off_t length) {
  static auto* const real = next<int(int, off_t, off_t)>("posix_fallocate");
  return changing_fails(descriptor) ? errno : real(descriptor, from, length);
}
int posix_fallocate64(int descriptor, off64_t from, off64_t length) {
  static auto* const real = next<int(int, off64_t, off64_t)>("posix_fallocate64");
  return changing_fails(descriptor) ? errno : real(descriptor, from, length);
}

// What reads, and waits.
ssize_t read(int descriptor, void* into, size_t count) {
  static auto* const real = next<ssize_t(int, void*, size_t)>("read");
  return reading_fails(descriptor) ? -1 : real(descriptor, into, read_of(descriptor, count));
}
ssize_t pread(int descriptor, void* into, size_t count, off_t at) {
  static auto* const real = next<ssize_t(int, void*, size_t, off_t)>("pread");
  return reading_fails(descriptor) ? -1 : real(descriptor, into, read_of(descriptor, count), at);
}
ssize_t pread64(int descriptor, void* into, size_t count, off64_t at) {
  static auto* const real = next<ssize_t(int, void*, size_t, off64_t)>("pread64");
  return reading_fails(descriptor) ? -1 : real(descriptor, into, read_of(descriptor, count), at);
}
ssize_t recv(int descriptor, void* into, size_t count, int flags) {
  static auto* const real = next<ssize_t(int, void*, size_t, int)>("recv");
  return reading_fails(descriptor) ? -1 : real(descriptor, into, read_of(descriptor, count), flags);
}
int epoll_wait(int descriptor, struct epoll_event* events, int most, int timeout) {
  static auto* const real = next<int(int, struct epoll_event*, int, int)>("epoll_wait");
  return fails(Fault::kInterrupted, EINTR) ? -1 : real(descriptor, events, most, timeout);
}
int poll(struct pollfd* descriptors, nfds_t count, int timeout) {
  static auto* const real = next<int(struct pollfd*, nfds_t, int)>("poll");
  return fails(Fault::kInterrupted, EINTR) ? -1 : real(descriptors, count, timeout);
}
int flock(int descriptor, int operation) noexcept {
  static auto* const real = next<int(int, int)>("flock");
  return fails(Fault::kInterrupted, EINTR) ? -1 : real(descriptor, operation);
}
int close(int descriptor) {
  static auto* const real = next<int(int)>("close");
  const int result = real(descriptor);  // which Linux does in any case
  return result == 0 && descriptor > 2 && fails(Fault::kInterrupted, EINTR) ? -1 : result;
}
}  // extern "C"
