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

// Until when a history whose last entry is `last` is left alone, for it goes on being told; nullopt
// if it was told when it happened.
inline std::optional<absl::Time> RestsUntil(const HistoryEntry& last) {
  if (last.record_time - last.occur_time <= kClockTolerance) return std::nullopt;
  return last.record_time + kRestAfterLateNews;
}

// When something was recorded, if that was after the fact.
inline std::optional<absl::Time> LateTime(const Occurrence& when) {
  if (when.record_time - when.occur_time <= kClockTolerance) return std::nullopt;
  return when.record_time;
}

// Whether the history of a run goes on being told after the fact.
inline bool Rests(const Run& run, absl::Time now) {
  return run.late_time.has_value() && now < *run.late_time + kRestAfterLateNews;
}

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_LATE_NEWS_H_
