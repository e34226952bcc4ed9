#include "authority/judge/question_json.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "authority/judge/plain_json.h"
#include "authority/registry/labels.h"

namespace libtoken::authority {
namespace {

using json = Json;
using Outcome = std::optional<RequestProblem>;

constexpr std::size_t kMaxCommandWords = 1024;

/// The fields of an access that are a plain text (FORMAT.md §6).
struct TextField {
  const char* name;
  std::optional<std::string_view> Access::*member;
};
constexpr std::array<TextField, 11> kTextFields{{
    {"feature", &Access::feature},
    {"storage_object", &Access::storage_object},
    {"app_feature", &Access::app_feature},
    {"machine", &Access::machine},
    {"volume", &Access::volume},
    {"machine_feature", &Access::machine_feature},
    {"cluster", &Access::cluster},
    {"mutation", &Access::mutation},
    {"source_machine", &Access::source_machine},
    {"source_app", &Access::source_app},
    {"source_organization", &Access::source_organization},
}};

// `; did you mean write?` for the words of an action that are none.
std::string did_you_mean_action(std::string_view words) {
  const std::vector<std::string> known = action_words();
  std::vector<std::string> meant;
  for (std::string_view rest = words.substr(0, 100); !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find(','));
    if (word.size() > 1 && std::find(known.begin(), known.end(), word) == known.end()) {
      const auto nearest = nearest_names(word, known);
      if (!nearest.empty()) meant.push_back(nearest.front());
    }
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  }
  return did_you_mean(meant);
}

}  // namespace

struct ParsedQuestion::Reader {
  ParsedQuestion& to;

  static Outcome read_ref(const json& value, const std::string& field, ResourceRef& ref) {
    std::variant<std::string_view, std::uint64_t> read;
    if (auto problem = read_name_or_id(value, field, read)) return problem;
    std::visit([&](const auto& name_or_id) { ref = name_or_id; }, read);
    return std::nullopt;
  }

  [[nodiscard]] Outcome read_action(const json& value) const {
    if (!value.is_string())
      return bad_field("access.action",
                       "a string is wanted: letters out of r, w, c, d and C, or words such as read,write.");
    const auto action = parse_action(letters_of_actions(value.get_ref<const std::string&>()));
    if (!action) {
      return bad_field("access.action", action.error().message + ", or words such as read,write" +
                                            did_you_mean_action(value.get_ref<const std::string&>()) + ".");
    }
    if (*action == kNoAction) {
      return bad_field("access.action", "it is empty, and a question without an action is no question.");
    }
    to.rest_.action = *action;
    return std::nullopt;
  }

  [[nodiscard]] Outcome read_command(const json& value) const {
    if (!value.is_array()) return bad_field("access.command", "a list of strings is wanted.");
    if (value.size() > kMaxCommandWords) {
      return bad_field("access.command", "at most " + std::to_string(kMaxCommandWords) + " words are read.");
    }
    to.command_.resize(value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (auto problem = read_text(value[i], "access.command[" + std::to_string(i) + "]", to.command_[i])) {
        return problem;
      }
    }
    to.rest_.command.emplace();
    return std::nullopt;
  }

  [[nodiscard]] Outcome read_access_field(const std::string& name, const json& value) const {
    if (name == "org") return read_ref(value, "access.org", to.org_);
    if (name == "app") return read_ref(value, "access.app", to.app_);
    if (name == "action") return read_action(value);
    if (name == "command") return read_command(value);
    if (name == "now") return RequestProblem{"unknown_field", "access.now: the daemon's clock is its own."};
    for (const TextField& field : kTextFields) {
      if (name == field.name) return read_text(value, "access." + name, (to.rest_.*field.member).emplace());
    }
    std::vector<std::string> known{"org", "app", "action", "command"};
    for (const TextField& field : kTextFields) known.emplace_back(field.name);
    return unknown_field("access.", name, known);
  }

