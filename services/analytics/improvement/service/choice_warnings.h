// SPDX-License-Identifier: Apache-2.0
//
// What to mind about which cases an improvement project takes.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_CHOICE_WARNINGS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_CHOICE_WARNINGS_H_

#include <string>
#include <vector>

#include "plumbline/analytics/v1/improvement.pb.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/memory/log_memory.h"

namespace plumbline::analytics {

// Whether WarningsOfChoice looks at the log: the selection goes by activities. O(selection).
bool GoesByActivities(const Selection& selection);

// A sentence for each: cases that are chosen by what came of them, which is their end, their
// duration and the like, or an activity with which cases end; and a filter that decides already
// what the measure says of every case. `selection` is that of `improvement`. `whole` is the log
// before the selection; nullptr: only the activities that selection.completion names end cases.
// O(rows) where GoesByActivities, else O(selection).
std::vector<std::string> WarningsOfChoice(const v1::Improvement& improvement,
                                          const Selection& selection, const LogView* whole);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_CHOICE_WARNINGS_H_
