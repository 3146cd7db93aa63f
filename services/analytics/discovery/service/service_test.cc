// SPDX-License-Identifier: Apache-2.0
//
// DiscoveryService over an in-process channel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plumbline/analytics/v1/discovery.pb.h"
#include "services/analytics/serving/service_testing.h"

namespace plumbline::analytics {
namespace {

using testing::HasSubstr;

class DiscoveryServiceTest : public testing::Test {
 protected:
  // A case for each word, an activity for each letter.
  void Write(const std::vector<std::string>& words) {
    ASSERT_TRUE(analytics_.Create("words").ok());
    request_.set_name("workspaces/acme/eventLogs/words");
    std::vector<v1::Event> events;
    for (size_t number = 0; number < words.size(); ++number) {
      for (size_t i = 0; i < words[number].size(); ++i) {
        v1::Event& event = events.emplace_back();
        event.set_case_id(absl::StrCat("case ", number));
        event.set_activity(words[number].substr(i, 1));
        event.mutable_time()->set_seconds(1'600'000'000 + static_cast<int64_t>(i));
      }
    }
    if (events.empty()) return;
    ASSERT_TRUE(analytics_.Write("words", "test", 1, events).ok());
  }

  absl::StatusOr<v1::DiscoverProcessResponse> Discover() {
    v1::DiscoverProcessResponse response;
    base::CallContext context;
    context.deadline = base::SystemClock().Now() + absl::Hours(2);
    context.identity = base::Identity::Everything("test");
    const absl::Status status = analytics_.channel().Call(
        context, "/plumbline.analytics.v1.DiscoveryService/DiscoverProcess", request_, &response);
    if (!status.ok()) return status;
    return response;
  }

  TestAnalytics analytics_;
  v1::DiscoverProcessRequest request_;
};

TEST_F(DiscoveryServiceTest, TreeInAllItsForms) {
  Write({"abd", "abd", "acd", "ad"});
  const auto response = Discover();
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->text(), "->( 'a', X( tau, 'b', 'c' ), 'd' )");
  EXPECT_EQ(response->case_count(), 4);
  EXPECT_EQ(response->variant_count(), 3);
  EXPECT_EQ(response->fitting_case_count(), 4);
  EXPECT_EQ(response->unchecked_case_count(), 0);
  ASSERT_EQ(response->model().children_size(), 3);
  EXPECT_EQ(response->model().children(1).kind(), v1::ModelNode::KIND_CHOICE);
  EXPECT_EQ(response->model().children(2).activity(), "d");
  EXPECT_EQ(response->root_absent_reason(), "");
  ASSERT_EQ(response->root().sequence().nodes_size(), 3);
  EXPECT_TRUE(response->root().sequence().nodes(1).optional());
  EXPECT_EQ(response->root().sequence().nodes(1).choice().nodes_size(), 2);
  EXPECT_EQ(response->root().sequence().nodes(2).step().role(), "unassigned");
  EXPECT_FALSE(response->has_dependency_graph());
}

TEST_F(DiscoveryServiceTest, NoiseLeavesOutWhatIsRare) {
  Write({"ab", "ab", "ab", "ab", "ab", "ab", "a"});
  request_.set_noise(0.2);
  const auto response = Discover();
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->text(), "->( 'a', 'b' )");
  EXPECT_EQ(response->fitting_case_count(), 6);
}

TEST_F(DiscoveryServiceTest, DependencyGraph) {
  Write({"ab", "ab", "ba", "cc"});
  request_.set_algorithm(v1::DISCOVERY_ALGORITHM_HEURISTICS);
  request_.mutable_thresholds()->set_dependency(0.2);
  const auto response = Discover();
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_FALSE(response->has_model());
  const v1::DependencyGraph& graph = response->dependency_graph();
  ASSERT_EQ(graph.activities_size(), 3);
  EXPECT_EQ(graph.activities(0).start_count(), 2);
  ASSERT_EQ(graph.dependencies_size(), 2);
  EXPECT_EQ(graph.dependencies(0).from(), "a");
  EXPECT_EQ(graph.dependencies(0).dependency(), 0.25);
  EXPECT_EQ(graph.dependencies(1).to(), "c");
  EXPECT_EQ(graph.dependencies(1).dependency(), 0.5);
}

TEST_F(DiscoveryServiceTest, FootprintsOfPairs) {
  Write({"abc", "acb", "aad"});
  request_.set_algorithm(v1::DISCOVERY_ALGORITHM_FOOTPRINTS);
  const auto response = Discover();
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_FALSE(response->has_model());
  EXPECT_EQ(response->case_count(), 3);
  const v1::Footprints& footprints = response->footprints();
  EXPECT_THAT(footprints.activities(), testing::ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(footprints.start_activities(), testing::ElementsAre("a"));
  EXPECT_THAT(footprints.end_activities(), testing::ElementsAre("b", "c", "d"));
  std::string pairs;
  for (const auto& pair : footprints.pairs()) {
    pairs += pair.from() + (pair.parallel() ? "=" : ">") + pair.to() + " ";
  }
  EXPECT_EQ(pairs, "a>b a>c a>d a=a b=c ");
  EXPECT_EQ(footprints.omitted_pair_count(), 0);
}

TEST_F(DiscoveryServiceTest, LogWithoutEventsHasNoProcess) {
  Write({});
  const auto response = Discover();
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->text(), "tau");
  EXPECT_FALSE(response->has_root());
  EXPECT_THAT(response->root_absent_reason(), HasSubstr("has no event that counts"));
}

TEST_F(DiscoveryServiceTest, RefusesWhatBelongsToTheOtherAlgorithm) {
  Write({"ab"});
  request_.mutable_thresholds()->set_rare(0.1);
  EXPECT_THAT(Discover().status().message(), HasSubstr("thresholds: are of the heuristics miner"));
  request_.set_algorithm(v1::DISCOVERY_ALGORITHM_HEURISTICS);
  request_.set_noise(0.1);
  EXPECT_THAT(Discover().status().message(), HasSubstr("noise: is of the inductive miner"));
  request_.set_algorithm(v1::DISCOVERY_ALGORITHM_FOOTPRINTS);
  request_.clear_thresholds();
  EXPECT_THAT(Discover().status().message(), HasSubstr("noise: is of the inductive miner"));
  request_.set_algorithm(v1::DISCOVERY_ALGORITHM_HEURISTICS);
  request_.clear_noise();
  request_.mutable_thresholds()->set_rare(2);
  EXPECT_THAT(Discover().status().message(), HasSubstr("thresholds.rare: is 2; it takes 0 to 1"));
  request_.clear_thresholds();
  request_.set_algorithm(static_cast<v1::DiscoveryAlgorithm>(9));
  EXPECT_THAT(Discover().status().message(), HasSubstr("algorithm: is 9"));
}

TEST_F(DiscoveryServiceTest, UnknownLog) {
  request_.set_name("workspaces/acme/eventLogs/nothing");
  EXPECT_EQ(Discover().status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace plumbline::analytics
