#include "requests/denial_log.h"

#include <algorithm>
#include <string>

#include "authority/store/label_text.h"
#include "libtoken/text.h"

namespace tokend {

void log_denial(spdlog::logger& log, const libtoken::authority::Decision& decision, const Peer& peer) {
  constexpr std::size_t kMost = 8;  // a header of 64 bad parts has many reasons
  std::string codes;
  std::string notes;
  for (std::size_t i = 0; i < std::min(decision.reasons.size(), kMost); ++i) {
    const libtoken::authority::Reason& reason = decision.reasons[i];
    codes += (i == 0 ? "" : ",") + std::string(to_string(reason.code));
    if (!reason.log_note.empty()) notes += (notes.empty() ? "" : "; ") + reason.log_note;
  }
  if (decision.reasons.size() > kMost) codes += ",…";
  std::string line = "denied token=" + (decision.token ? to_string(*decision.token) : std::string("-")) +
                     " peer=" + peer.to_string() + " codes=" + codes;
  if (!notes.empty()) line += " note=\"" + libtoken::escape_untrusted(notes, 400) + "\"";
  // What is said of a caveat; what is said of a header that is no token has the client's own words.
  if (!decision.reasons.empty() && !decision.reasons.front().caveat_type.empty()) {
    const std::string& why = decision.reasons.front().message;
    const bool may_be_logged = !libtoken::authority::holds_token(why);
    line += " why=\"" + (may_be_logged ? libtoken::escape_untrusted(why, 400) : std::string("(a token)")) + "\"";
  }
  log.info("{}", line);
}

}  // namespace tokend
