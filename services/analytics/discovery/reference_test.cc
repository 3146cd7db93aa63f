// SPDX-License-Identifier: Apache-2.0
//
// Compares what is discovered from real event logs with what an independent tool made of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/discovery/footprints.h"
#include "services/analytics/discovery/heuristics_miner.h"
#include "services/analytics/discovery/inductive_miner.h"
#include "services/analytics/discovery/replay.h"
#include "services/analytics/discovery/tree_text.h"
#include "services/analytics/log/reference_rows.h"

namespace plumbline::analytics {
namespace {

using plumbline::testing::At;
using plumbline::testing::Json;
using List = google::protobuf::RepeatedPtrField<Json>;

const List& Items(const Json& value) { return value.list_value().values(); }

std::vector<Footprints::Pair> Pairs(const Json& json) {
  std::vector<Footprints::Pair> pairs;
  for (const Json& pair : Items(json)) {
    pairs.emplace_back(Items(pair)[0].string_value(), Items(pair)[1].string_value());
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

std::vector<std::string> Names(const Json& counts) {
  std::vector<std::string> names;
  for (const auto& [name, count] : counts.struct_value().fields()) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

class DiscoveryReferenceTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    // Read once for all tests of it.
    static auto* const bags = new std::map<std::string, TraceBag>;
    if (!bags->contains(GetParam()))
      bags->emplace(GetParam(), TraceBag(Traces(MakeLog(ReadReferenceRows(GetParam())), {})));
    bag_ = bags->at(GetParam());
    const std::optional<Json> reference = plumbline::testing::ReadReference(GetParam());
    if (!reference.has_value() || bag_.case_count() == 0)
      GTEST_SKIP() << GetParam() << " is not at hand";
    reference_ = *reference;
  }

  ModelTree Mine(double noise) const {
    InductiveOptions options;
    options.noise = noise;
    absl::StatusOr<ModelTree> tree = MineTree(bag_, options);
    EXPECT_TRUE(tree.ok()) << tree.status();
    return tree.ok() ? *tree : ModelTree();
  }

  void ExpectTree(double noise, const std::string& key) const {
    const std::string expected = At(At(reference_, key), "tree").string_value();
    EXPECT_EQ(TextOf(Mine(noise), bag_.names()),
              TextOf(Normalised(ParseTree(expected, bag_.names())), bag_.names()));
  }

  Json reference_;
  TraceBag bag_{{}};
};

TEST_P(DiscoveryReferenceTest, InductiveMiner) { ExpectTree(0, "inductive_miner"); }

TEST_P(DiscoveryReferenceTest, InductiveMinerWithNoise) {
  ExpectTree(0.2, "inductive_miner_f_0.2_counts_fixed");
}

TEST_P(DiscoveryReferenceTest, TreeReplaysItsLog) {
  const ReplayCounts counts = ReplayAll(Mine(0), bag_);
  EXPECT_EQ(counts.fitting, bag_.case_count());
  EXPECT_EQ(counts.unfitting + counts.unknown, 0);
}

TEST_P(DiscoveryReferenceTest, Heuristics) {
  const absl::StatusOr<HeuristicsNet> net = MineHeuristicsNet(bag_, {});
  ASSERT_TRUE(net.ok()) << net.status();
  std::map<Footprints::Pair, std::pair<double, int64_t>> got, expected;
  for (const DependencyEdge& edge : net->edges) {
    got[{bag_.names()[edge.from], bag_.names()[edge.to]}] = {edge.dependency, edge.count};
  }
  for (const Json& edge : Items(At(At(reference_, "heuristics_net"), "edges"))) {
    const List& cells = Items(edge);
    expected[{cells[0].string_value(), cells[1].string_value()}] = {
        cells[2].number_value(), static_cast<int64_t>(cells[3].number_value())};
  }
  ASSERT_EQ(got.size(), expected.size());
  for (const auto& [pair, value] : expected) {
    ASSERT_TRUE(got.contains(pair)) << pair.first << " -> " << pair.second;
    EXPECT_NEAR(got[pair].first, value.first, 1e-9) << pair.first << " -> " << pair.second;
    EXPECT_EQ(got[pair].second, value.second) << pair.first << " -> " << pair.second;
  }
}

TEST_P(DiscoveryReferenceTest, Footprints) {
  const Footprints footprints = FootprintsOf(bag_);
  const Json& expected = At(reference_, "footprints");
  EXPECT_EQ(footprints.sequence, Pairs(At(expected, "sequence")));
  EXPECT_EQ(footprints.parallel, Pairs(At(expected, "parallel")));
  EXPECT_EQ(footprints.min_trace_length, At(expected, "min_trace_length").number_value());
  EXPECT_EQ(footprints.starts, Names(At(reference_, "start_activities")));
  EXPECT_EQ(footprints.ends, Names(At(reference_, "end_activities")));
}

INSTANTIATE_TEST_SUITE_P(Logs, DiscoveryReferenceTest, ::testing::ValuesIn(ReferenceLogs()),
                         [](const auto& param) { return param.param; });

}  // namespace
}  // namespace plumbline::analytics
