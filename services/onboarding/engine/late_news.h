// SPDX-License-Identifier: Apache-2.0
//
// Histories that are told after the fact, and what the service writes into them by itself.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_LATE_NEWS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_LATE_NEWS_H_

#include <optional>

#include "absl/time/time.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/ladders.h"
#include "services/onboarding/engine/occur_time.h"

namespace plumbline::onboarding {

// Whether something was told after the fact.
inline bool IsLateNews(absl::Time occur_time, absl::Time record_time) {
  return record_time - occur_time > kClockTolerance;
}

// When the latest of what was told after the fact was recorded, by what it was before (`until_now`)
// and what is recorded now. What happens in time between says nothing of whether more is to come:
// it is forgotten once the history has rested.
inline std::optional<absl::Time> LateTimeAfter(const std::optional<absl::Time>& until_now,
                                               const Occurrence& when) {
  if (IsLateNews(when.occur_time, when.record_time)) return when.record_time;
  const bool rests = until_now.has_value() && when.record_time < *until_now + kRestAfterLateNews;
  return rests ? until_now : std::nullopt;
}

// Until when the history of a run is left alone, for it goes on being told; InfinitePast if it was
// told when it happened. Escalations rest so long. Programs rest only until something that concerns
// them is told as it happens: somebody waits for them.
inline absl::Time RestsUntil(const Run& run) {
  return run.late_time.has_value() ? *run.late_time + kRestAfterLateNews : absl::InfinitePast();
}
inline bool Rests(const Run& run, absl::Time now) { return now < RestsUntil(run); }

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_LATE_NEWS_H_
