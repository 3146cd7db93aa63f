// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_TESTING_CALENDAR_H_
#define PLUMBLINE_SERVICES_ONBOARDING_TESTING_CALENDAR_H_

#include <vector>

#include "plumbline/catalog/v1/calendar.pb.h"
#include "services/onboarding/engine/engine.h"

namespace plumbline::onboarding::testing {

// workspaces/acme/calendars/berlin, "Berlin": Monday to Thursday 09:00 to 17:00 with lunch from
// 12:00 to 13:00, Friday 09:00 to 13:00, in Europe/Berlin; closed on 2026-03-04 (Founders' Day),
// open on Saturday 2026-03-14 from 10:00 to 14:00 (Fair). It inherits calendars/germany, "Germany":
// closed on 1 May (Labour Day) and Easter Monday.
catalog::v1::Calendar Berlin();
catalog::v1::Calendar Germany();

// Both, in Europe/Berlin. Compiled once.
CalendarPointer BerlinCalendar();

// AdaSpec with that calendar, in its zone.
Spec BerlinSpec();

}  // namespace plumbline::onboarding::testing

#endif  // PLUMBLINE_SERVICES_ONBOARDING_TESTING_CALENDAR_H_
