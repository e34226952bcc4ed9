#include "daemon.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace support {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> environment_for(const Environment& added) {
  std::vector<std::string> all;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    if (std::string(*entry).rfind("TOKEND_", 0) != 0) all.emplace_back(*entry);
  }
  for (const auto& [name, value] : added) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

TempDir::TempDir() {
  std::string name = (std::filesystem::temp_directory_path() / "tokend-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Process::Process(std::vector<std::string> command, const Environment& environment) {
  std::vector<std::string> variables = environment_for(environment);
  const std::string out = directory_.path() / "out";
  const std::string err = directory_.path() / "err";
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int failed = ::posix_spawn(&pid_, command.front().c_str(), &actions, nullptr, pointers_to(command).data(),
                                   pointers_to(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + command.front());
}

Process::~Process() {
  if (!running()) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, &status_, 0);
}

void Process::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

bool Process::running() {
  if (pid_ > 0 && ::waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = -1;
  return pid_ > 0;
}

RunResult Process::wait(std::chrono::milliseconds patience) {
  if (!eventually([this] { return !running(); }, patience)) throw std::runtime_error("it does not end: " + err());
  return {WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_), out(), err()};
}

std::string Process::out() const { return read_file(directory_.path() / "out"); }
std::string Process::err() const { return read_file(directory_.path() / "err"); }

namespace {
std::vector<std::string> with_program(std::string program, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), std::move(program));
  return arguments;
}
}  // namespace

Daemon::Daemon(std::string program, std::vector<std::string> arguments, const Environment& environment)
    : process_(with_program(std::move(program), std::move(arguments)), environment) {
  const auto announced = [this] { return process_.out().find('\n') != std::string::npos || !process_.running(); };
  const bool came = eventually(announced, std::chrono::seconds(30));
  const std::string line = process_.out();
  static const std::string kBefore = "tokend listening on ";
  if (!came || line.rfind(kBefore, 0) != 0) throw std::runtime_error("tokend is not ready: " + line + process_.err());
  url_ = line.substr(kBefore.size(), line.size() - kBefore.size() - 1);
  // The first of several, if it has one.
  const std::string first = url_.substr(0, url_.find(','));
  if (first.rfind("unix:", 0) != 0) port_ = std::stoi(first.substr(first.rfind(':') + 1));
}

bool Daemon::logs(const std::string& text) const {
  return eventually([&] { return log().find(text) != std::string::npos; }, std::chrono::seconds(5));
}

void sleep_for_a_poll() { std::this_thread::sleep_for(std::chrono::milliseconds(10)); }

std::vector<std::string> without_usage_limits(std::vector<std::string> arguments) {
  for (const char* limit : {"--mints-per-org", "--mints-per-token", "--lists-per-org", "--lists-per-token",
                            "--live-per-org", "--live-per-token", "--daily-mints-per-org", "--daily-mints-per-token"}) {
    arguments.insert(arguments.end(), {limit, "none"});
  }
  return arguments;
}

}  // namespace support
