// SPDX-License-Identifier: Apache-2.0
//
// What to mind about a chart, a sentence each.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CHARTING_CHART_WARNINGS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CHARTING_CHART_WARNINGS_H_

#include <string>
#include <vector>

#include "services/analytics/charting/log_chart.h"

namespace plumbline::analytics {

// Of a chart that is complete but for these. What holds for several stages is one sentence.
// O(points
// + signals).
std::vector<std::string> WarningsOf(ValueKind kind, const Series& series, const ChartSpec& spec,
                                    const LogChart& chart);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CHARTING_CHART_WARNINGS_H_
