// SPDX-License-Identifier: Apache-2.0
//
// For tests: logs of which the causes are known.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CAUSES_CAUSES_TESTING_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CAUSES_CAUSES_TESTING_H_

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/analytics/causes/causes.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics::causes {

inline constexpr int64_t kMinute = 60'000'000, kHour = 60 * kMinute, kDay = 24 * kHour;
inline constexpr int64_t kBegin = 1'767'600'000'000'000;  // 2026-01-05 08:00 UTC

inline absl::Status Go() { return absl::OkStatus(); }

// A case of two events, "begin" with the attributes, and "end" `duration` later. One begins each
// day.
inline void AddCase(int number, int64_t duration,
                    std::vector<std::pair<std::string, AttributeValue>> attributes,
                    std::vector<TestRow>* rows) {
  const std::string id = absl::StrCat("case", 10'000 + number);
  const int64_t begin = kBegin + number * kDay;
  rows->push_back({id, "begin", begin, "", kNoTime, "", std::move(attributes)});
  rows->push_back({id, "end", begin + duration});
}

inline CauseOptions Only(ColumnKind kind) {
  CauseOptions options;
  options.columns.kinds = {kind};
  return options;
}

inline RootCauses Of(const std::vector<TestRow>& rows, const OutcomeSpec& spec,
                     const CauseOptions& options = {}) {
  const auto log = MakeLog(rows);
  const Traces traces(log, {});
  const Variants variants(traces);
  auto found =
      Analyze({*log, traces, [&]() -> const Variants& { return variants; }}, {}, spec, options, Go);
  EXPECT_TRUE(found.ok()) << found.status();
  return found.ok() ? *std::move(found) : RootCauses();
}

}  // namespace plumbline::analytics::causes

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CAUSES_CAUSES_TESTING_H_
