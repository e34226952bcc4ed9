// A backup of which bytes were changed: the input says where, and what stands there then. It restores to a store
// without fault, or is refused.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "authority/keys/restore.h"
#include "authority/store/backup.h"
#include "rebuild.h"
#include "support/store_readers.h"

namespace {

using namespace libtoken::authority;

class ChangedBackup {
 public:
  ChangedBackup() {
    folder_ = "/dev/shm/fuzz-backup-XXXXXX";
    if (::mkdtemp(folder_.data()) == nullptr) {
      folder_ = "/tmp/fuzz-backup-XXXXXX";
      fuzz::must(::mkdtemp(folder_.data()) != nullptr, "no folder for files");
    }
    const StoreAddress address{"sqlite:" + folder_ + "/tokens.db", std::nullopt};
    (void)support::fill_example(address);
    auto store = Store::open(address);
    fuzz::must(store && backup_store(*store, folder_ + "/backup", support::kExampleTime), "no backup");
    std::ifstream in(folder_ + "/backup", std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(in), {});
    file_ = ::open((folder_ + "/backup").c_str(), O_RDWR | O_CLOEXEC);
    fuzz::must(file_ >= 0 && !bytes_.empty(), "the backup cannot be changed");
  }
  ~ChangedBackup() {
    ::close(file_);
    for (const char* name : {"/tokens.db", "/tokens.db.kek", "/backup"}) ::unlink((folder_ + name).c_str());
    ::rmdir(folder_.c_str());
  }
  ChangedBackup(const ChangedBackup&) = delete;
  ChangedBackup& operator=(const ChangedBackup&) = delete;

  void check(libtoken::ByteView changes) {
    struct Change {
      std::size_t at;
      char was;
    };
    std::vector<Change> done;
    for (; changes.size() >= 4; changes = changes.subspan(4)) {
      const std::size_t at =
          (changes[0] * std::size_t{65536} + changes[1] * std::size_t{256} + changes[2]) % bytes_.size();
      done.push_back({at, bytes_[at]});
      write(at, static_cast<char>(changes[3]));
    }
    const StoreAddress address{"sqlite:" + folder_ + "/none.db", folder_ + "/tokens.db.kek"};
    const auto plan = plan_restore(folder_ + "/backup", address, std::nullopt);
    if (!plan) fuzz::must(!plan.error().message.empty(), "an error without a sentence");
    for (auto one = done.rbegin(); one != done.rend(); ++one) write(one->at, one->was);
  }

 private:
  void write(std::size_t at, char byte) {
    bytes_[at] = byte;
    fuzz::must(::pwrite(file_, &byte, 1, static_cast<off_t>(at)) == 1, "the backup cannot be changed");
  }

  std::string folder_;
  std::vector<char> bytes_;
  int file_ = -1;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static ChangedBackup backup;
  if (size <= 256) backup.check({data, size});
  return 0;
}
