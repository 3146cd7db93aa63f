// SPDX-License-Identifier: Apache-2.0
//
// Tests of a condition that name an activity which the log has only in events that they do not see.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FILTER_UNCOUNTED_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FILTER_UNCOUNTED_H_

#include <string>
#include <vector>

#include "common/expr/check.h"
#include "services/analytics/mining/traces.h"

namespace plumbline::analytics {

// Adds a note, as AddNote, for each activity that `condition`, one over CaseSchema(), names by
// `activities`, and of which no event of the log counts and no milestone was reached. O(rows) for such a name,
// else O(rows up to the first event of it).
void NoteUncounted(const expr::Condition& condition, const Traces& traces,
                   std::vector<std::string>& notes);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FILTER_UNCOUNTED_H_
