// SPDX-License-Identifier: Apache-2.0
//
// For tests of reports: logs in days.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REPORT_REPORT_TESTING_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REPORT_REPORT_TESTING_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics {

using Attributes = std::vector<std::pair<std::string, AttributeValue>>;

inline constexpr int64_t kDay = int64_t{86'400} * 1'000'000;
inline constexpr double kDaySeconds = 86'400;

inline int64_t Days(double days) { return static_cast<int64_t>(days * static_cast<double>(kDay)); }

// An event of case `id`, `day` days after 1970.
inline TestRow On(double day, const std::string& id, const std::string& activity,
                  const std::string& transition = "", Attributes attributes = {}) {
  return {id, activity, Days(day), transition, kNoTime, "", std::move(attributes)};
}
// One that began on `start`.
inline TestRow Lasting(double start, double day, const std::string& id,
                       const std::string& activity) {
  TestRow row = On(day, id, activity);
  row.start = Days(start);
  return row;
}
inline Attributes Due(double day) { return {{"due_time", Instant{Days(day)}}}; }
inline Attributes DayOne(double day) { return {{"earliest_time", Instant{Days(day)}}}; }
inline Attributes Finished() { return {{"case_finished", true}}; }
inline Attributes Cause(const std::string& category, const std::string& utility) {
  return {{"category", category}, {"utility", utility}};
}

// Ten on-boardings: the laptop waits 4 days, the exam is worked on for 1 day (in the last case for
// 6) and retaken in three cases, the e-signature is down for 20 days in two.
inline std::vector<TestRow> Onboardings() {
  std::vector<TestRow> rows;
  for (int i = 0; i < 10; ++i) {
    const std::string id = absl::StrCat("rep-", i);
    rows.push_back(On(0, id, "Laptop", "schedule", Due(i < 4 ? 5 : 3)));
    rows.push_back(On(4, id, "Laptop", "start"));
    rows.push_back(On(4, id, "Laptop", "complete"));
    rows.push_back(On(4, id, "Sign", "schedule"));
    if (i < 2) {
      rows.push_back(On(4, id, "Sign", "suspend", Cause("UTILITY_DOWN", "e-signature")));
      rows.push_back(On(24, id, "Sign", "resume"));
    }
    rows.push_back(On(i < 2 ? 24 : 4, id, "Sign", "complete"));
    rows.push_back(On(30, id, "Exam", "schedule"));
    rows.push_back(On(30, id, "Exam", "start"));
    rows.push_back(On(i == 9 ? 36 : 31, id, "Exam", "complete"));
    if (i >= 3) continue;
    rows.push_back(On(31, id, "Exam", "schedule"));
    rows.push_back(On(36, id, "Exam", "start"));
    rows.push_back(On(38, id, "Exam", "complete"));
  }
  return rows;
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REPORT_REPORT_TESTING_H_
