// Counts this program's allocations: an allowed decision must make none once the scratch is warm.
#include <cstdlib>
#include <new>

#include "authority_support.h"

namespace {
thread_local std::size_t allocations = 0;

void* allocate(std::size_t size) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}

void* allocate_or_throw(std::size_t size) {
  if (void* memory = allocate(size)) return memory;
  throw std::bad_alloc();
}
}  // namespace

void* operator new(std::size_t size) { return allocate_or_throw(size); }
void* operator new[](std::size_t size) { return allocate_or_throw(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

using namespace authority_test;

TEST_CASE("an allowed decision allocates nothing once warm") {
  ExampleStore example;
  MintRequest request;
  request.org = std::string("arcadia-prod");
  request.not_after_unix_s = kNow + 3600;
  const std::string readonly = value_of(mint(example.store, request, kAnn, kNow)).header;
  request.profile = Profile::kDeploy;
  request.app = std::string("arcadia-prod-api");
  const std::string deploy = value_of(mint(example.store, request, kAnn, kNow)).header;
  const std::string both = readonly + "," + deploy.substr(deploy.find(' ') + 1);

  const Judge judge(value_of(Snapshot::load(example.store)));
  VerifierScratch scratch;
  for (const std::string* header : {&readonly, &deploy, &both}) {
    Question question{*header, "arcadia-prod", "arcadia-prod-api", {}};
    question.rest.action = kRead;
    REQUIRE(judge.decide(question, kNow, scratch)->allowed);
    const std::size_t before = allocations;
    const bool allowed = judge.decide(question, kNow, scratch)->allowed;
    const std::size_t made = allocations - before;
    CHECK(allowed);
    CHECK(made == 0);
  }

  // The counter counts.
  Question refused{readonly, "arcadia-prod", {}, {}};
  refused.rest.action = kWrite;
  const std::size_t before = allocations;
  CHECK_FALSE(judge.decide(refused, kNow, scratch)->allowed);
  CHECK(allocations > before);
}
