// SPDX-License-Identifier: Apache-2.0
//
// Compares what is discovered from real event logs with what an independent tool made of them. Logs
// and figures lie outside the tree: in $PLUMBLINE_SHARED, or in "shared" beside the tree.
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "services/analytics/discovery/footprints.h"
#include "services/analytics/discovery/heuristics_miner.h"
#include "services/analytics/discovery/inductive_miner.h"
#include "services/analytics/discovery/replay.h"
#include "services/analytics/discovery/tree_text.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics {
namespace {

using Json = google::protobuf::Value;
using List = google::protobuf::RepeatedPtrField<Json>;

std::string SharedFolder() {
  if (const char* folder = std::getenv("PLUMBLINE_SHARED")) return folder;
  const char* source = std::getenv("PLUMBLINE_SOURCE_DIR");
  return absl::StrCat(source == nullptr ? "." : source, "/../shared");
}

// The whole of a file, unpacked if it is gzipped; "" if it cannot be read.
std::string ReadFile(const std::string& path) {
  std::string text, buffer(1 << 16, '\0');
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return text;
  for (int n; (n = gzread(file, buffer.data(), static_cast<unsigned>(buffer.size()))) > 0;) {
    text.append(buffer.data(), static_cast<size_t>(n));
  }
  gzclose(file);
  return text;
}

int64_t ParseMicros(absl::string_view text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << text << ": " << error;
  return absl::ToUnixMicros(time);
}

// Rows of case_id,activity,timestamp,...; these files quote nothing.
std::vector<TestRow> ReadRows(const std::string& csv) {
  std::vector<TestRow> rows;
  for (absl::string_view line : absl::StrSplit(csv, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    if (cells[0] == "case_id") continue;
    rows.push_back({cells[0], cells[1], ParseMicros(cells[2])});
  }
  return rows;
}

const Json& At(const Json& value, const std::string& key) {
  static const Json* const kNull = new Json;
  const auto& fields = value.struct_value().fields();
  const auto found = fields.find(key);
  return found == fields.end() ? *kNull : found->second;
}
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

class DiscoveryReferenceTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string folder = SharedFolder(), name = GetParam();
    const std::string json = ReadFile(folder + "/reference/" + name + ".json");
    // Read once for all tests of it.
    static auto* const bags = new std::map<std::string, TraceBag>;
    if (!bags->contains(name)) {
      const std::vector<TestRow> rows =
          ReadRows(ReadFile(folder + "/data/logs/" + name + ".csv.gz"));
      bags->emplace(name, TraceBag(Traces(MakeLog(rows), {})));
    }
    bag_ = bags->at(name);
    if (bag_.case_count() == 0 || json.empty()) {
      GTEST_SKIP() << "no reference for '" << name << "' in " << folder;
    }
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json, &reference_).ok());
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

INSTANTIATE_TEST_SUITE_P(Logs, DiscoveryReferenceTest,
                         testing::Values("a32f0n50", "bpic2012", "bpic2013_open", "callcenter",
                                         "csm_15k", "derived_maven_crm", "interval_log",
                                         "lending_high", "loan_app", "procure_to_pay",
                                         "purchasing_example", "receipt", "repair_example",
                                         "reviewing", "roadtraffic100", "running_example"),
                         [](const auto& param) { return param.param; });

}  // namespace
}  // namespace plumbline::analytics
