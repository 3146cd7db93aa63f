// SPDX-License-Identifier: Apache-2.0
//
// What is promised of each case.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REPORT_CASE_PLANS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REPORT_CASE_PLANS_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/analytics/log/event_log.h"

namespace plumbline::analytics {

// Begin and due time of a case; see MeasureAttainment for where they are read.
struct CasePlan {
  int64_t begin = kNoTime;
  int64_t due = kNoTime;     // its own, see mining/case_due.h
  bool has_day_one = false;  // `begin` is that
  absl::string_view words;   // what that is; lives as long as the log
};

// By case. O(cases + attributes).
std::vector<CasePlan> ReadCasePlans(const LogSnapshot& log);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REPORT_CASE_PLANS_H_
