// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_TARGETS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_TARGETS_H_

#include <cstdint>
#include <vector>

#include "services/analytics/log/event_log.h"

namespace plumbline::analytics::cascade {

// By case: until when it is to end, the last "due_time" of an event that is not about a task;
// kNoTime where there is none. Empty where there is none at all. O(attributes).
std::vector<int64_t> ReadTargets(const LogSnapshot& log);

}  // namespace plumbline::analytics::cascade

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_TARGETS_H_
