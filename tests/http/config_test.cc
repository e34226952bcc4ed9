#include <sys/stat.h>

#include <fstream>
#include <string>
#include <vector>

#include "support/catch.h"
#include "world.h"

namespace {

support::RunResult run(std::vector<std::string> arguments, const support::Environment& environment = {}) {
  arguments.insert(arguments.begin(), TOKEND_PROGRAM);
  return support::Process(std::move(arguments), environment).wait();
}

support::RunResult check_config(std::vector<std::string> arguments, const support::Environment& environment = {}) {
  arguments.emplace_back("--check-config");
  return run(std::move(arguments), environment);
}

class File {
 public:
  explicit File(const std::string& text) { std::ofstream(path()) << text; }
  [[nodiscard]] std::string path() const { return directory_.path() / "tokend.toml"; }

 private:
  support::TempDir directory_;
};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("flags over environment over file over defaults", "[config]") {
  const File file("listen = \"127.0.0.1:3\"\nstore = \"sqlite:file.db\"\ndrain = \"3s\"\nlog-level = \"warn\"\n");
  const support::Environment variables{
      {"TOKEND_LISTEN", "127.0.0.1:2"}, {"TOKEND_STORE", "sqlite:env.db"}, {"TOKEND_DRAIN", ""}};
  const auto result = check_config({"--config", file.path(), "--listen", "127.0.0.1:1"}, variables);
  CHECK(result.exit_code == 0);
  CHECK(contains(result.out, "listen = \"127.0.0.1:1\"  # --listen\n"));
  CHECK(contains(result.out, "store = \"sqlite:env.db\"  # TOKEND_STORE\n"));
  CHECK(contains(result.out, "drain = \"3s\"  # " + file.path() + " line 3, drain\n"));
  CHECK(contains(result.out, "log-level = \"warn\""));
  CHECK(contains(result.out, "insecure-listen = false  # default\n"));

  const auto by_variable = check_config({}, {{"TOKEND_CONFIG", file.path()}});
  CHECK(contains(by_variable.out, "127.0.0.1:3"));
  const auto plain = check_config({});
  CHECK(plain.exit_code == 0);
  CHECK(contains(plain.out, "listen = \"127.0.0.1:8080\"  # default\n"));
}

TEST_CASE("what is in force can be read back as a file", "[config]") {
  const auto first = check_config({"--store", "sqlite:a \"b\"\\c.db", "--insecure-listen", "--kek-file", "k"});
  REQUIRE(first.exit_code == 0);
  const File file(first.out);
  const auto again = check_config({"--config", file.path()});
  CHECK(again.exit_code == 0);
  CHECK(contains(again.out, R"(store = "sqlite:a \"b\"\\c.db")"));
  CHECK(contains(again.out, "insecure-listen = true"));
  CHECK(contains(again.out, "kek-file = \"k\""));
}

TEST_CASE("a misspelt key, flag or value is a usage error that names it", "[config]") {
  const struct {
    const char* line;
    const char* named;
  } lines[] = {{"listne = \"127.0.0.1:1\"", "listne"},
               {"kek_file = \"x\"", "kek_file"},
               {"[tokend]\nlisten = \"127.0.0.1:1\"", "line 1"},
               {"listen = \"127.0.0.1:1\"\nlisten = \"127.0.0.1:1\"", "line 2"},
               {"drain = 10", "drain"},
               {"log-level = \"loud\"", "loud"},
               {"insecure-listen = \"yes\"", "yes"},
               {"store = \"postgres:x\"", "store"},
               {"config = \"x\"", "config"}};
  for (const auto& one : lines) {
    INFO(one.line);
    const File file(one.line);
    const auto result = check_config({"--config", file.path()});
    CHECK(result.exit_code == 2);
    CHECK(result.out.empty());
    CHECK(contains(result.err, one.named));
    CHECK(contains(result.err, file.path()));
  }
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"--listne", "x"},
                                             {"stray"},
                                             {"--listen"},
                                             {"--drain", "-1s"},
                                             {"--drain", "2h"},
                                             {"--drain", "61m"},
                                             {"--listen", "127.0.0.1"},
                                             {"--listen", ":8080"},
                                             {"--listen", "127.0.0.1:65536"},
                                             {"--listen", "127.0.0.1:x"},
                                             {"--listen", "::1:80"},
                                             {"--listen", "no.such.host.invalid:80"},
                                             {"--config", "/nowhere/tokend.toml"},
                                             {"--config", ""},
                                             {"--config", "/"},
                                             {"--store", "tokens.db"}}) {
    INFO(arguments.back());
    const auto result = check_config(arguments);
    CHECK(result.exit_code == 2);
    CHECK(result.err.rfind("tokend: ", 0) == 0);
  }
  CHECK(check_config({}, {{"TOKEND_INSECURE_LISTEN", "yes"}}).exit_code == 2);
  CHECK(contains(check_config({"--listne", "x"}).err, "unknown flag --listne; did you mean --listen?"));
  CHECK(contains(check_config({"--log-levle=info"}).err, "did you mean --log-level?"));
  const File misspelt("kek_file = \"x\"");
  CHECK(contains(check_config({"--config", misspelt.path()}).err, "\"kek_file\"; did you mean kek-file?"));
  CHECK(contains(check_config({}, {{"TOKEND_DRAIN", "soon"}}).err, "TOKEND_DRAIN"));
}

