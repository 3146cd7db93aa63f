// SPDX-License-Identifier: Apache-2.0
//
// For tests: the real event logs that reference figures were made of (tests/support/reference.h).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LOG_REFERENCE_ROWS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LOG_REFERENCE_ROWS_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "services/analytics/log/test_rows.h"
#include "tests/support/reference.h"

namespace plumbline::analytics {

// Their names.
inline std::vector<std::string> ReferenceLogs() {
  return {"a32f0n50",       "bpic2012",          "bpic2013_open",      "callcenter",
          "csm_15k",        "derived_maven_crm", "interval_log",       "lending_high",
          "loan_app",       "procure_to_pay",    "purchasing_example", "receipt",
          "repair_example", "reviewing",         "roadtraffic100",     "running_example"};
}

// What of a row is read.
enum class RowParts {
  kTimestamps,  // case, activity and time
  kAll,         // start, resource and life cycle too
};

inline int64_t MicrosOf(absl::string_view text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << text << ": " << error;
  return absl::ToUnixMicros(time);
}

// The log of a name, in the order of its file; empty where it is not at hand. Its columns are
// case_id,activity,timestamp,start_timestamp,resource,lifecycle, and nothing is quoted.
inline std::vector<TestRow> ReadReferenceRows(const std::string& name,
                                              RowParts parts = RowParts::kTimestamps) {
  const std::string csv = plumbline::testing::ReadFile(
      absl::StrCat(plumbline::testing::SharedFolder(), "/data/logs/", name, ".csv.gz"));
  std::vector<TestRow> rows;
  for (absl::string_view line : absl::StrSplit(csv, '\n', absl::SkipEmpty())) {
    line = absl::StripSuffix(line, "\r");
    if (absl::StartsWith(line, "case_id,")) continue;
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    if (cells.size() != 6) {
      ADD_FAILURE() << "not six cells: " << line;
      continue;
    }
    rows.push_back({cells[0], cells[1], MicrosOf(cells[2])});
    if (parts == RowParts::kTimestamps) continue;
    TestRow& row = rows.back();
    row.transition = cells[5];
    if (!cells[3].empty()) row.start = MicrosOf(cells[3]);
    row.resource = cells[4];
  }
  return rows;
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LOG_REFERENCE_ROWS_H_
