#include <algorithm>
#include <string>

#include "libtoken/pasted.h"

namespace libtoken {
namespace {

/// How the token stands in the text.
const char* words_of(PastedWith with) {
  switch (with) {
    case PastedWith::kUtf16: return "in UTF-16";
    case PastedWith::kByteOrderMark: return "behind a byte order mark";
    case PastedWith::kInvisible: return "with no-break spaces or invisible characters";
    case PastedWith::kHeaderName: return "behind the header's name";
    case PastedWith::kVariable: return "behind a variable's name";
    case PastedWith::kQuotes: return "in quotes";
    case PastedWith::kJson: return "in a JSON document";
    case PastedWith::kPercent: return "percent-encoded";
    case PastedWith::kWhiteSpace: return "with white space or line breaks inside";
    case PastedWith::kSpaceForPlus: return "with spaces in place of +";
    case PastedWith::kSeveralHeaders: return "beside others";
    case PastedWith::kBase64Url: return "in base64url, with - and _ in place of + and /";
    case PastedWith::kLostPadding: return "without the = at its end";
    case PastedWith::kTrailingComma: return "with a comma at its end, so that what followed is missing";
    case PastedWith::kOtherText: return "with other text around it";
  }
  return "";
}

const char* name_of(PastedOther other) {
  switch (other) {
    case PastedOther::kJwt: return "a JWT (JSON Web Token)";
    case PastedOther::kOldFly: return "an old token of Fly.io (fm1r_, fm1a_ or fo1_)";
    case PastedOther::kLibmacaroonsV1: return "a macaroon of libmacaroons' format 1";
    case PastedOther::kLibmacaroonsV2: return "a macaroon of libmacaroons' format 2";
    case PastedOther::kVault: return "a HashiCorp Vault token";
    case PastedOther::kGitHub: return "a GitHub token";
    case PastedOther::kGitLab: return "a GitLab token";
    case PastedOther::kBiscuit: return "a biscuit";
    case PastedOther::kPem: return "a PEM block, as keys and certificates are";
    case PastedOther::kHtml: return "an HTML page";
    case PastedOther::kTokenId: return "the id of a token";
  }
  return "";
}

}  // namespace

std::string describe(const std::vector<PastedWith>& with) {
  std::string text;
  for (std::size_t i = 0; i < with.size(); ++i) {
    if (i != 0) text += i + 1 == with.size() ? " and " : ", ";
    text += words_of(with[i]);
  }
  return text;
}

namespace {

bool has_several(const Pasted& pasted) {
  return std::find(pasted.with.begin(), pasted.with.end(), PastedWith::kSeveralHeaders) != pasted.with.end();
}

std::string describe_several(const Pasted& pasted) {
  std::vector<PastedWith> others = pasted.with;
  std::erase(others, PastedWith::kSeveralHeaders);
  const std::string around = others.empty() ? "" : ", " + describe(others);
  const std::string count = std::to_string(pasted.complete);
  if (pasted.different == 1) return "this is the same token " + count + " times" + around + ": give it once";
  return "these are " + count + " complete tokens" + around +
         ": give one of them, or all of them behind one scheme, with commas between them";
}

}  // namespace

std::string describe(const Pasted& pasted) {
  switch (pasted.kind) {
    case Pasted::Kind::kUnknown: return "";
    case Pasted::Kind::kToken:
      if (pasted.with.empty()) return "";
      if (has_several(pasted)) return describe_several(pasted);
      return "this is a token " + describe(pasted.with) + ": give it exactly as it was made";
    case Pasted::Kind::kHalfToken: {
      std::string text = "this is half a token";
      if (!pasted.with.empty()) text += " " + describe(pasted.with);
      if (pasted.missing_bytes == 0) return text;
      return text + ": at least " + std::to_string(pasted.missing_bytes) +
             (pasted.missing_bytes == 1 ? " byte of it is missing" : " bytes of it are missing");
    }
    case Pasted::Kind::kSeveralTokens: return "there are several tokens in this text: give one of them";
    case Pasted::Kind::kOther: return std::string("this is ") + name_of(*pasted.other) + ", and no fm2 token";
  }
  return "";
}

}  // namespace libtoken
