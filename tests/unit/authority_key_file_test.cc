#include <sys/stat.h>
#include <sys/types.h>

#include <vector>

#include "authority_support.h"

using namespace authority_test;

TEST_CASE("every fault of the key file is named, and so is what to do") {
  const TemporaryFolder folder;
  const fs::path kek = folder / "tokens.db.kek";
  { REQUIRE(Store::init(address_of(folder / "tokens.db"), kDefaultLocation)); }
  const std::string good = content_of(kek);
  const auto check_refused = [&](const std::string& said) {
    const std::string store_before = content_of(folder / "tokens.db");
    const std::string message = error_of(Store::open(address_of(folder / "tokens.db")), ErrorKind::kUnusableKeyFile);
    INFO(message);
    CHECK(contains(message, kek.native()));
    CHECK(contains(message, said));
    CHECK_FALSE(contains(message, good.substr(13, 20)));
    CHECK(content_of(folder / "tokens.db") == store_before);
  };

  SECTION("missing") {
    fs::remove(kek);
    check_refused("missing");
    CHECK_FALSE(fs::exists(kek));
  }
  SECTION("a folder") {
    fs::remove(kek);
    fs::create_directory(kek);
    check_refused("not a regular file");
  }
  SECTION("a FIFO, which must not be waited on") {
    fs::remove(kek);
    REQUIRE(::mkfifo(kek.c_str(), 0600) == 0);
    check_refused("not a regular file");
  }
  SECTION("open to others") {
    const auto mode = GENERATE(as<::mode_t>{}, 0620, 0604, 0602, 0660, 0644, 0666);
    REQUIRE(::chmod(kek.c_str(), mode) == 0);
    check_refused("chmod 600 " + kek.native());
    CHECK(mode_of(kek) == mode);
  }
  SECTION("readable by its group is a way to give it to a daemon") {
    REQUIRE(::chmod(kek.c_str(), GENERATE(as<::mode_t>{}, 0640, 0600, 0400, 0440)) == 0);
    CHECK(Store::open(address_of(folder / "tokens.db")));
  }
  SECTION("of a wrong form") {
    std::vector<std::string> bad = {"",
                                    "\n",
                                    good.substr(0, good.size() - 3),
                                    good + "\n",
                                    " " + good,
                                    good.substr(13),
                                    "tokens-kek-2:" + good.substr(13),
                                    "tokens-kek-1:" + std::string(43, 'A') + "=\n",  // all zeros
                                    "tokens-kek-1:AAAA\n",
                                    good + std::string(1000, 'x')};
    for (const auto& content : bad) {
      CAPTURE(content);
      write_file(kek, content);
      check_refused("does not hold key-encryption keys");
    }
    write_file(kek, good);
    CHECK(Store::open(address_of(folder / "tokens.db")));
  }
  SECTION("another store's, though this store has no keys yet") {
    { REQUIRE(Store::init(address_of(folder / "other.db"), kDefaultLocation)); }
    write_file(kek, content_of(folder / "other.db.kek"));
    check_refused("is not the one");
    write_file(kek, good);
    CHECK(Store::open(address_of(folder / "tokens.db")));
  }
}
