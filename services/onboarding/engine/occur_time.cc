// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/occur_time.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"

namespace plumbline::onboarding {
namespace {

// To the second: nobody types more.
std::string Text(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

}  // namespace

absl::StatusOr<absl::Time> OccurTime(std::optional<absl::Time> given, absl::Time now,
                                     std::optional<absl::Time> last, bool may_backdate) {
  if (!given.has_value()) {
    absl::Time time = absl::FromUnixMicros(absl::ToUnixMicros(now));
    return last.has_value() ? std::max(time, *last) : time;
  }
  absl::Time time = absl::FromUnixMicros(absl::ToUnixMicros(*given));
  if (time < now - kClockTolerance && !may_backdate) {
    return base::Error(base::Reason::ERROR_REASON_BACKDATING_DENIED,
                       absl::StrCat("`occur_time` ", Text(time),
                                    " lies more than a minute in the past; leave it "
                                    "out, or ask for the permission onboarding.backdate"))
        .With("permission", "onboarding.backdate");
  }
  if (time > now + kClockTolerance) {
    return base::Error(base::Reason::ERROR_REASON_TIME_OUT_OF_ORDER,
                       absl::StrCat("`occur_time` ", Text(time), " lies in the future; it is ",
                                    Text(now), " now: leave it out or set it to what was"))
        .With("now", Text(now));
  }
  if (last.has_value() && time < *last) {
    return base::Error(base::Reason::ERROR_REASON_TIME_OUT_OF_ORDER,
                       absl::StrCat("`occur_time` ", Text(time),
                                    " lies before the latest entry of "
                                    "the history, ",
                                    Text(*last), "; give that time or a later one"))
        .With("latest", Text(*last));
  }
  return time;
}

}  // namespace plumbline::onboarding
