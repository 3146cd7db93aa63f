// SPDX-License-Identifier: Apache-2.0
//
// Ramp curves of numbers, of all of a log.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_RAMP_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_RAMP_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/analytics/cohorts/ramp_numbers.h"
#include "services/analytics/live/came_to.h"
#include "services/analytics/live/live_sums.h"
#include "services/analytics/live/sorted_bag.h"

namespace plumbline::analytics {

class LiveRamp : public LiveSums {
 public:
  // `question`, not of kReached, but for its activities, which are names here, "" for none.
  LiveRamp(cohorts::RampQuestion question, std::string from, std::string activity,
           std::vector<std::string> map_transitions)
      : question_(std::move(question)),
        from_(std::move(from)),
        activity_(std::move(activity)),
        map_transitions_(std::move(map_transitions)) {}

  absl::Status Change(const LiveCases& cases, int sign, KeepOn keep_on) override;
  void Settle() override;
  bool CanAnswer() const override { return from_cases_.any() && until_cases_.any(); }
  int64_t memory_bytes() const override;
  int64_t answer_bytes() const override;

  // As DrawRamp, but for the last digits of means; FIELD_INVALID as there. O(stretches).
  absl::StatusOr<cohorts::RampCurves> Answer(const LiveWhole& whole, KeepOn keep_on);

 private:
  struct ByValue {
    static constexpr bool kKeepsRoom = false;
    static bool Before(const cohorts::RampStretch& a, const cohorts::RampStretch& b) {
      return cohorts::RampStretch::Before(a, b);
    }
    static void Sort(std::vector<cohorts::RampStretch>* stretches) {
      std::sort(stretches->begin(), stretches->end(), Before);
    }
  };
  struct Sums {
    SortedBag<cohorts::RampStretch, ByValue> stretches;
    int64_t cases = 0, left_out = 0;
  };

  // Numbers of activities are the builder's, and never change.
  absl::Status FindActivities(const std::vector<std::string>& names);

  cohorts::RampQuestion question_;
  const std::string from_, activity_;
  const std::vector<std::string> map_transitions_;
  CameTo from_cases_, until_cases_;
  std::map<std::pair<int64_t, std::string>, Sums> groups_;  // by order and title
  int64_t stretches_ = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_RAMP_H_