  /// The question as most clients write it, in one pass and without a tree. False if it is of another kind or is wrong;
  /// what was read until then means nothing.
  [[nodiscard]] bool read_plain(std::string_view body) const {
    PlainJson json(body);
    bool has_access = false;
    if (!json.take('{')) return false;
    do {
      const auto name = json.take_string();
      if (!name || !json.take(':')) return false;
      if (*name == "authorization" && !to.authorization_) {
        to.authorization_ = json.take_string();
        if (!to.authorization_) return false;
      } else if (*name == "access" && !std::exchange(has_access, true)) {
        if (!read_plain_access(json)) return false;
      } else {
        return false;
      }
    } while (json.take(','));
    return json.take('}') && json.at_end() && has_access;
  }

  [[nodiscard]] bool read_plain_access(PlainJson& json) const {
    if (!json.take('{')) return false;
    do {
      const auto name = json.take_string();
      if (!name || !json.take(':')) return false;
      if (*name == "org" || *name == "app") {
        ResourceRef& ref = *name == "org" ? to.org_ : to.app_;
        if (!std::holds_alternative<std::monostate>(ref) || !read_plain_ref(json, ref)) return false;
        continue;
      }
      const auto text = json.take_string();
      if (!text || text->size() > kMaxRequestTextBytes) return false;
      if (*name == "action") {
        const auto action = parse_action(*text);
        if (to.rest_.action != kNoAction || !action || *action == kNoAction) return false;
        to.rest_.action = *action;
        continue;
      }
      const auto field =
          std::find_if(kTextFields.begin(), kTextFields.end(), [&](const TextField& one) { return *name == one.name; });
      if (field == kTextFields.end()) return false;
      auto& value = to.rest_.*field->member;
      if (value) return false;
      value = text;
    } while (json.take(','));
    return json.take('}') && to.rest_.action != kNoAction;
  }

  static bool read_plain_ref(PlainJson& json, ResourceRef& ref) {
    if (json.sees('"')) {
      const auto text = json.take_string();
      if (!text || text->size() > kMaxRequestTextBytes) return false;
      ref = *text;
      return true;
    }
    const auto id = json.take_number();
    if (!id || !is_valid_id(*id)) return false;
    ref = *id;
    return true;
  }

  [[nodiscard]] Outcome read_access(const json& access) const {
    if (!access.is_object()) return bad_field("access", "an object is wanted.");
    for (const auto& [name, value] : access.items()) {
      if (auto problem = read_access_field(name, value)) return problem;
    }
    if (!access.contains("action")) {
      return missing_field("access.action is missing, and a question without an action is no question.");
    }
    return std::nullopt;
  }

  [[nodiscard]] Outcome read(const json& body) const {
    for (const auto& [name, value] : body.items()) {
      if (name == "now") return RequestProblem{"unknown_field", "now: the daemon's clock is its own."};
      if (name != "authorization" && name != "access") return unknown_field("", name, {"authorization", "access"});
    }
    if (const auto token = body.find("authorization"); token != body.end()) {
      if (!token->is_string()) return bad_field("authorization", "a string is wanted.");
      to.authorization_ = token->get_ref<const std::string&>();
    }
    const auto access = body.find("access");
    if (access == body.end()) return missing_field("access is missing: what is it that shall be done?");
    return read_access(*access);
  }
};

tl::expected<ParsedQuestion, RequestProblem> ParsedQuestion::parse(std::string_view body) {
  ParsedQuestion plain;
  if (Reader{plain}.read_plain(body)) return plain;
  // Escapes, non-ASCII text, commands, and everything that is wrong: the strict parser says what and where.
  auto tree = read_object(body);
  if (!tree) return tl::unexpected(std::move(tree.error()));
  ParsedQuestion request;
  request.tree_ = std::make_shared<const json>(std::move(*tree));
  if (auto problem = Reader{request}.read(*request.tree_)) return tl::unexpected(std::move(*problem));
  return request;
}

Question ParsedQuestion::question(std::string_view authorization) const noexcept {
  Question question{authorization, org_, app_, rest_};
  if (rest_.command) question.rest.command = std::span<const std::string_view>(command_);
  return question;
}

}  // namespace libtoken::authority
