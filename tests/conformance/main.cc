// conformance DIR: runs every vector file in DIR. A line per file, the names of the cases that fail; exit 1 if any
// fails, 2 if a file is missing, empty or unreadable.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "conformance.h"

namespace {

namespace fs = std::filesystem;
using conformance::json;

struct FileKind {
  const char* stem;
  conformance::RunCase run;
};
constexpr FileKind kKinds[] = {
    {"header", conformance::run_header}, {"codec", conformance::run_codec},   {"attenuate", conformance::run_attenuate},
    {"verify", conformance::run_verify}, {"ticket", conformance::run_ticket}, {"discharge", conformance::run_discharge},
    {"edges", conformance::run_edges},
};

// A file's kind is the word it begins with: `edges.json`, `edges-more.json`.
const FileKind* kind_of(const fs::path& file) {
  if (file.extension() != ".json") return nullptr;
  const std::string stem = file.stem().string();
  for (const FileKind& kind : kKinds)
    if (stem.substr(0, stem.find('-')) == kind.stem) return &kind;
  return nullptr;
}

std::string run_guarded(const FileKind& kind, const json& one) {
  try {
    return kind.run(one);
  } catch (const std::exception& problem) {
    return problem.what();
  }
}

int run_file(const fs::path& file, const FileKind& kind) {
  std::ifstream in(file);
  const json cases = json::parse(in, nullptr, /*allow_exceptions=*/false);
  if (!cases.is_array() || cases.empty()) {
    std::cerr << file.filename().string() << ": no cases in it\n";
    return 2;
  }
  std::size_t passed = 0;
  std::vector<std::string> failures;
  for (const json& one : cases) {
    const std::string problem = run_guarded(kind, one);
    if (problem.empty())
      ++passed;
    else
      failures.push_back((one.contains("name") ? one["name"].dump() : "a case without a name") + ": " + problem);
  }
  std::cout << file.filename().string() << ": " << passed << " passed, " << failures.size() << " failed\n";
  for (const std::string& failure : failures) std::cout << "  " << failure << '\n';
  return failures.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: conformance DIR\n";
    return 2;
  }
  std::error_code error;
  std::map<fs::path, const FileKind*> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(argv[1], error))
    if (const FileKind* kind = kind_of(entry.path())) files[entry.path()] = kind;
  int worst = 0;
  if (error) {
    std::cerr << argv[1] << ": " << error.message() << '\n';
    worst = 2;
  }
  for (const FileKind& kind : kKinds) {
    const fs::path expected = fs::path(argv[1]) / (std::string(kind.stem) + ".json");
    if (files.count(expected) != 0) continue;
    std::cerr << expected.filename().string() << ": missing\n";
    worst = 2;
  }
  for (const auto& [file, kind] : files) worst = std::max(worst, run_file(file, *kind));
  return worst;
}
