#include "authority/judge/reasons.h"

#include <utility>

#include "authority/judge/caveat_words.h"
#include "libtoken/pasted.h"
#include "libtoken/text.h"
#include "libtoken/times.h"

namespace libtoken::authority {
namespace {

constexpr const char* kBadSignature = "The signature is wrong: the token was changed, or was not made here.";
constexpr const char* kUnknownKey = "No key here has the key id that the token names: it was made elsewhere.";

std::string sentence(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  }
  if (!text.ends_with('.')) text += '.';
  return text;
}

// The parts of a Reason that follow from a Refusal.
struct ReasonText {
  ReasonCode code;
  std::string message;
  std::string log_note;
};

std::string truncated_message(const Refusal& refusal) {
  std::string message = "This is half a token";
  if (refusal.missing_bytes != 0) {
    message += ": at least " + std::to_string(refusal.missing_bytes) +
               (refusal.missing_bytes == 1 ? " byte of it is" : " bytes of it are") + " missing";
  }
  return message + ".";
}

std::string discharge_message(const Refusal& refusal) {
  return "The token needs a discharge from " + escape_untrusted(refusal.third_party, 200) + ", and " + refusal.what +
         ".";
}

ReasonText text_of_refusal(const Refusal& refusal) {
  switch (refusal.kind) {
    case ErrorKind::kTruncated: return {ReasonCode::kTruncated, truncated_message(refusal), ""};
    case ErrorKind::kTooLarge: return {ReasonCode::kTooLarge, sentence(refusal.what), ""};
    case ErrorKind::kWrongLocation: return {ReasonCode::kWrongLocation, sentence(refusal.what), ""};
    case ErrorKind::kUnknownKey: return {ReasonCode::kUnknownKey, kUnknownKey, ""};
    case ErrorKind::kBadSignature: return {ReasonCode::kBadSignature, kBadSignature, refusal.what};
    case ErrorKind::kMissingDischarge: return {ReasonCode::kMissingDischarge, discharge_message(refusal), ""};
    case ErrorKind::kMalformed:
    case ErrorKind::kFinalized:
    case ErrorKind::kRepeatedThirdParty:
    case ErrorKind::kMisplacedAttestation:
    case ErrorKind::kUnreachableElse:
    case ErrorKind::kInvalidArgument:
    case ErrorKind::kBadKey:
    case ErrorKind::kNotFound:
    case ErrorKind::kAlreadyExists:
    case ErrorKind::kStoreUnavailable:
    case ErrorKind::kStoreFull:
    case ErrorKind::kUnusableStore:
    case ErrorKind::kUnusableKeyFile:
    case ErrorKind::kClock:
    case ErrorKind::kConflict:
    case ErrorKind::kRevoked:
    case ErrorKind::kLimit: break;
  }
  return {ReasonCode::kMalformed, sentence(refusal.what), ""};
}

// For a header that is no list of tokens: what it is instead.
void say_what_it_is(std::string_view header, ReasonText& text) {
  const Pasted pasted = look_at_pasted(header);
  if (pasted.kind == Pasted::Kind::kHalfToken) text.code = ReasonCode::kTruncated;
  if (pasted.kind == Pasted::Kind::kOther) text.code = ReasonCode::kMalformed;
  if (std::string what = describe(pasted); !what.empty()) text.message = sentence(std::move(what));
}

std::string type_name(CaveatType type) {
  const std::string_view name = name_of(type);
  return name.empty() ? std::to_string(static_cast<std::uint64_t>(type)) : std::string(name);
}

// Where a caveat stands: in the token itself, or in one of its discharges.
struct Place {
  std::size_t part;
  std::size_t index;
  const MacaroonView* discharge = nullptr;
};

Place place_of(const VerifiedToken& token, const Caveat* caveat) {
  const auto index_in = [&](std::span<const Caveat> list) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < list.size(); ++i)
      if (&list[i] == caveat) return i;
    return std::nullopt;
  };
  if (const auto index = index_in(token.own_caveats())) return {token.part(), *index, nullptr};
  for (const UsedDischarge& used : token.discharges())
    if (const auto index = index_in(used.macaroon->unverified_caveats)) return {used.part, *index, used.macaroon};
  return {token.part(), 0, nullptr};
}

}  // namespace

Reason reason_of(const Refusal& refusal, std::string_view header) {
  ReasonText text = text_of_refusal(refusal);
  const bool unreadable = refusal.kind == ErrorKind::kMalformed || refusal.kind == ErrorKind::kTruncated;
  if (refusal.part == Refusal::kWholeHeader && unreadable) say_what_it_is(header, text);
  Reason reason = reason_about_all(text.code, std::move(text.message));
  reason.log_note = std::move(text.log_note);
  if (refusal.part != Refusal::kWholeHeader) reason.part = refusal.part;
  return reason;
}

Reason reason_about_all(ReasonCode code, std::string message) {
  Reason reason;
  reason.code = code;
  reason.message = std::move(message);
  return reason;
}

Reason reason_about(const VerifiedToken& token, ReasonCode code, std::string message) {
  Reason reason = reason_about_all(code, std::move(message));
  reason.part = token.part();
  return reason;
}

Reason time_reason(const VerifiedToken& token, const TimeFault& fault) {
  const Caveat& caveat = *token.caveats()[fault.caveat];
  const Place place = place_of(token, &caveat);
  const bool ended = fault.kind == TimeFault::Kind::kEnded;
  std::string type = type_name(caveat.type);
  const std::string by = std::to_string(place.index + 1) + " (" + type + ")";
  const std::string at = (ended ? " ended at " : " begins at ") + to_rfc3339(fault.unix_s);
  std::string message;
  if (place.discharge == nullptr) {
    message = "The token" + at + ", says its caveat " + by + ".";
  } else {
    message = "The discharge from " + escape_untrusted(place.discharge->location, 200) + at + ", says its caveat " +
              by + (ended ? ": fetch a new one." : ".");
  }
  Reason reason = reason_about_all(ended ? ReasonCode::kExpired : ReasonCode::kNotYetValid, std::move(message));
  reason.part = place.part;
  reason.time_unix_s = fault.unix_s;
  reason.caveat_index = place.index;
  reason.caveat_type = std::move(type);
  reason.verdict = Verdict::kUnauthorized;
  return reason;
}

Reason caveat_reason(const VerifiedToken& token, std::size_t index, Verdict verdict, const AskedAccess& asked) {
  const Caveat& caveat = *token.caveats()[index];
  const Place place = place_of(token, &caveat);
  std::string type = type_name(caveat.type);
  const std::string whose =
      place.discharge == nullptr ? "" : " of the discharge from " + escape_untrusted(place.discharge->location, 200);
  Reason reason =
      reason_about_all(ReasonCode::kCaveat, "Caveat " + std::to_string(place.index + 1) + " (" + type + ")" + whose +
                                                " " + verdict_words(caveat, verdict, asked) + ".");
  reason.part = place.part;
  reason.caveat_index = place.index;
  reason.caveat_type = std::move(type);
  reason.verdict = verdict;
  return reason;
}

}  // namespace libtoken::authority
