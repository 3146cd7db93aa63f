// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/time_text.h"

#include "absl/strings/str_cat.h"

namespace plumbline::onboarding {

std::string TimeText(absl::Time time, const calendar::Calendar& calendar) {
  return absl::StrCat(absl::FormatTime("%a %Y-%m-%d %H:%M ", time, calendar.zone()),
                      calendar.zone().name());
}

}  // namespace plumbline::onboarding
