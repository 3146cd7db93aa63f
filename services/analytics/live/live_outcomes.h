// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_OUTCOMES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_OUTCOMES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/analytics/filter/own_events.h"
#include "services/analytics/live/condition_notes.h"
#include "services/analytics/live/live_sums.h"
#include "services/analytics/live/sorted_bag.h"
#include "services/analytics/objectives/outcomes.h"

namespace plumbline::analytics {

// The outcomes of an objective in all of a log.
class LiveOutcomes : public LiveSums {
 public:
  // Whether an objective is a matter of each case alone; of others nothing is kept.
  static bool Keeps(const objectives::Measure& measure) {
    return measure.kind != objectives::MeasureKind::kCondition || IsByOwnEvents(measure.condition);
  }

  LiveOutcomes(objectives::Measure measure, std::vector<std::string> map_transitions)
      : measure_(std::move(measure)), map_transitions_(std::move(map_transitions)) {}

  absl::Status Change(const LiveCases& cases, int sign, KeepOn keep_on) override;
  void Settle() override;
  int64_t memory_bytes() const override;
  int64_t answer_bytes() const override { return 4 * memory_bytes(); }

  // As ReadOutcomes. O(outcomes).
  objectives::Outcomes Answer(const LiveWhole& whole);

 private:
  const objectives::Measure measure_;
  const std::vector<std::string> map_transitions_;
  ConditionNotes notes_{measure_.condition};
  SortedBag<int64_t> good_, bad_, begins_, is_over_;
  SortedBag<std::pair<int64_t, int64_t>> over_, failed_;
  int64_t left_out_ = 0;
  std::optional<int64_t> told_count_;
  objectives::Found activity_, from_activity_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_OUTCOMES_H_
