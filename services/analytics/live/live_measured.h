// SPDX-License-Identifier: Apache-2.0
//
// What charts and capability are made from, of all of a log.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_MEASURED_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_MEASURED_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "services/analytics/charting/measures.h"
#include "services/analytics/filter/own_events.h"
#include "services/analytics/live/condition_notes.h"
#include "services/analytics/live/live_sums.h"

namespace plumbline::analytics {

class LiveMeasured : public LiveSums {
 public:
  // Whether a measure is a matter of each case alone; of others nothing is kept.
  static bool Keeps(const MeasureSpec& spec) {
    return spec.kind != MeasureKind::kCasesWithCondition || IsByOwnEvents(spec.condition);
  }

  LiveMeasured(MeasureSpec spec, std::vector<std::string> map_transitions)
      : spec_(std::move(spec)), map_transitions_(std::move(map_transitions)) {}

  absl::Status Change(const LiveCases& cases, int sign, KeepOn keep_on) override;
  void Settle() override;
  int64_t memory_bytes() const override;
  int64_t answer_bytes() const override;

  // As MeasureLog, but that cases have the builder's numbers; valid until the next Change.
  // O(values).
  const Measured& Answer(const LiveWhole& whole);

 private:
  // Takes the changes into `measured_`.
  void Fold(const LiveWhole& whole);
  // Drops what is out of `added_`.
  void Compact();

  const MeasureSpec spec_;
  const std::vector<std::string> map_transitions_;
  ConditionNotes notes_{spec_.condition};
  uint32_t activity_ = kNoText;       // the builder's number
  Measured measured_;                 // its values as of the last answer, in their order
  std::vector<MeasuredValue> added_;  // since then
  // Cases that were taken out since then: their values in `measured_` are out, and those in
  // `added_` before this place.
  absl::flat_hash_map<uint32_t, size_t> gone_;
  size_t out_ = 0;  // values that were taken out since `added_` was compacted last
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_MEASURED_H_
