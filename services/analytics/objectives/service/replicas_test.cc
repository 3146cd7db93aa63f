// SPDX-License-Identifier: Apache-2.0
//
// Two replicas that look after objectives, on both engines.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plumbline/analytics/v1/objective_service.pb.h"
#include "services/analytics/serving/testing.h"
#include "services/analytics/storage/store_testing.h"

namespace plumbline::analytics {
namespace {

constexpr int64_t kDay = 86'400;

class ObjectiveReplicas : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    one_ = std::make_unique<TestAnalytics>(*database_);
    // A database in memory is that of one connection.
    if (GetParam() != kSqlite) other_database_ = Open();
    two_ = std::make_unique<TestAnalytics>(GetParam() == kSqlite ? *database_ : *other_database_);
    call_.deadline = base::SystemClock().Now() + absl::Hours(2);
    call_.identity = base::Identity::Everything("test");
    WriteLateCases();
  }
  // Twenty cases that took nineteen days.
  void WriteLateCases() {
    ASSERT_TRUE(one_->Create("reps").ok());
    const int64_t end = absl::ToUnixSeconds(one_->clock().Now());
    std::vector<v1::Event> events;
    for (int i = 0; i < 20; ++i) {
      events.push_back(EventOf(absl::StrCat(i), "a", end - 20 * kDay));
      events.push_back(EventOf(absl::StrCat(i), "b", end - kDay));
    }
    ASSERT_TRUE(one_->Write("reps", "test", 1, events).ok());
  }
  absl::Status Call(TestAnalytics& replica, const char* method,
                    const google::protobuf::Message& request, google::protobuf::Message* response) {
    return replica.channel().Call(call_,
                                  absl::StrCat("/plumbline.analytics.v1.ObjectiveService/", method),
                                  request, response);
  }

  std::unique_ptr<sql::Database> other_database_;
  std::unique_ptr<TestAnalytics> one_, two_;
  base::CallContext call_;
};

// Each change is recorded once, whoever looks, and whenever the lease goes over.
TEST_P(ObjectiveReplicas, RecordEachAlertOnce) {
  v1::CreateObjectiveRequest create;
  create.set_parent("workspaces/acme");
  create.set_objective_id("quick");
  create.mutable_objective()->set_event_log(LogName("reps"));
  create.mutable_objective()->mutable_measure()->set_kind(v1::ObjectiveMeasure::KIND_CASE_TIME);
  create.mutable_objective()->mutable_measure()->mutable_target()->set_seconds(kDay);
  create.mutable_objective()->set_goal_share(0.9);
  v1::CreateObjectiveResponse created;
  const absl::Status status = Call(*one_, "CreateObjective", create, &created);
  ASSERT_TRUE(status.ok()) << status;
  const absl::Time now = one_->clock().Now();
  const auto run = [](TestAnalytics& replica, absl::Time at) {
    const auto done = replica.app().RunObjectivesOnce(at);
    EXPECT_TRUE(done.ok()) << done.status();
    return done.value_or(-1);
  };
  const int64_t first = run(*one_, now);
  EXPECT_GT(first, 0);
  EXPECT_EQ(run(*two_, now), 0) << "the other has the lease";
  EXPECT_EQ(run(*two_, now + absl::Minutes(5)), 0) << "and has noted it";
  v1::ListObjectiveAlertsRequest list;
  list.set_parent("workspaces/acme/objectives/quick");
  v1::ListObjectiveAlertsResponse alerts;
  ASSERT_TRUE(Call(*two_, "ListObjectiveAlerts", list, &alerts).ok());
  EXPECT_EQ(alerts.alerts_size(), first);
}

INSTANTIATE_TEST_SUITE_P(Engines, ObjectiveReplicas, ::testing::Values(kSqlite, "PostgreSQL"),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace plumbline::analytics
