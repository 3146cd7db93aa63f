// SPDX-License-Identifier: Apache-2.0
//
// Temporal profiles of real event logs against those that an independent tool made of them
// (testdata/profiles.tsv). The logs lie outside the tree (tests/support/reference.h).
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/analytics/log/reference_rows.h"
#include "services/analytics/temporal/temporal_profile.h"

namespace plumbline::analytics {
namespace {

using Pair = std::pair<std::string, std::string>;

struct Expected {
  double mean = 0, deviation = 0;
};

std::map<Pair, Expected> ExpectedOf(const std::string& log) {
  const char* source = std::getenv("PLUMBLINE_SOURCE_DIR");
  const std::string text =
      plumbline::testing::ReadFile(absl::StrCat(source == nullptr ? "." : source,
                                                "/services/analytics/temporal/testdata/"
                                                "profiles.tsv"));
  std::map<Pair, Expected> expected;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> cells = absl::StrSplit(line, '\t');
    if (cells.size() != 5 || cells[0] != log) continue;
    Expected& pair = expected[{cells[1], cells[2]}];
    EXPECT_TRUE(absl::SimpleAtod(cells[3], &pair.mean)) << line;
    EXPECT_TRUE(absl::SimpleAtod(cells[4], &pair.deviation)) << line;
  }
  return expected;
}

class ProfileReference : public ::testing::TestWithParam<std::string> {};

TEST_P(ProfileReference, Equals) {
  const std::vector<TestRow> rows = ReadReferenceRows(GetParam(), RowParts::kAll);
  if (rows.empty()) GTEST_SKIP() << GetParam() << " is not at hand";
  const auto log = MakeLog(rows);
  const auto profile = MineTemporalProfile(Traces(log, {}), [] { return absl::OkStatus(); });
  ASSERT_TRUE(profile.ok()) << profile.status();
  const std::map<Pair, Expected> expected = ExpectedOf(GetParam());
  ASSERT_FALSE(expected.empty());
  EXPECT_EQ(profile->size(), expected.size());
  for (const PairTimes& pair : *profile) {
    const Pair names(log->activities[pair.from], log->activities[pair.to]);
    const auto found = expected.find(names);
    ASSERT_NE(found, expected.end()) << names.first << " -> " << names.second;
    const auto& [mean, deviation] = found->second;
    EXPECT_NEAR(pair.mean, mean, 1e-9 * std::max(1.0, mean))
        << names.first << " -> " << names.second;
    // The tool takes the difference of large sums.
    EXPECT_NEAR(pair.standard_deviation, deviation, 1e-6 * std::max(1.0, mean))
        << names.first << " -> " << names.second;
  }
}

INSTANTIATE_TEST_SUITE_P(Logs, ProfileReference,
                         ::testing::Values("callcenter", "interval_log", "loan_app",
                                           "repair_example", "reviewing", "roadtraffic100",
                                           "running_example"),
                         [](const auto& name) { return name.param; });

}  // namespace
}  // namespace plumbline::analytics
