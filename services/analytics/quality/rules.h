// SPDX-License-Identifier: Apache-2.0
//
// Patterns of points that hardly come by chance: the rules of the Western Electric handbook (1956)
// and of Nelson (1984). Pure functions.
//
// A rule names the point that completes its pattern, and each one after it while the pattern lasts.
// Of "k of m beyond a zone" the named point is beyond it itself, and is the m-th or later. All
// comparisons are strict: a point on a line is not beyond it, one on the centre line is on no side.
// Zones are those of each point (ChartPoint.sigma), so that charts with limits that vary have them
// too. Charts of counts are apt for kBeyond3Sigma, kNineOneSide (kEightOneSide), kSixTrend and
// kFourteenAlternating; the zone rules assume that the statistic is nearly normal.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_QUALITY_RULES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_QUALITY_RULES_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "services/analytics/quality/control_chart.h"

namespace plumbline::analytics::quality {

enum class Rule {
  kBeyond3Sigma,         // Western Electric 1, Nelson 1: beyond the limits of the point
  kTwoOfThreeBeyond2,    // Western Electric 2, Nelson 5: on one side
  kFourOfFiveBeyond1,    // Western Electric 3, Nelson 6: on one side
  kEightOneSide,         // Western Electric 4
  kNineOneSide,          // Nelson 2
  kSixTrend,             // Nelson 3: each above the one before, or each below it
  kFourteenAlternating,  // Nelson 4: up and down in turns
  kFifteenWithin1,       // Nelson 7: on the line counts as within
  kEightOutside1,        // Nelson 8: outside of it, and on both sides
};

// The indices at which the rule speaks, ascending. O(points).
std::vector<size_t> PointsOf(Rule rule, absl::Span<const ChartPoint> points);
// The same of a chart: by Chart.judged, where it has that and the rule is of zones.
std::vector<size_t> PointsOf(Rule rule, const Chart& chart);
// Whether a rule looks at nothing but which of two points is the higher one.
inline bool IsOfMoves(Rule rule) {
  return rule == Rule::kSixTrend || rule == Rule::kFourteenAlternating;
}

}  // namespace plumbline::analytics::quality

#endif  // PLUMBLINE_SERVICES_ANALYTICS_QUALITY_RULES_H_
