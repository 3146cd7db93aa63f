// SPDX-License-Identifier: Apache-2.0
//
// Compares the process map, variants, durations and service times of real event logs with figures
// that an independent tool made of them.
#include <gtest/gtest.h>
#include <openssl/sha.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/analytics/log/reference_rows.h"
#include "services/analytics/mining/process_map.h"
#include "services/analytics/mining/step_times.h"
#include "services/analytics/mining/variants.h"

namespace plumbline::analytics {
namespace {

using plumbline::testing::At;
using plumbline::testing::Json;

// A log that arrived in several batches, with snapshots between them.
std::shared_ptr<const LogSnapshot> LoadInPieces(const std::vector<TestRow>& rows) {
  EventLogBuilder builder;
  const std::span<const TestRow> all(rows);
  const size_t piece = rows.size() / 3 + 1;
  for (size_t at = 0; at < rows.size(); at += piece) {
    builder.Append(MakeBatch(all.subspan(at, std::min(piece, rows.size() - at))));
    builder.Snapshot();
  }
  return builder.Snapshot();
}

double Number(const Json& value) { return value.number_value(); }

void ExpectNear(double got, double expected, const std::string& what) {
  EXPECT_NEAR(got, expected, 1e-9 * std::max(1.0, std::abs(expected))) << what;
}

void ExpectDistribution(const Distribution& got, const Json& expected, const std::string& what) {
  EXPECT_EQ(got.count, Number(At(expected, "n"))) << what;
  ExpectNear(got.mean, Number(At(expected, "mean")), what + " mean");
  ExpectNear(got.median, Number(At(expected, "median")), what + " median");
  ExpectNear(got.p95, Number(At(expected, "p95")), what + " p95");
  ExpectNear(got.min, Number(At(expected, "min")), what + " min");
  ExpectNear(got.max, Number(At(expected, "max")), what + " max");
  ExpectNear(got.total, Number(At(expected, "sum")), what + " sum");
}

using Counts = std::map<std::string, int64_t>;

Counts CountsOf(const Json& json) {
  Counts counts;
  for (const auto& [name, n] : json.struct_value().fields()) {
    counts[name] = static_cast<int64_t>(Number(n));
  }
  return counts;
}

class ReferenceTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::optional<Json> reference = plumbline::testing::ReadReference(GetParam());
    const std::vector<TestRow> rows = ReadReferenceRows(GetParam(), RowParts::kAll);
    if (!reference.has_value() || rows.empty()) GTEST_SKIP() << GetParam() << " is not at hand";
    reference_ = *reference;
    log_ = LoadInPieces(rows);
  }

  const Json& Ref(const std::string& key) const { return At(reference_, key); }
  const std::string& Name(uint32_t activity) const { return log_->activities[activity]; }

  Counts NodeCounts(const ProcessMap& map, int64_t ActivityNode::*field) const {
    Counts counts;
    for (const ActivityNode& node : map.activities) {
      if (node.*field > 0) counts[Name(node.activity)] = node.*field;
    }
    return counts;
  }

  void ExpectEdges(const ProcessMap& map, const Json& expected) const {
    std::map<std::pair<std::string, std::string>, const Edge*> edges;
    for (const Edge& edge : map.edges) edges[{Name(edge.from), Name(edge.to)}] = &edge;
    ASSERT_EQ(edges.size(), static_cast<size_t>(expected.list_value().values_size()));
    for (const Json& item : expected.list_value().values()) {
      const auto& cells = item.list_value().values();
      const std::string from = cells[0].string_value(), to = cells[1].string_value();
      const auto found = edges.find({from, to});
      ASSERT_NE(found, edges.end()) << from << " -> " << to;
      EXPECT_EQ(found->second->wait.count, found->second->count);
      ExpectDistribution(found->second->wait, cells[2], from + " -> " + to);
    }
  }

  Json reference_;
  std::shared_ptr<const LogSnapshot> log_;
};

