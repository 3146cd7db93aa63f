// SPDX-License-Identifier: Apache-2.0
//
// The process map, variants and durations against the definitions, written down directly over rows
// of text.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/analytics/log/test_rows.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/process_map.h"
#include "services/analytics/mining/step_times.h"
#include "services/analytics/mining/variants.h"

namespace plumbline::analytics {
namespace {

using Pair = std::pair<std::string, std::string>;
using Case = std::vector<TestRow>;

int64_t Begin(const TestRow& row) { return row.start == kNoTime ? row.time : row.start; }

// The events that count, by case, in order.
std::map<std::string, Case> CasesOf(const std::vector<TestRow>& rows, const TraceOptions& options) {
  std::map<std::string, Case> cases;
  for (TestRow row : rows) {
    bool counts = options.transitions.empty();
    for (const auto& t : options.transitions) counts |= absl::EqualsIgnoreCase(t, row.transition);
    if (!options.use_start_times) row.start = kNoTime;
    if (counts) cases[row.case_id].push_back(row);
  }
  for (auto& [id, rows_of_case] : cases) {
    std::stable_sort(rows_of_case.begin(), rows_of_case.end(),
                     [](const TestRow& a, const TestRow& b) {
                       return std::pair(Begin(a), a.time) < std::pair(Begin(b), b.time);
                     });
  }
  return cases;
}

double Quantile(const std::vector<int64_t>& sorted, double p) {
  const double h = static_cast<double>(sorted.size() - 1) * p, k = std::floor(h);
  const double low = static_cast<double>(sorted[static_cast<size_t>(k)]);
  const double high = static_cast<double>(sorted[static_cast<size_t>(std::ceil(h))]);
  return (low + (h - k) * (high - low)) / 1e6;
}

void ExpectSame(const Distribution& got, std::vector<int64_t> values, double tolerance = 1e-12) {
  ASSERT_EQ(got.count, static_cast<int64_t>(values.size()));
  if (values.empty()) return;
  std::sort(values.begin(), values.end());
  double sum = 0;
  for (const int64_t value : values) sum += static_cast<double>(value) / 1e6;
  EXPECT_NEAR(got.total, sum, tolerance * static_cast<double>(values.size()));
  EXPECT_NEAR(got.mean, sum / static_cast<double>(values.size()), tolerance);
  EXPECT_NEAR(got.median, Quantile(values, 0.5), tolerance);
  EXPECT_NEAR(got.p90, Quantile(values, 0.9), tolerance);
  EXPECT_NEAR(got.p95, Quantile(values, 0.95), tolerance);
  EXPECT_NEAR(got.p99, Quantile(values, 0.99), tolerance);
  EXPECT_EQ(got.min, static_cast<double>(values.front()) / 1e6);
  EXPECT_EQ(got.max, static_cast<double>(values.back()) / 1e6);
}

void CheckMap(const ProcessMap& map, const LogSnapshot& log,
              const std::map<std::string, Case>& cases) {
  std::map<Pair, std::vector<int64_t>> waits;
  std::map<Pair, std::set<std::string>> edge_cases;
  std::map<std::string, std::map<std::string, int64_t>> per_case;  // activity, case, occurrences
  std::map<std::string, std::vector<int64_t>> service;
  std::map<std::string, int64_t> starts, ends;
  int64_t events = 0;
  for (const auto& [id, rows] : cases) {
    events += static_cast<int64_t>(rows.size());
    ++starts[rows.front().activity];
    ++ends[rows.back().activity];
    for (size_t i = 0; i < rows.size(); ++i) {
      ++per_case[rows[i].activity][id];
      if (rows[i].start != kNoTime)
        service[rows[i].activity].push_back(rows[i].time - rows[i].start);
      if (i == 0) continue;
      const Pair pair(rows[i - 1].activity, rows[i].activity);
      waits[pair].push_back(Begin(rows[i]) - rows[i - 1].time);
      edge_cases[pair].insert(id);
    }
  }
  EXPECT_EQ(map.event_count, events);
  EXPECT_EQ(map.case_count, static_cast<int64_t>(cases.size()));
  ASSERT_EQ(map.activities.size(), per_case.size());
  ASSERT_EQ(map.edges.size(), waits.size());
  for (const auto& [name, counts] : per_case) waits.try_emplace(Pair(name, name));
  for (const ActivityNode& node : map.activities) {
    const std::string& name = log.activities[node.activity];
    int64_t count = 0, rework = 0;
    for (const auto& [id, n] : per_case[name]) {
      count += n;
      rework += n > 1;
    }
    EXPECT_EQ(std::tuple(node.count, node.case_count, node.rework_case_count, node.start_count,
                         node.end_count),
              std::tuple(count, static_cast<int64_t>(per_case[name].size()), rework, starts[name],
                         ends[name]))
        << name;
    EXPECT_EQ(node.self_loop_count, static_cast<int64_t>(waits[Pair(name, name)].size()));
    ExpectSame(node.service, service[name]);
  }
  for (const Edge& edge : map.edges) {
    const Pair pair(log.activities[edge.from], log.activities[edge.to]);
    EXPECT_EQ(edge.count, static_cast<int64_t>(waits[pair].size()));
    EXPECT_EQ(edge.case_count, static_cast<int64_t>(edge_cases[pair].size()));
    ExpectSame(edge.wait, waits[pair]);
  }
  EXPECT_TRUE(std::is_sorted(map.edges.begin(), map.edges.end(), [](const Edge& a, const Edge& b) {
    return std::tuple(-a.count, a.from, a.to) < std::tuple(-b.count, b.from, b.to);
  }));
  EXPECT_TRUE(std::is_sorted(map.activities.begin(), map.activities.end(),
                             [](const ActivityNode& a, const ActivityNode& b) {
                               return std::pair(-a.count, a.activity) <
                                      std::pair(-b.count, b.activity);
                             }));
}

int64_t Duration(const Case& rows) {
  int64_t last = rows.front().time;
  for (const TestRow& row : rows) last = std::max(last, row.time);
  return last - Begin(rows.front());
}

// `whole`: all events of the cases, whether they count or not.
void CheckVariants(const Traces& traces, const std::map<std::string, Case>& cases,
                   const std::map<std::string, Case>& whole) {
  std::map<std::vector<std::string>, std::vector<int64_t>> durations;
  for (const auto& [id, rows] : cases) {
    std::vector<std::string> sequence;
    for (const TestRow& row : rows) sequence.push_back(row.activity);
    durations[sequence].push_back(Duration(whole.at(id)));
  }
  std::vector<std::pair<int64_t, std::vector<std::string>>> expected;
  for (const auto& [sequence, values] : durations) {
    expected.emplace_back(-static_cast<int64_t>(values.size()), sequence);
  }
  std::sort(expected.begin(), expected.end());
  const Variants variants(traces);
  ASSERT_EQ(variants.size(), static_cast<int64_t>(expected.size()));
  for (int64_t i = 0; i < variants.size(); ++i) {
    const auto page = variants.Page(traces, i, {.variants = 1});
    ASSERT_EQ(page.size(), 1u);
    std::vector<std::string> names;
    for (const uint32_t a : page[0].activities) names.push_back(traces.log().activities[a]);
    const auto& [count, sequence] = expected[static_cast<size_t>(i)];
    ASSERT_EQ(names, sequence);
    EXPECT_EQ(page[0].count, -count);
    EXPECT_DOUBLE_EQ(page[0].share,
                     -static_cast<double>(count) / static_cast<double>(cases.size()));
    ExpectSame(page[0].duration, durations[sequence]);
  }
  EXPECT_TRUE(variants.Page(traces, variants.size(), {}).empty());
}

// Variants of a log that marks the ends of cases: the durations of a variant are those of its cases
// that ended.
TEST(EndedVariantsTest, EqualsTheDefinition) {
  std::mt19937 random(11);
  const auto pick = [&random](unsigned n) { return static_cast<int>(random() % n); };
  for (int round = 0; round < 50; ++round) {
    std::vector<TestRow> rows;
    for (int i = 0; i < 80; ++i) {
      TestRow row{absl::StrCat("c", pick(20)), absl::StrCat("a", pick(2)), pick(50) * 1'000'000};
      row.transition = pick(3) || i < 20 ? "complete" : "other";
      if (pick(12) == 0) row.attributes = {{"case_finished", pick(4) != 0}};
      rows.push_back(std::move(row));
    }
    bool marked = false;
    std::set<std::string> finished;
    for (const TestRow& row : rows) {
      marked |= !row.attributes.empty();
      if (!row.attributes.empty() && std::get<bool>(row.attributes[0].second))
        finished.insert(row.case_id);
    }
    const auto whole = CasesOf(rows, {});
    const TraceOptions options{{"complete"}};
    std::map<std::vector<std::string>, std::pair<int64_t, std::vector<int64_t>>> expected;
    for (const auto& [id, rows_of_case] : CasesOf(rows, options)) {
      std::vector<std::string> sequence;
      for (const TestRow& row : rows_of_case) sequence.push_back(row.activity);
      auto& [open, durations] = expected[sequence];
      const bool ended = !marked || finished.contains(id);
      open += !ended;
      if (ended) durations.push_back(Duration(whole.at(id)));
    }
    const Traces traces(MakeLog(rows), options);
    std::vector<int64_t> all;
    int64_t open = 0;
    // Those of which no event counts have no variant.
    const auto counted = CasesOf(rows, options);
    for (const auto& [id, rows_of_case] : whole) {
      if (counted.contains(id)) continue;
      const bool ended = !marked || finished.contains(id);
      open += !ended;
      if (ended) all.push_back(Duration(rows_of_case));
    }
    for (const Variant& variant : Variants(traces).Page(traces, 0, {})) {
      std::vector<std::string> names;
      for (const uint32_t a : variant.activities) names.push_back(traces.log().activities[a]);
      ASSERT_TRUE(expected.contains(names));
      EXPECT_EQ(variant.open_case_count, expected[names].first);
      EXPECT_EQ(variant.open_case_count + variant.duration.count, variant.count);
      ExpectSame(variant.duration, expected[names].second);
      open += variant.open_case_count;
      all.insert(all.end(), expected[names].second.begin(), expected[names].second.end());
    }
    // Together they are the ended cases of the report.
    EndedCases ended = MeasureEndedCases(traces);
    std::sort(ended.durations.begin(), ended.durations.end());
    std::sort(all.begin(), all.end());
    EXPECT_EQ(all, ended.durations);
    EXPECT_EQ(open, ended.open_count);
    if (HasFailure()) FAIL() << "round " << round;
  }
}

struct Kind {
  std::string name;
  int rows, cases, activities;
  bool starts, transitions;
};

class MiningTest : public testing::TestWithParam<Kind> {
 protected:
  int Pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  std::vector<TestRow> Rows() {
    std::vector<TestRow> rows;
    for (int i = 0; i < GetParam().rows; ++i) {
      TestRow row{absl::StrCat("c", Pick(GetParam().cases)),
                  absl::StrCat("a", Pick(GetParam().activities)), Pick(50) * 1'000'001 - 7};
      if (GetParam().transitions && Pick(4)) row.transition = Pick(2) ? "Complete" : "start";
      if (GetParam().starts && Pick(5)) row.start = row.time - Pick(20) * 999'999;
      rows.push_back(std::move(row));
    }
    return rows;
  }

