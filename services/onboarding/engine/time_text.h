// SPDX-License-Identifier: Apache-2.0
//
// Times in sentences of the service.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_TIME_TEXT_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_TIME_TEXT_H_

#include <string>

#include "absl/time/time.h"
#include "common/calendar/calendar.h"

namespace plumbline::onboarding {

// "Mon 2027-03-01 09:00 Europe/Berlin": by the clock of the zone of the calendar, which is named,
// since who reads it sees other times beside it, by UTC. The same in every sentence.
std::string TimeText(absl::Time time, const calendar::Calendar& calendar);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_TIME_TEXT_H_
