// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_TARGETS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_TARGETS_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/analytics/log/event_log.h"

namespace plumbline::analytics::cascade {

// By case: the last time under "case:" and `key` of any event, else under `key` of one that is
// about no task and no step (of steps see mining/case_due.h); kNoTime where there is none. Empty
// where there is none at all. "due_time": until when it is to end; "earliest_time": its day one.
// O(attributes).
std::vector<int64_t> ReadCaseTimes(const LogSnapshot& log, absl::string_view key);

}  // namespace plumbline::analytics::cascade

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_TARGETS_H_
