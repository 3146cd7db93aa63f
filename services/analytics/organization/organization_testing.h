// SPDX-License-Identifier: Apache-2.0
//
// For tests: work of logs that are written as rows.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_ORGANIZATION_TESTING_H_
#define PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_ORGANIZATION_TESTING_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/analytics/log/test_rows.h"
#include "services/analytics/organization/work_items.h"

namespace plumbline::analytics {

inline constexpr int64_t kSecond = 1'000'000;

inline absl::Status GoOn() { return absl::OkStatus(); }

// A completed event: from `start` (kNoTime: not known) to `end`, in seconds.
inline TestRow Did(std::string case_id, std::string activity, std::string resource, int64_t start,
                   int64_t end) {
  TestRow row{std::move(case_id), std::move(activity), end * kSecond};
  row.start = start == kNoTime ? kNoTime : start * kSecond;
  row.resource = std::move(resource);
  return row;
}

inline Work WorkOf(const std::vector<TestRow>& rows, const std::string& group_by = "") {
  absl::StatusOr<Work> work = ReadWork(*MakeLog(rows), {{}, group_by}, GoOn);
  EXPECT_TRUE(work.ok()) << work.status();
  return work.ok() ? *std::move(work) : Work();
}

// Cases c0 to c5, activities a to d, resources and teams; no two events end at the same time, so
// that the order of the log does not depend on that of the rows.
inline std::vector<TestRow> RandomRows(std::mt19937& random) {
  const auto roll = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const bool starts = roll(3) > 0;
  std::vector<int64_t> times;
  for (int64_t t = 0; t < 400; ++t) times.push_back(t * 900);
  std::shuffle(times.begin(), times.end(), random);
  std::vector<TestRow> rows;
  for (int i = roll(80); i >= 0; --i) {
    TestRow row = Did(absl::StrCat("c", roll(6)), std::string(1, static_cast<char>('a' + roll(4))),
                      roll(6) == 0 ? "" : std::string(1, static_cast<char>('p' + roll(4))), kNoTime,
                      times[static_cast<size_t>(i)]);
    if (starts && roll(4) > 0) row.start = row.time - roll(8) * 450 * kSecond;
    if (roll(3) > 0) row.attributes.emplace_back("team", absl::StrCat("t", roll(2)));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_ORGANIZATION_TESTING_H_
