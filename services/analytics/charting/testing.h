// SPDX-License-Identifier: Apache-2.0
//
// For tests: measures of logs written as rows.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CHARTING_TESTING_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CHARTING_TESTING_H_

#include <gtest/gtest.h>

#include <vector>

#include "services/analytics/charting/measures.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics {

inline constexpr int64_t kSecond = 1'000'000;
inline absl::Status Go() { return absl::OkStatus(); }

inline Measured MeasuredOf(const std::vector<TestRow>& rows, const MeasureSpec& spec) {
  const auto log = MakeLog(rows);
  const Traces traces(log, {});
  const Variants variants(traces);
  const auto measured =
      MeasureLog({*log, traces, [&]() -> const Variants& { return variants; }}, {}, spec, Go);
  EXPECT_TRUE(measured.ok()) << measured.status();
  return measured.ok() ? *measured : Measured();
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CHARTING_TESTING_H_