TEST_CASE("a settings file that is far too long, or whose keys are, is a usage error", "[config]") {
  std::string dots = "a";
  for (int i = 0; i < 100'000; ++i) dots += ".a";
  const std::string long_file = "# " + std::string(70'000, 'x') + "\n";
  for (const std::string& text : {dots + " = 1\n", "[" + dots + "]\n", long_file, "# " + std::string(9000, 'x')}) {
    const File file(text);
    const auto result = check_config({"--config", file.path()});
    CHECK(result.exit_code == 2);
    CHECK(contains(result.err, "longer than"));
  }
}

TEST_CASE("a file that need not end is not read: a device, a FIFO, a folder", "[config]") {
  const support::TempDir folder;
  const std::string fifo = folder.path() / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  for (const std::string& path : {std::string("/dev/zero"), fifo, folder.path().string()}) {
    INFO(path);
    const auto settings = check_config({"--config", path});
    CHECK(settings.exit_code == 2);
    CHECK(settings.err == "tokend: --config: cannot read the file " + path + ": it is not a regular file\n");
    World world;
    const auto tls =
        run({"--store", world.address.url, "--listen", "127.0.0.1:0", "--tls-cert", path, "--tls-key", path});
    CHECK(tls.exit_code == 3);
    CHECK(tls.err == "tokend: the TLS certificate " + path + " cannot be used: it is not a regular file\n");
  }
}

TEST_CASE("plain HTTP leaves the machine only on purpose", "[config]") {
  for (const char* address : {"0.0.0.0:0", "[::]:0", "192.0.2.1:80", "[::ffff:192.0.2.1]:80"}) {
    INFO(address);
    const auto refused = check_config({"--listen", address});
    CHECK(refused.exit_code == 2);
    CHECK(contains(refused.err, "--insecure-listen"));
    CHECK(check_config({"--listen", address, "--insecure-listen"}).exit_code == 0);
    CHECK(check_config({"--listen", address}, {{"TOKEND_INSECURE_LISTEN", "true"}}).exit_code == 0);
    CHECK(check_config({"--listen", address}, {{"TOKEND_INSECURE_LISTEN", "false"}}).exit_code == 2);
  }
  for (const char* address : {"127.0.0.1:0", "127.8.9.10:0", "[::1]:0", "localhost:0"}) {
    INFO(address);
    CHECK(check_config({"--listen", address}).exit_code == 0);
  }
}

TEST_CASE("it listens where it says", "[config]") {
  const World world;
  for (const char* address : {"[::1]:0", "localhost:0"}) {
    support::Daemon daemon(TOKEND_PROGRAM, {"--listen", address, "--store", world.address.url});
    const bool ipv6 = contains(daemon.url(), "[::1]");
    CHECK(ipv6 == (address[0] == '['));
    support::HttpConnection connection(daemon.port(), ipv6);
    connection.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(connection.receive()->status == 200);
  }
}

TEST_CASE("what it cannot start with is exit 3", "[config]") {
  const World world;
  const auto no_store = run({"--listen", "127.0.0.1:0", "--store", "sqlite:" + world.file() + ".none"});
  CHECK(no_store.exit_code == 3);
  CHECK(contains(no_store.err, world.file() + ".none"));
  CHECK(no_store.out.empty());

  const auto no_key =
      run({"--listen", "127.0.0.1:0", "--store", world.address.url, "--kek-file", world.file() + ".none"});
  CHECK(no_key.exit_code == 3);
  CHECK(contains(no_key.err, world.file() + ".none"));

  const support::Daemon daemon = start_tokend(world);
  const auto taken = run({"--listen", "127.0.0.1:" + std::to_string(daemon.port()), "--store", world.address.url});
  CHECK(taken.exit_code == 3);
  CHECK(contains(taken.err, "cannot listen on 127.0.0.1:"));
}

TEST_CASE("help and version go to stdout", "[config]") {
  const auto help = run({"--help"});
  CHECK(help.exit_code == 0);
  for (const char* name : {"--listen", "--store", "--kek-file", "--config", "--check-config", "--insecure-listen",
                           "--drain", "--log-level", "TOKEND_LISTEN"}) {
    CHECK(contains(help.out, name));
  }
  CHECK(run({"--version"}).exit_code == 0);
}

TEST_CASE("a variable that looks like a setting and is none is remarked on", "[config]") {
  const World world;
  const support::Daemon daemon(TOKEND_PROGRAM, {"--listen", "127.0.0.1:0", "--store", world.address.url},
                               {{"TOKEND_LISTNE", "x"}, {"TOKEND_SERVICE_HOST", "10.0.0.1"}});
  CHECK(daemon.logs("TOKEND_LISTNE in the environment is not a setting of tokend; did you mean TOKEND_LISTEN?"));
  CHECK(daemon.logs("TOKEND_SERVICE_HOST in the environment is not a setting of tokend\n"));
}
