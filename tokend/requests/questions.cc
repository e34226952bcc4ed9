#include "requests/questions.h"

namespace tokend {

using libtoken::authority::Question;

Question about_org(std::string_view authorization, std::uint64_t org, libtoken::ActionMask action) {
  Question question;
  question.authorization = authorization;
  question.org = org;
  question.rest.action = action;
  question.rest.feature = "tokens";
  return question;
}

Question about_app(std::string_view authorization, std::uint64_t org, std::uint64_t app, libtoken::ActionMask action) {
  Question question;
  question.authorization = authorization;
  question.org = org;
  question.app = app;
  question.rest.action = action;
  question.rest.app_feature = "tokens";
  return question;
}

}  // namespace tokend
