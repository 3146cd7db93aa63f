// SPDX-License-Identifier: Apache-2.0
//
// Which chart fits what is measured (Montgomery 2013, section 7.5; Laney 2002; Nelson 1994).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CHARTING_CHART_CHOICE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CHARTING_CHART_CHOICE_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "services/analytics/charting/grouping.h"
#include "services/analytics/quality/control_chart.h"

namespace plumbline::analytics {

// See ChartKind in control_chart.proto.
enum class ChartType {
  kIndividuals,
  kXbarR,
  kXbarS,
  kP,
  kNp,
  kC,
  kU,
  kLaneyP,
  kLaneyU,
  kG,
  kT,
  kEwma,
  kCusum,
};

struct ChosenChart {
  ChartType type = ChartType::kIndividuals;
  std::string reason;  // a sentence
};

using quality::kLeastExpected;
// Counts vary so many times more than by chance alone, over so many points: Laney's charts.
inline constexpr double kOverdispersed = 1.5;
inline constexpr size_t kPointsForLaney = 20;
// Values that are skewed more than this are not normal by far: what takes them for normal misleads.
inline constexpr double kSkewed = 1;

// The chart that was asked for, if it fits; else the one that fits best. FIELD_INVALID (field
// "chart") for one that does not fit, with those that do. O(groups).
absl::StatusOr<ChosenChart> ChooseChart(const Measured& measured, const Groups& groups,
                                        const GroupSpec& spec, std::optional<ChartType> asked);

// The sum of the values of a group.
double SumOf(const Measured& measured, const Group& group);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CHARTING_CHART_CHOICE_H_
