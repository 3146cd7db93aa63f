// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/comparison.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics {
namespace {

// A case for each word, a second for each letter. Letters have the same numbers in all logs that
// have the same letters.
SegmentFigures Figures(const std::vector<std::string>& words) {
  std::vector<TestRow> rows;
  for (size_t w = 0; w < words.size(); ++w) {
    for (size_t i = 0; i < words[w].size(); ++i) {
      rows.push_back({absl::StrCat(w), words[w].substr(i, 1), int64_t(i) * 1'000'000});
    }
  }
  const Traces traces(MakeLog(rows), {});
  return MeasureSegment(traces, Variants(traces), {}, {}, [] { return absl::OkStatus(); }).value();
}

TEST(Comparison, CountsBothAndPutsTheLargestDifferenceFirst) {
  const Comparison comparison =
      Compare(Figures({"abc", "abc", "acb", "abc"}), Figures({"abc", "acb"}));
  EXPECT_EQ(comparison.common_variant_count, 2);
  ASSERT_EQ(comparison.variants.size(), 2);
  EXPECT_EQ(comparison.variants[0].counts.first, 3);
  EXPECT_EQ(comparison.variants[0].counts.second, 1);
  EXPECT_DOUBLE_EQ(comparison.variants[0].counts.difference(), -0.25);
  // Of ac, ab, bc, cb each differs by a quarter: by name.
  ASSERT_EQ(comparison.edges.size(), 4);
  EXPECT_EQ(comparison.edges[0].from, 0);
  EXPECT_EQ(comparison.edges[0].to, 1);
  EXPECT_EQ(comparison.edges[0].first_wait.count, 3);
  EXPECT_EQ(comparison.edges[0].second_wait.count, 1);
  ASSERT_EQ(comparison.activities.size(), 3);
  EXPECT_EQ(comparison.activities[0].counts.difference(), 0);
}

TEST(Comparison, WithNothing) {
  const Comparison comparison = Compare(Figures({"abc"}), Figures({}));
  EXPECT_EQ(comparison.common_variant_count, 0);
  EXPECT_EQ(comparison.variants[0].counts.second_share, 0);
  EXPECT_EQ(comparison.variants[0].counts.difference(), -1);
  EXPECT_LE(comparison.steps[0].seconds_per_case_difference, 0);
}

}  // namespace
}  // namespace plumbline::analytics
