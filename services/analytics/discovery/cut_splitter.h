// SPDX-License-Identifier: Apache-2.0
//
// What each group of a cut is mined from.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_CUT_SPLITTER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_CUT_SPLITTER_H_

#include <vector>

#include "services/analytics/discovery/cut_finder.h"
#include "services/analytics/discovery/sub_log.h"

namespace plumbline::analytics {

// The parts of a log, one for each group of `cut`, which is over the activities of `log`. Where the
// log does not keep to the cut (as one of a filtered graph), events are left out as few as each
// rule can (Leemans 2017, sections 6.1.2 and 6.2.3):
//   choice    a trace goes to the group that most of its events are of, the other events are left
//             out;
//   sequence  from left to right each group takes the piece for which least events are out of
//             place, and leaves out those that are not its own;
//   parallel  each group gets the events that are its own;
//   loop      what is done and what is done before it begins again become traces of their own; of
//             the latter each goes to the group that most of its activities are of, whole.
// Of several groups with as much, the one with fewest events in the log is taken, since what is rare
// would not be found in the model otherwise; then the first.
// O(events + variants * groups), but for sequences of logs that keep to the cut badly: O(events *
// groups).
std::vector<SubLog> SplitLog(const SubLog& log, const Cut& cut);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_CUT_SPLITTER_H_
