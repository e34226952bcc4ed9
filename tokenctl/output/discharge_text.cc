#include "output/discharge_text.h"

namespace tokenctl {

std::string describe(const std::vector<DischargeView>& discharges) {
  std::string text;
  for (const DischargeView& discharge : discharges) {
    text += (text.empty() ? "here as token " : "; here as token ") + std::to_string(discharge.part + 1);
    switch (discharge.binding) {
      case Binding::kNone: break;
      case Binding::kAsItStands: text += ", bound to this token as it stands"; break;
      case Binding::kOther: text += ", bound to an earlier form of this token or to another one"; break;
    }
  }
  return text;
}

}  // namespace tokenctl
