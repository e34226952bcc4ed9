#include "conformance.h"

namespace conformance {

OwnedAccess::OwnedAccess(const json& fields) {
  using Text = std::optional<std::string_view> libtoken::Access::*;
  static const std::map<std::string, Text> kTexts = {
      {"feature", &libtoken::Access::feature},
      {"storage_object", &libtoken::Access::storage_object},
      {"app_feature", &libtoken::Access::app_feature},
      {"machine", &libtoken::Access::machine},
      {"volume", &libtoken::Access::volume},
      {"machine_feature", &libtoken::Access::machine_feature},
      {"cluster", &libtoken::Access::cluster},
      {"mutation", &libtoken::Access::mutation},
      {"source_machine", &libtoken::Access::source_machine},
      {"source_app", &libtoken::Access::source_app},
      {"source_organization", &libtoken::Access::source_organization},
  };
  for (const auto& [name, field] : fields.items()) {
    if (const auto text = kTexts.find(name); text != kTexts.end()) {
      access.*text->second = texts_[name] = field.get<std::string>();
    } else if (name == "action") {
      access.action = value(libtoken::parse_action(field.get<std::string>()));
    } else if (name == "now") {
      access.now_unix_s = field.get<std::int64_t>();
    } else if (name == "org") {
      access.org = field.get<std::uint64_t>();
    } else if (name == "app") {
      access.app = field.get<std::uint64_t>();
    } else if (name == "command") {
      command_texts_ = field.get<std::vector<std::string>>();
      command_.assign(command_texts_.begin(), command_texts_.end());
      access.command = command_;
    } else {
      throw std::runtime_error("unknown field of an access: " + name);
    }
  }
}

}  // namespace conformance
