// SPDX-License-Identifier: Apache-2.0
//
// Flow of random logs against the definitions, written down directly over rows; and that the order
// of rows does not matter.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "services/analytics/flow/flow.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics {
namespace {

constexpr int64_t kMinute = int64_t{60} * 1'000'000;
constexpr int64_t kBegin = int64_t{1'767'571'200} * 1'000'000;

struct SlowCase {
  int64_t begin = INT64_MAX, end = INT64_MIN;
  std::vector<std::pair<int64_t, int64_t>> work;
};

std::vector<TestRow> RandomRows(std::mt19937& random) {
  const auto roll = [&](int n) {
    return static_cast<int64_t>(random() % static_cast<unsigned>(n));
  };
  std::vector<TestRow> rows;
  for (int64_t i = 1 + roll(80); i > 0; --i) {
    const int64_t end = kBegin + kMinute * roll(20'000);
    rows.push_back({absl::StrCat("case", roll(15)),
                    std::string(1, static_cast<char>('a' + roll(4))), end, "",
                    end - kMinute * roll(600)});
  }
  return rows;
}

std::map<std::string, SlowCase> CasesOf(const std::vector<TestRow>& rows) {
  std::map<std::string, SlowCase> cases;
  for (const TestRow& row : rows) {
    SlowCase& c = cases[row.case_id];
    c.begin = std::min(c.begin, row.start);
    c.end = std::max(c.end, row.time);
    c.work.emplace_back(row.start, row.time);
  }
  return cases;
}

// Minutes of a case in which something is worked on.
int64_t SlowTouch(const SlowCase& c) {
  int64_t touch = 0;
  for (int64_t t = c.begin; t < c.end; t += kMinute) {
    touch += std::any_of(c.work.begin(), c.work.end(),
                         [&](const auto& w) { return w.first <= t && t < w.second; });
  }
  return touch;
}

Flow FlowOf(const std::vector<TestRow>& rows, const FlowOptions& options) {
  const auto log = MakeLog(rows);
  const auto flow = MeasureFlow(*log, {}, options, [] { return absl::OkStatus(); });
  EXPECT_TRUE(flow.ok()) << flow.status();
  return flow.ok() ? *flow : Flow();
}

TEST(FlowProperty, AsDefined) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    std::mt19937 random(seed);
    const std::vector<TestRow> rows = RandomRows(random);
    FlowOptions options;
    options.period = seed % 2 == 0 ? PeriodLength::kDay : PeriodLength::kMonth;
    const Flow flow = FlowOf(rows, options);
    const auto cases = CasesOf(rows);
    int64_t first = INT64_MAX, last = INT64_MIN, lead = 0, touch = 0, most = 0;
    for (const auto& [id, c] : cases) {
      first = std::min(first, c.begin);
      last = std::max(last, c.end);
      lead += (c.end - c.begin) / kMinute;
      touch += SlowTouch(c);
    }
    for (const auto& [id, c] : cases) {
      most =
          std::max<int64_t>(most, std::count_if(cases.begin(), cases.end(), [&](const auto& other) {
                              return other.second.begin <= c.begin && c.begin <= other.second.end;
                            }));
    }
    SCOPED_TRACE(seed);
    EXPECT_EQ(flow.case_count, static_cast<int64_t>(cases.size()));
    EXPECT_EQ(flow.progress.most, most);
    EXPECT_NEAR(flow.times.lead.total, static_cast<double>(lead * 60), 1e-6);
    EXPECT_NEAR(flow.times.touch.total, static_cast<double>(touch * 60), 1e-6);
    EXPECT_NEAR(flow.times.wait.total, static_cast<double>((lead - touch) * 60), 1e-6);
    if (last == first) continue;
    const double expected =
        static_cast<double>(lead) / (static_cast<double>(last - first) / kMinute);
    EXPECT_NEAR(*flow.progress.average, expected, 1e-9 * expected);
    EXPECT_NEAR(*flow.little.difference, 0, 1e-9 * expected);
    // Periods add up to the whole.
    int64_t arrivals = 0, departures = 0;
    for (const FlowPeriod& p : flow.progress.periods) {
      arrivals += p.arrivals;
      departures += p.departures;
      EXPECT_EQ(p.cumulative_arrivals, arrivals);
      EXPECT_EQ(p.open_at_end, arrivals - departures);
    }
    EXPECT_EQ(arrivals, flow.case_count);
    EXPECT_EQ(departures, flow.case_count);
  }
}

TEST(FlowProperty, TheOrderOfRowsDoesNotMatter) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    std::vector<TestRow> rows = RandomRows(random);
    const Flow before = FlowOf(rows, {});
    std::shuffle(rows.begin(), rows.end(), random);
    const Flow after = FlowOf(rows, {});
    SCOPED_TRACE(seed);
    EXPECT_EQ(before.progress.average, after.progress.average);
    EXPECT_EQ(before.times.touch.total, after.times.touch.total);
    EXPECT_EQ(before.times.efficiency, after.times.efficiency);
  }
}

// Twice as long for everything: rates are half, times twice, counts the same.
TEST(FlowProperty, ScalesWithTime) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    std::vector<TestRow> rows = RandomRows(random);
    const Flow before = FlowOf(rows, {});
    for (TestRow& row : rows) {
      row.time = kBegin + 2 * (row.time - kBegin);
      row.start = kBegin + 2 * (row.start - kBegin);
    }
    const Flow after = FlowOf(rows, {});
    SCOPED_TRACE(seed);
    EXPECT_EQ(after.progress.average, before.progress.average);
    EXPECT_EQ(after.progress.most, before.progress.most);
    EXPECT_EQ(after.times.efficiency, before.times.efficiency);
    EXPECT_EQ(after.times.lead.mean, 2 * before.times.lead.mean);
    EXPECT_EQ(after.measured_seconds, 2 * before.measured_seconds);
  }
}

}  // namespace
}  // namespace plumbline::analytics
