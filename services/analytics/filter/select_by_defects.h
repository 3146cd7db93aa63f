// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FILTER_SELECT_BY_DEFECTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FILTER_SELECT_BY_DEFECTS_H_

#include <string>
#include <vector>

#include "services/analytics/filter/selection.h"

namespace plumbline::analytics {

// Select, also by `defects` and `reported_defects`: what a step was depends on which events count
// (EventLog.map_transitions). Select by itself takes every event for one that counts, which is for
// conditions by other fields. Reads the defects of the log once, where one is asked for.
absl::StatusOr<Selected> Select(const Selection& selection, const LogParts& parts,
                                const std::vector<std::string>& map_transitions, KeepOn keep_on);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FILTER_SELECT_BY_DEFECTS_H_
