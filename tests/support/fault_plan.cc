#include "fault_plan.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace support {

FaultPlan::FaultPlan() {
  const int file = ::open((folder_.path() / "plan").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  void* mapped = MAP_FAILED;
  if (file >= 0 && ::ftruncate(file, sizeof *page_) == 0) {
    mapped = ::mmap(nullptr, sizeof *page_, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  }
  ::close(file);
  if (mapped == MAP_FAILED) throw std::runtime_error("no memory can be shared");
  page_ = static_cast<FaultPage*>(mapped);
}

FaultPlan::~FaultPlan() { ::munmap(page_, sizeof *page_); }

void FaultPlan::start(Fault fault, std::uint64_t at, std::uint64_t in_a_row, std::uint32_t one_in) {
  page_->fault = Fault::kNone;
  page_->at = at;
  page_->in_a_row = in_a_row;
  page_->one_in = one_in;
  page_->calls = 0;
  page_->failed = 0;
  page_->fault = fault;
}

void FaultPlan::fail_nth(Fault fault, std::uint64_t n, std::uint64_t in_a_row) { start(fault, n, in_a_row, 0); }
void FaultPlan::fail_one_in(Fault fault, std::uint32_t number) { start(fault, 0, 0, number); }

std::uint64_t FaultPlan::stop() {
  page_->fault = Fault::kNone;
  return page_->failed;
}

Environment FaultPlan::environment() const {
  return {{"LD_PRELOAD", FAILING_CALLS}, {"FAULT_PLAN", (folder_.path() / "plan").string()}};
}

std::string FaultPlan::trace() const {
  std::ifstream file(folder_.path() / "plan.trace");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace support
