// SPDX-License-Identifier: Apache-2.0
//
// Figures as people read them.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REPORT_UNITS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REPORT_UNITS_H_

#include <cstdint>
#include <string>

#include "common/base/counts.h"

namespace plumbline::analytics {

// "412 days", "1.9 hours": in the largest unit of days, hours, minutes and seconds that it has two
// of; one decimal below 100.
std::string DurationText(double seconds);
// "2,017 open hours", "0.52 open hours": of a calendar, always in hours, for its days have no
// length.
std::string OpenText(double seconds);
using base::CountText;
// Of a share from 0 to 1: "14 %", "0.4 %"; "> 99 %" and "< 0.1 %" where only the whole and nothing
// are 100 % and 0 %.
std::string ShareText(double share);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REPORT_UNITS_H_
