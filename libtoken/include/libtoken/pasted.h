#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace libtoken {

/// What does not belong to a token, and stands around it or in it.
enum class PastedWith : std::uint8_t {
  kUtf16,           ///< the text is UTF-16
  kByteOrderMark,   ///< U+FEFF at the text's beginning
  kInvisible,       ///< no-break spaces, zero-width characters
  kHeaderName,      ///< `Authorization:`
  kVariable,        ///< `FLY_API_TOKEN=`, `export X=`
  kQuotes,          ///< quotation marks of any kind
  kJson,            ///< a JSON document
  kPercent,         ///< percent-encoding
  kWhiteSpace,      ///< white space or line breaks inside a token, or between the tokens of one header
  kSpaceForPlus,    ///< spaces where + was
  kSeveralHeaders,  ///< two or more complete tokens, each with a scheme or header of its own
  kBase64Url,       ///< - and _ in place of + and /
  kLostPadding,     ///< the = at the end is missing
  kTrailingComma,   ///< a comma, and what followed it is missing
  kOtherText,       ///< any other text
};

/// What a text is that is no token of the format fm2.
enum class PastedOther : std::uint8_t {
  kJwt,
  kOldFly,          ///< fo1_, fm1r_, fm1a_
  kLibmacaroonsV1,  ///< the libmacaroons library's format 1, binary or in base64
  kLibmacaroonsV2,  ///< its format 2, binary, in base64, or as JSON
  kVault,           ///< hvs. and others of HashiCorp Vault
  kGitHub,          ///< ghp_, gho_, ghu_, ghs_, ghr_, github_pat_
  kGitLab,          ///< glpat- and others
  kBiscuit,         ///< a biscuit of version 2 or newer, in base64
  kPem,             ///< a PEM block, as keys and certificates are
  kHtml,            ///< an HTML page
  kTokenId,         ///< a token's id
};

/// What a text is that stands where a token should.
struct Pasted {
  enum class Kind : std::uint8_t {
    kUnknown,        ///< nothing that is known
    kToken,          ///< one header: its macaroons are whole, or it is one that Bundle::parse() takes as it is
    kHalfToken,      ///< the end of a token is missing
    kSeveralTokens,  ///< different tokens in different places, of which one would have to be chosen
    kOther,          ///< see `other`
  };

  Kind kind = Kind::kUnknown;
  std::string header;                ///< kToken: what Bundle::parse() takes. Secret
  std::vector<PastedWith> with;      ///< kToken, kHalfToken: each at most once, in the order of the enum
  std::size_t complete = 0;          ///< kToken: how many whole tokens stand in the text
  std::size_t different = 0;         ///< kToken: how many of them are in the header: with kSeveralHeaders each once
  std::size_t white_space = 0;       ///< how many characters of white space were in the token
  std::uint64_t missing_bytes = 0;   ///< kHalfToken: at least so many; 0 where that is not known
  std::optional<PastedOther> other;  ///< for kOther
};

/// The longest text that is looked at. Nothing is known of a longer one.
inline constexpr std::size_t kMaxPastedBytes = std::size_t{8} << 20;

/// Looks at a text of any bytes that stands where a token should, and at what surrounds the token in it. A token is
/// taken out of its surroundings only if all of it decodes as a macaroon. The work is linear in the text's length.
[[nodiscard]] Pasted look_at_pasted(std::string_view text);

/// `in quotes and behind a byte order mark`; "" if there is nothing.
[[nodiscard]] std::string describe(const std::vector<PastedWith>& with);

/// What is to be said about a text that is not accepted as a token, as a sentence without its stop that repeats nothing
/// of the text; "" for kUnknown, and for a token without surroundings.
[[nodiscard]] std::string describe(const Pasted& pasted);

}  // namespace libtoken