  std::mt19937 random_{4711};
};

TEST_P(MiningTest, EqualsTheDefinition) {
  for (int round = 0; round < 40; ++round) {
    const std::vector<TestRow> rows = Rows();
    const auto log = MakeLog(rows);
    for (const TraceOptions& options :
         {TraceOptions{}, TraceOptions{{}, false}, TraceOptions{{"COMPLETE"}, true},
          TraceOptions{{"complete", "other"}, false}}) {
      const Traces traces(log, options);
      const auto cases = CasesOf(rows, options);
      CheckMap(MineProcessMap(traces), *log, cases);
      const auto whole = CasesOf(rows, {{}, options.use_start_times});
      CheckVariants(traces, cases, whole);
      std::vector<int64_t> durations;
      for (const auto& [id, rows_of_case] : whole) durations.push_back(Duration(rows_of_case));
      EXPECT_EQ(CaseDurations(traces), durations);
      if (HasFailure()) FAIL() << "round " << round;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, MiningTest,
                         testing::Values(Kind{"Plain", 60, 9, 3, false, false},
                                         Kind{"Transitions", 60, 9, 4, false, true},
                                         Kind{"Starts", 60, 9, 4, true, true},
                                         Kind{"LongCases", 200, 2, 3, true, false},
                                         Kind{"ManyCases", 400, 200, 2, false, true},
                                         Kind{"TwoByteActivities", 900, 30, 400, true, true},
                                         Kind{"SparseEdges", 2500, 90, 1800, false, true}),
                         [](const auto& param) { return param.param.name; });

TEST(MiningEdgeTest, EmptyLog) {
  const Traces traces(EventLogBuilder().Snapshot(), {});
  EXPECT_EQ(MineProcessMap(traces).case_count, 0);
  EXPECT_EQ(Variants(traces).size(), 0);
  EXPECT_TRUE(CaseDurations(traces).empty());
  EXPECT_TRUE(MeasureSteps(traces.log(), {}).empty());
}

// Few and many values, spread and equal, with far ones at both ends.
TEST(DistributionTest, EqualsTheDefinition) {
  std::mt19937_64 random(3);
  for (const size_t n : {1u, 2u, 3u, 20u, 21u, 4095u, 4096u, 4097u, 10'001u}) {
    for (const int64_t spread : {int64_t{1}, int64_t{2}, int64_t{63}, int64_t{3'000'000'000'000}}) {
      for (const int64_t far : {int64_t{0}, int64_t{4'000'000'000'000'000}}) {
        std::vector<int64_t> values;
        for (size_t i = 0; i < n; ++i) {
          values.push_back(static_cast<int64_t>(random()) % spread + (i % 50 == 1 ? far : 0));
        }
        if (far > 0) values[n / 2] = -far;
        const std::vector<int64_t> copy = values;
        ExpectSame(Describe(values), copy, 1e-6);
      }
    }
  }
}

// Most values in one bin of the first look: two heaps far apart, each of values that hardly differ.
TEST(DistributionTest, HeapsOfNearlyEqualValues) {
  std::mt19937_64 random(4);
  for (const int64_t spread : {int64_t{1}, int64_t{3}, int64_t{1'000}, int64_t{1'000'000}}) {
    std::vector<int64_t> values = {-5'000'000'000'000'000};
    for (size_t i = 0; i < 30'000; ++i) {
      values.push_back((i % 13 == 0 ? 1'000'000'000'000 : 7'000'000) +
                       static_cast<int64_t>(random() % static_cast<uint64_t>(spread)));
    }
    const std::vector<int64_t> copy = values;
    ExpectSame(Describe(values), copy, 1e-6);
  }
}

TEST(DistributionTest, SumsThatOutgrow64Bits) {
  std::vector<int64_t> values(4, std::int64_t{1} << 62);
  const Distribution d = Describe(values);
  EXPECT_DOUBLE_EQ(d.total, 4 * std::ldexp(1.0, 62) / 1e6);
  EXPECT_DOUBLE_EQ(d.mean, std::ldexp(1.0, 62) / 1e6);
}

TEST(StepTimesTest, SumsUp) {
  const std::vector<TestRow> rows = {
      {"1", "a", 0, "schedule", kNoTime, "", {{"due_time", Instant{5'000'000}}}},
      {"1", "a", 2'000'000, "start"},
      {"1", "a", 6'000'000, "complete"},
      {"1", "a", 7'000'000, "start"},
      {"1", "a", 8'000'000, "complete"},
      {"2", "a", 0, "schedule", kNoTime, "", {{"due_time", Instant{5'000'000}}}},
      {"2", "a", 3'000'000, "suspend"},
      {"2", "a", 4'000'000, "resume"},
      {"2", "a", 5'000'000, "complete"},
      {"2", "b", 100'000'000, "complete"},
      {"3", "b", 0, "manualskip"}};
  const auto log = MakeLog(rows);
  const auto steps = MeasureSteps(*log, {});
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(log->activities[steps[0].activity], "b");
  EXPECT_EQ(steps[0].waiting.total, 95);
  EXPECT_EQ(steps[0].count, 1);
  EXPECT_EQ(steps[0].due_count, 0);
  const StepTime& a = steps[1];
  EXPECT_EQ(std::tuple(a.count, a.case_count, a.rework_case_count, a.due_count, a.late_count),
            std::tuple(3, 2, 1, 2, 1));
  EXPECT_EQ(std::tuple(a.waiting.count, a.waiting.total, a.waiting.max), std::tuple(3, 7.0, 4.0));
  EXPECT_EQ(std::tuple(a.working.count, a.working.total), std::tuple(2, 5.0));
  EXPECT_EQ(std::tuple(a.blocked.count, a.blocked.total), std::tuple(1, 1.0));
  EXPECT_EQ(a.planned_seconds, 0);
}

// Planned until its day; until it is begun, where that is earlier; not where it never is done.
TEST(StepTimesTest, PlannedTime) {
  const std::vector<std::pair<std::string, AttributeValue>> day = {
      {"earliest_time", Instant{9'000'000}}};
  const auto steps = MeasureSteps(
      *MakeLog(std::vector<TestRow>{{"1", "a", 2'000'000, "schedule", kNoTime, "", day},
                                    {"1", "a", 10'000'000, "start"},
                                    {"1", "a", 11'000'000, "complete"},
                                    {"2", "a", 2'000'000, "schedule", kNoTime, "", day},
                                    {"2", "a", 5'000'000, "start"},
                                    {"2", "a", 11'000'000, "complete"},
                                    {"3", "a", 2'000'000, "schedule", kNoTime, "", day}}),
      {});
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].planned_seconds, 7 + 3);
}

}  // namespace
}  // namespace plumbline::analytics
