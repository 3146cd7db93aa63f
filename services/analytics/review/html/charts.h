// SPDX-License-Identifier: Apache-2.0
//
// Charts of a review as SVG, each with a title and a description for those who do not see it.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_HTML_CHARTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_HTML_CHARTS_H_

#include <string>

#include "absl/time/time.h"
#include "plumbline/analytics/v1/review.pb.h"

namespace plumbline::analytics {

// The periods of a change, with the limits that earlier ones put; "" for fewer than two points with
// a value. Days are those of `zone`.
struct ChartOptions {
  absl::TimeZone zone = absl::UTCTimeZone();  // of dates
  double working_day = 0;  // open seconds of one; 0: open times are told in hours
};
std::string ControlChart(const v1::ReviewChange& change, const ChartOptions& options = {});
// How much of each budget is spent; "" where none is known.
std::string BudgetBars(const v1::Review& review);
// What each fix saves, with intervals; "" where there is none.
std::string GainBars(const v1::Review& review);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_HTML_CHARTS_H_
