// A settings file: settings that can be written and read again, or an error that names a line.
#include "libtoken/bytes.h"
#include "rebuild.h"
#include "settings/settings_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto settings = tokend::parse_settings_file(libtoken::text_of({data, size}));
  if (!settings) {
    for (const char c : settings.error().message) fuzz::must(c < 0 || c >= ' ', "an error that cannot be shown");
    return 0;
  }
  for (const auto& [key, setting] : *settings) {
    fuzz::must(setting.line > 0 && setting.value.find('\0') == std::string::npos, "a setting of no line, or with NUL");
    const auto again = tokend::parse_settings_file("key = " + tokend::quote_toml(setting.value));
    fuzz::must(again && again->at("key").value == setting.value, "a value does not survive being written");
  }
  return 0;
}
