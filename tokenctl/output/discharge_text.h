#pragma once

#include <string>
#include <vector>

#include "libtoken/discharges.h"

namespace tokenctl {

using libtoken::Binding;
using libtoken::DischargeView;

/// `here as token 2, bound to this token as it stands; here as token 3, …`; "" if there is none.
[[nodiscard]] std::string describe(const std::vector<DischargeView>& discharges);

}  // namespace tokenctl
