// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FILTER_LOG_PART_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FILTER_LOG_PART_H_

#include <memory>

#include "services/analytics/filter/selection.h"
#include "services/analytics/log/event_log.h"

namespace plumbline::analytics {

// Its rows. O(cases).
size_t RowsOf(const LogSnapshot& log, const Selected& selected);

// A log of the selected cases and events only. Activities, resources, transitions and attribute
// keys keep their numbers, so that parts of one log can be compared; which cases have ended, and
// until when the log was seen, is as in the whole. O(rows of the part + attributes of the log).
std::shared_ptr<const LogSnapshot> PartOf(const LogSnapshot& log, const Selected& selected);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FILTER_LOG_PART_H_
