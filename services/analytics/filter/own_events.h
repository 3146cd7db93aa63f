// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FILTER_OWN_EVENTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FILTER_OWN_EVENTS_H_

#include "services/analytics/filter/selection.h"

namespace plumbline::analytics {

// Whether a selection takes each case by its own events alone, whatever other cases are like and
// however far the log goes: so not by its variant's rank or number of cases, nor where the
// selection says itself which cases have ended. A part of a log that does not name its cases can be
// asked then: not by their ids either. O(size).
bool IsByOwnEvents(const Selection& selection);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FILTER_OWN_EVENTS_H_
