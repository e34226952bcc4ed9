#include "output/output.h"

#include <cstdio>
#include <string>

#include "libtoken/json.h"

namespace tokenctl {

void remark(std::string_view text) {
  std::string line = "tokenctl: ";
  for (const char c : text) line += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void answer(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

std::string json_text(const libtoken::OrderedJson& json) {
  return json.dump(-1, ' ', true, libtoken::OrderedJson::error_handler_t::replace);
}

void answer_json(const libtoken::OrderedJson& json) { answer(json_text(json) + "\n"); }

bool flush_answer() { return std::fflush(stdout) == 0 && std::ferror(stdout) == 0; }

}  // namespace tokenctl
