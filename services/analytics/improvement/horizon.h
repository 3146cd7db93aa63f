// SPDX-License-Identifier: Apache-2.0
//
// Until when censored times count in means. Pure functions; not for use outside this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_HORIZON_H_
#define PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_HORIZON_H_

#include <optional>

#include "services/analytics/improvement/compare.h"
#include "services/analytics/improvement/sample.h"

namespace plumbline::analytics::improvement {

// Until then at least one in ten cases of each side was followed (Kaplan-Meier of how long they
// were followed, in which an end is what censors; Schemper and Smith 1996); a side whose cases were
// followed to their ends sets no bound, nor does an empty one. And no later than by when 19 of 20
// of the baseline had ended. Beyond either the curves rest on single cases, which few kinds of
// cases have. 0 without times. O(n).
double HorizonOf(const Samples& samples);

// The longest horizon at which as many cases after the change as the baseline has show
// options.smallest_effect with options.power, for baselines for which HorizonOf is too long for
// that (WantedCases). nullopt where no times are censored, where it is shorter than the median, and
// where there is none. O(n).
std::optional<double> HorizonToSee(const Sample& before, const Options& options);

}  // namespace plumbline::analytics::improvement

#endif  // PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_HORIZON_H_
