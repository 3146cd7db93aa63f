// SPDX-License-Identifier: Apache-2.0
//
// Two parts of a log side by side.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REPORT_COMPARISON_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REPORT_COMPARISON_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/mining/case_pieces.h"
#include "services/analytics/mining/process_map.h"
#include "services/analytics/mining/step_times.h"
#include "services/analytics/mining/variants.h"

namespace plumbline::analytics {

// What is measured of a part. Activities have the numbers of the whole log.
struct SegmentFigures {
  ProcessMap map;
  Distribution case_duration;
  int64_t open_case_count = 0;
  std::vector<Variant> variants;
  std::vector<StepTime> steps;
};
// `variants` are of `traces`; durations of cases, waits and times of steps are counted by `between`
// (empty = wall clock). An error of `keep_on`, which is asked every few milliseconds, ends it.
// O(rows) expected.
absl::StatusOr<SegmentFigures> MeasureSegment(const Traces& traces, const Variants& variants,
                                              const std::vector<std::string>& map_transitions,
                                              const TimeBetween& between, KeepOn keep_on);

// Occurrences and cases in both parts. Shares are of the cases of a part with events that count.
struct CountPair {
  int64_t first = 0, second = 0;
  int64_t first_cases = 0, second_cases = 0;
  double first_share = 0, second_share = 0;
  double difference() const { return second_share - first_share; }
};

struct ActivityPair {
  uint32_t activity = 0;
  CountPair counts;
};
struct EdgePair {
  uint32_t from = 0, to = 0;
  CountPair counts;
  Distribution first_wait, second_wait;
};
struct VariantPair {
  std::vector<uint32_t> activities;
  CountPair counts;
};
struct StepPair {
  uint32_t activity = 0;
  StepTime first, second;
  double seconds_per_case_difference = 0;
};

// See CompareSegmentsResponse in segment_service.proto.
struct Comparison {
  std::vector<ActivityPair> activities;
  std::vector<EdgePair> edges;
  std::vector<VariantPair> variants;
  std::vector<StepPair> steps;
  int64_t common_variant_count = 0;
};
// O(n log n) in the entries of both.
Comparison Compare(const SegmentFigures& first, const SegmentFigures& second);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REPORT_COMPARISON_H_
