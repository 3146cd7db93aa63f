// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cohorts/ramp_curve.h"

#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"
#include "common/statistics/event_table.h"
#include "common/statistics/survival.h"
#include "services/analytics/cohorts/ramp_numbers.h"

namespace plumbline::analytics::cohorts {
namespace {

// The share that has reached it after each interval. The curve ends where all have, or nobody else
// is observed any more.
std::vector<RampPoint> SharesOf(const statistics::EventTable& times,
                                absl::Span<const statistics::SurvivalStep> curve,
                                const RampQuestion& question) {
  const auto rows = times.rows();
  const double last = times.longest();
  const bool open_to_the_last = !rows.empty() && rows.back().censored > 0;
  int64_t open = times.size() - times.happened();  // and observed for as long
  std::vector<RampPoint> points;
  size_t step = 0, row = 0;
  for (size_t i = 0; i < question.intervals; ++i) {
    const double time = TimeOf(question, i);
    if (time > last && open_to_the_last) break;
    while (step < curve.size() && curve[step].time <= time) ++step;
    for (; row < rows.size() && rows[row].time < time; ++row) open -= rows[row].censored;
    RampPoint point;
    point.observed = times.happened() + open;
    point.value = step == 0 ? 0 : 1 - curve[step - 1].survival;
    if (step > 0) {
      const auto band = statistics::BandOf(curve[step - 1], question.confidence);
      if (band.has_value()) {
        point.lower = 1 - band->upper;
        point.upper = 1 - band->lower;
      }
    }
    points.push_back(point);
    if (time >= last) break;
  }
  return points;
}

}  // namespace

std::vector<size_t> LargestGroups(const std::vector<int64_t>& sizes, size_t most,
                                  RampCurves* curves) {
  std::vector<size_t> kept;
  for (size_t g = 0; g < sizes.size(); ++g) {
    if (sizes[g] > 0) kept.push_back(g);
  }
  std::stable_sort(kept.begin(), kept.end(),
                   [&](size_t a, size_t b) { return sizes[a] > sizes[b]; });
  for (size_t i = most; i < kept.size(); ++i) {
    ++curves->omitted_groups;
    curves->omitted_cases += sizes[kept[i]];
  }
  kept.resize(std::min(kept.size(), most));
  std::sort(kept.begin(), kept.end());
  return kept;
}

Question QuestionOf(const RampQuestion& question) {
  return {question.from, question.measure.activity, question.grouping, question.between};
}

absl::StatusOr<RampCurves> DrawShares(std::vector<Group> groups, const RampQuestion& question,
                                      absl::FunctionRef<absl::Status()> keep_on) {
  std::vector<int64_t> sizes;
  for (const Group& group : groups) sizes.push_back(static_cast<int64_t>(group.observed.size()));
  RampCurves curves;
  for (const size_t g : LargestGroups(sizes, question.max_groups, &curves)) {
    RETURN_IF_ERROR(keep_on());
    Group& group = groups[g];
    ASSIGN_OR_RETURN(const statistics::EventTable times, TableOf(&group.observed, keep_on));
    const auto survival = statistics::KaplanMeier(times);
    RampCurve curve{.title = group.title,
                    .cases = sizes[g],
                    .left_out = group.without_from,
                    .ended_without = group.ended_without,
                    .points = SharesOf(times, survival, question)};
    for (const double share : question.shares) {
      const auto reached = statistics::EstimateQuantile(survival, share, question.confidence);
      curve.targets.push_back({share, reached.time, reached.lower, reached.upper});
    }
    curves.curves.push_back(std::move(curve));
  }
  return curves;
}

absl::StatusOr<RampCurves> DrawRamp(const Traces& traces, const RampQuestion& question,
                                    absl::FunctionRef<absl::Status()> keep_on) {
  if (question.measure.kind != RampMeasure::Kind::kReached)
    return DrawNumbers(traces, question, keep_on);
  ASSIGN_OR_RETURN(std::vector<Group> groups, Observe(traces, QuestionOf(question), keep_on));
  return DrawShares(std::move(groups), question, keep_on);
}

}  // namespace plumbline::analytics::cohorts
