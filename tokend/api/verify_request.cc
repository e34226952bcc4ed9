#include "api/verify_request.h"

#include <algorithm>
#include <array>
#include <utility>

#include "authority/registry/registry.h"
#include "libtoken/caveat_json.h"
#include "libtoken/text.h"
#include "api/plain_json.h"

namespace tokend {
namespace {

using libtoken::Access;
using libtoken::authority::ResourceRef;
using json = libtoken::Json;
using Outcome = std::optional<RequestProblem>;

constexpr std::size_t kMaxTextBytes = 4096;
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

RequestProblem bad_field(const std::string& field, const std::string& why) { return {"bad_field", field + ": " + why}; }

RequestProblem unknown_field(const std::string& prefix, const std::string& name) {
  return {"unknown_field", "there is no field " + prefix + libtoken::escape_untrusted(name, 100) + "."};
}

Outcome read_text(const json& value, const std::string& field, std::string_view& text) {
  if (!value.is_string()) return bad_field(field, "a string is wanted.");
  text = value.get_ref<const std::string&>();
  if (text.size() > kMaxTextBytes) {
    return bad_field(field, "at most " + std::to_string(kMaxTextBytes) + " bytes are read.");
  }
  return std::nullopt;
}

}  // namespace

struct VerifyRequest::Reader {
  VerifyRequest& to;

  static Outcome read_ref(const json& value, const std::string& field, ResourceRef& ref) {
    if (value.is_string()) return read_text(value, field, ref.emplace<std::string_view>());
    if (value.is_number_unsigned() && libtoken::authority::is_valid_id(value.get<std::uint64_t>())) {
      ref = value.get<std::uint64_t>();
      return std::nullopt;
    }
    return bad_field(field, value.is_number() ? "an id is a whole number from 1 to 9007199254740991."
                                              : "a name in quotes, or an id as a number, is wanted.");
  }

  [[nodiscard]] Outcome read_action(const json& value) const {
    if (!value.is_string()) return bad_field("access.action", "a string of the letters r, w, c, d and C is wanted.");
    const auto action = libtoken::parse_action(value.get_ref<const std::string&>());
    if (!action) return bad_field("access.action", action.error().message + ".");
    if (*action == libtoken::kNoAction) {
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
    return unknown_field("access.", name);
  }

  /// The question as most clients write it, in one pass and without a tree. False: it is not of that kind, or not good;
  /// what was read then means nothing.
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
      if (!text || text->size() > kMaxTextBytes) return false;
      if (*name == "action") {
        const auto action = libtoken::parse_action(*text);
        if (to.rest_.action != libtoken::kNoAction || !action || *action == libtoken::kNoAction) return false;
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
    return json.take('}') && to.rest_.action != libtoken::kNoAction;
  }

  static bool read_plain_ref(PlainJson& json, ResourceRef& ref) {
    if (json.sees('"')) {
      const auto text = json.take_string();
      if (!text || text->size() > kMaxTextBytes) return false;
      ref = *text;
      return true;
    }
    const auto id = json.take_number();
    if (!id || !libtoken::authority::is_valid_id(*id)) return false;
    ref = *id;
    return true;
  }

  [[nodiscard]] Outcome read_access(const json& access) const {
    if (!access.is_object()) return bad_field("access", "an object is wanted.");
    for (const auto& [name, value] : access.items()) {
      if (auto problem = read_access_field(name, value)) return problem;
    }
    if (!access.contains("action")) {
      return RequestProblem{"missing_field",
                            "access.action is missing, and a question without an action is no question."};
    }
    return std::nullopt;
  }

  [[nodiscard]] Outcome read(const json& body) const {
    if (!body.is_object()) return RequestProblem{"bad_json", "The body must be a JSON object."};
    for (const auto& [name, value] : body.items()) {
      if (name == "now") return RequestProblem{"unknown_field", "now: the daemon's clock is its own."};
      if (name != "authorization" && name != "access") return unknown_field("", name);
    }
    if (const auto token = body.find("authorization"); token != body.end()) {
      if (!token->is_string()) return bad_field("authorization", "a string is wanted.");
      to.authorization_ = token->get_ref<const std::string&>();
    }
    const auto access = body.find("access");
    if (access == body.end())
      return RequestProblem{"missing_field", "access is missing: what is it that shall be done?"};
    return read_access(*access);
  }
};

tl::expected<VerifyRequest, RequestProblem> VerifyRequest::parse(std::string_view body) {
  VerifyRequest plain;
  if (Reader{plain}.read_plain(body)) return plain;
  // Escapes, other scripts, commands, and everything that is wrong: the strict parser says what and where.
  auto tree = libtoken::parse_json(body);
  if (!tree) {
    return tl::unexpected(RequestProblem{"bad_json", "The body is not good JSON: " + tree.error().message + "."});
  }
  VerifyRequest request;
  request.tree_ = std::make_shared<const json>(std::move(*tree));
  if (auto problem = Reader{request}.read(*request.tree_)) return tl::unexpected(std::move(*problem));
  return request;
}

libtoken::authority::Question VerifyRequest::question(std::string_view authorization) const noexcept {
  libtoken::authority::Question question{authorization, org_, app_, rest_};
  if (rest_.command) question.rest.command = std::span<const std::string_view>(command_);
  return question;
}

}  // namespace tokend