TEST_P(ReferenceTest, MapOfTimestamps) {
  const ProcessMap map = MineProcessMap(Traces(log_, {{}, false}));
  EXPECT_EQ(map.event_count, Number(Ref("events")));
  EXPECT_EQ(map.case_count, Number(Ref("cases")));
  EXPECT_EQ(map.activities.size(), Number(Ref("activities")));
  EXPECT_EQ(NodeCounts(map, &ActivityNode::count), CountsOf(Ref("activity_counts")));
  EXPECT_EQ(NodeCounts(map, &ActivityNode::start_count), CountsOf(Ref("start_activities")));
  EXPECT_EQ(NodeCounts(map, &ActivityNode::end_count), CountsOf(Ref("end_activities")));
  EXPECT_EQ(NodeCounts(map, &ActivityNode::rework_case_count),
            CountsOf(Ref("pm4py_rework_cases_per_activity")));
  std::map<std::pair<std::string, std::string>, int64_t> got, expected;
  for (const Edge& edge : map.edges) got[{Name(edge.from), Name(edge.to)}] = edge.count;
  for (const Json& item : Ref("dfg").list_value().values()) {
    const auto& cells = item.list_value().values();
    expected[{cells[0].string_value(), cells[1].string_value()}] =
        static_cast<int64_t>(Number(cells[2]));
  }
  EXPECT_EQ(got, expected);
  ExpectEdges(map, Ref("performance_dfg_seconds"));
}

TEST_P(ReferenceTest, VariantsOfTimestamps) {
  const Traces traces(log_, {{}, false});
  const Variants variants(traces);
  EXPECT_EQ(variants.size(), Number(Ref("variants")));
  std::string text;
  int64_t i = 0;
  const auto& top = Ref("top20_variants").list_value().values();
  for (const Variant& variant : variants.Page(traces, 0, {})) {
    std::vector<std::string> names, expected;
    for (const uint32_t activity : variant.activities) names.push_back(Name(activity));
    absl::StrAppend(&text, variant.count, "\t", absl::StrJoin(names, "\x1f"), "\n");
    if (i < top.size()) {
      const auto& pair = top[static_cast<int>(i)].list_value().values();
      for (const Json& name : pair[0].list_value().values()) {
        expected.push_back(name.string_value());
      }
      EXPECT_EQ(names, expected) << "variant " << i;
      EXPECT_EQ(variant.count, Number(pair[1])) << "variant " << i;
    }
    // These logs mark no ends, so every case counts as ended.
    EXPECT_EQ(variant.duration.count, variant.count) << "variant " << i;
    EXPECT_EQ(variant.open_case_count, 0) << "variant " << i;
    ++i;
  }
  std::string hash(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(hash.data()));
  EXPECT_EQ(absl::BytesToHexString(hash), Ref("variants_sha256").string_value());
}

TEST_P(ReferenceTest, CasesOfTimestamps) {
  const Traces traces(log_, {{}, false});
  std::vector<int64_t> durations = CaseDurations(traces), lengths;
  ExpectDistribution(Describe(durations), Ref("case_duration_seconds"), "case duration");
  for (size_t c = 0; c + 1 < traces.case_begin().size(); ++c) {
    lengths.push_back(int64_t{1'000'000} * (traces.case_begin()[c + 1] - traces.case_begin()[c]));
  }
  ExpectDistribution(Describe(lengths), Ref("case_length"), "case length");
}

TEST_P(ReferenceTest, StartTimes) {
  const ProcessMap map = MineProcessMap(Traces(log_, {}));
  if (!plumbline::testing::Has(reference_, "interval")) {
    return ExpectEdges(map,
                       Ref("performance_dfg_seconds"));  // the log has no starts: no difference
  }
  const Json& interval = Ref("interval");
  ExpectEdges(map, At(interval, "performance_dfg_seconds"));
  const auto& service = At(interval, "service_time_seconds").struct_value().fields();
  const std::vector<StepTime> steps = MeasureSteps(*log_, {});
  EXPECT_EQ(steps.size(), service.size());
  for (const StepTime& step : steps) {
    ASSERT_TRUE(service.contains(Name(step.activity)));
    ExpectDistribution(step.working, service.at(Name(step.activity)), Name(step.activity));
  }
}

INSTANTIATE_TEST_SUITE_P(Logs, ReferenceTest, ::testing::ValuesIn(ReferenceLogs()),
                         [](const auto& param) { return param.param; });

}  // namespace
}  // namespace plumbline::analytics
