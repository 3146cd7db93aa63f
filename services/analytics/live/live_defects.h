// SPDX-License-Identifier: Apache-2.0
//
// Yield and Pareto charts of all of a log.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_DEFECTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_DEFECTS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/defects/log_yield.h"
#include "services/analytics/defects/quality_pareto.h"
#include "services/analytics/live/live_sums.h"

namespace plumbline::analytics {

class LiveYield : public LiveSums {
 public:
  LiveYield(DefectOptions options, std::vector<std::string> map_transitions)
      : options_(std::move(options)), map_transitions_(std::move(map_transitions)) {}

  absl::Status Change(const LiveCases& cases, int sign, KeepOn keep_on) override;
  int64_t memory_bytes() const override;
  int64_t answer_bytes() const override { return memory_bytes(); }

  // As MeasureYield. O(activities log activities).
  absl::StatusOr<LogYield> Answer(const LiveWhole& whole, int64_t opportunities_per_case) const;

 private:
  const DefectOptions options_;
  const std::vector<std::string> map_transitions_;
  YieldSums sums_;  // activities by the builder's numbers
};

class LivePareto : public LiveSums {
 public:
  LivePareto(QualityParetoOptions options, std::vector<std::string> map_transitions)
      : options_(std::move(options)), map_transitions_(std::move(map_transitions)) {}

  absl::Status Change(const LiveCases& cases, int sign, KeepOn keep_on) override;
  int64_t memory_bytes() const override;
  int64_t answer_bytes() const override { return 2 * memory_bytes(); }

  // As MakeQualityPareto. O(bars log bars).
  absl::StatusOr<QualityPareto> Answer(const LiveWhole& whole) const;

 private:
  const QualityParetoOptions options_;
  const std::vector<std::string> map_transitions_;
  ParetoSums sums_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_DEFECTS_H_
