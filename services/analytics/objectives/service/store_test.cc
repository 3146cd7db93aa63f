// SPDX-License-Identifier: Apache-2.0
//
// The store of objectives, the same on both engines.
#include "services/analytics/objectives/service/store.h"

#include <memory>
#include <string>
#include <vector>

#include "common/listing/request.h"
#include "plumbline/analytics/v1/objective_service.pb.h"
#include "services/analytics/storage/store_testing.h"

namespace plumbline::analytics {
namespace {

class ObjectiveStoreTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    objectives_ = NewObjectiveStore(*database_);
  }
  void Change(absl::FunctionRef<absl::Status(ObjectiveView&)> body) {
    const auto written =
        objectives_->Write(context_, {"acme", "Method", "", ""}, kNow,
                           [&](ObjectiveView& view) -> absl::StatusOr<std::string> {
                             RETURN_IF_ERROR(body(view));
                             return "";
                           });
    ASSERT_TRUE(written.ok()) << written.status();
  }
  template <typename T>
  T Get(absl::FunctionRef<absl::StatusOr<T>(ObjectiveView&)> body) {
    T result{};
    const absl::Status status =
        objectives_->Read(context_, [&](ObjectiveView& view) -> absl::Status {
          ASSIGN_OR_RETURN(result, body(view));
          return absl::OkStatus();
        });
    EXPECT_TRUE(status.ok()) << status;
    return result;
  }
  static StoredObjective ObjectiveOf(const std::string& id) {
    StoredObjective stored;
    stored.key = {"acme", id};
    stored.uid = "uid-" + id;
    stored.version = 1;
    stored.secret = "whsec_x";
    stored.objective.set_name(NameOf(stored.key));
    stored.objective.set_event_log("workspaces/acme/eventLogs/sales");
    return stored;
  }
  static StoredAlert AlertOf(const std::string& id, const std::string& rule, bool fired,
                             bool sent = false) {
    StoredAlert alert;
    alert.key = {"acme", id};
    alert.uid = "uid-" + id;
    alert.alert.set_source(v1::ObjectiveAlert::SOURCE_BURN_RATE);
    alert.alert.set_rule(rule);
    alert.alert.set_state(fired ? v1::ObjectiveAlert::STATE_FIRED
                                : v1::ObjectiveAlert::STATE_RESOLVED);
    alert.alert.mutable_record_time()->set_seconds(absl::ToUnixSeconds(kNow));
    if (!sent) return alert;
    alert.delivery.emplace();
    alert.delivery->set_state(v1::AlertDelivery::STATE_PENDING);
    alert.delivery->mutable_next_attempt_time()->set_seconds(absl::ToUnixSeconds(kNow));
    return alert;
  }
  std::vector<std::string> RulesAfter(const AlertPlace& place, const std::string& objective = "") {
    std::vector<std::string> rules;
    for (const StoredAlert& alert : Get<std::vector<StoredAlert>>([&](ObjectiveView& view) {
           return view.alerts().ReadAfter({"acme", objective}, place, 100);
         })) {
      rules.push_back(alert.alert.rule());
    }
    return rules;
  }

  std::unique_ptr<ObjectiveStore> objectives_;
};

TEST_P(ObjectiveStoreTest, ObjectivesAreKeptAndRemoved) {
  Change([](ObjectiveView& view) -> absl::Status {
    RETURN_IF_ERROR(view.Lock({"acme", "b"}));
    RETURN_IF_ERROR(view.objectives().Put(ObjectiveOf("b")));
    return view.objectives().Put(ObjectiveOf("a"));
  });
  const auto found = Get<std::optional<StoredObjective>>([](ObjectiveView& view) {
    return view.objectives().Find({"acme", "a"});
  });
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->uid, "uid-a");
  EXPECT_EQ(found->secret, "whsec_x");
  EXPECT_EQ(found->version, 1);
  EXPECT_EQ(Get<int64_t>([](ObjectiveView& view) { return view.objectives().Count("acme"); }), 2);
  EXPECT_EQ(Get<int64_t>([](ObjectiveView& view) { return view.objectives().Count("other"); }), 0);
  const auto rest = Get<std::vector<StoredObjective>>(
      [](ObjectiveView& view) { return view.objectives().ListAll("uid-a", 10); });
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].key.objective, "b");
  v1::ListObjectivesRequest list;
  list.set_page_size(1);
  const auto query = listing::ToQuery("ListObjectives", "workspaces/acme", list, ObjectiveSchema());
  ASSERT_TRUE(query.ok());
  const auto page = Get<listing::Page<StoredObjective>>(
      [&](ObjectiveView& view) { return view.objectives().List("acme", *query); });
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_EQ(page.rows[0].key.objective, "a");
  EXPECT_FALSE(page.next.empty());
  Change([](ObjectiveView& view) -> absl::Status {
    RETURN_IF_ERROR(view.alerts().Append(AlertOf("a", "fast", true)));
    return view.objectives().Remove(ObjectiveOf("a"));
  });
  EXPECT_TRUE(RulesAfter({}).empty());
  EXPECT_EQ(Get<int64_t>([](ObjectiveView& view) { return view.objectives().Count("acme"); }), 1);
}

TEST_P(ObjectiveStoreTest, AlertsAreReadInTheirOrder) {
  Change([](ObjectiveView& view) { return view.alerts().Append(AlertOf("a", "fast", true)); });
  Change([](ObjectiveView& view) -> absl::Status {
    RETURN_IF_ERROR(view.alerts().Append(AlertOf("b", "slow", true)));
    return view.alerts().Append(AlertOf("a", "slow", true));
  });
  Change([](ObjectiveView& view) { return view.alerts().Append(AlertOf("a", "fast", false)); });
  EXPECT_EQ(RulesAfter({}), (std::vector<std::string>{"fast", "slow", "slow", "fast"}));
  EXPECT_EQ(RulesAfter({}, "a"), (std::vector<std::string>{"fast", "slow", "fast"}));
  const auto all = Get<std::vector<StoredAlert>>([](ObjectiveView& view) {
    return view.alerts().ReadAfter({"acme", ""}, {}, 2);
  });
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(RulesAfter(all[1].place), (std::vector<std::string>{"slow", "fast"}));
  const auto alerting = Get<objectives::AlertKeys>(
      [](ObjectiveView& view) { return view.alerts().Alerting("uid-a"); });
  EXPECT_EQ(alerting, (objectives::AlertKeys{{objectives::AlertSource::kBurnRate, "slow"}}));
}

TEST_P(ObjectiveStoreTest, ADeliveryIsNotedByOne) {
  Change([](ObjectiveView& view) -> absl::Status {
    RETURN_IF_ERROR(view.alerts().Append(AlertOf("a", "fast", true, true)));
    return view.alerts().Append(AlertOf("a", "slow", true));
  });
  const auto due = [&](absl::Time now) {
    return Get<std::vector<StoredAlert>>(
        [&](ObjectiveView& view) { return view.alerts().FindDue(now, 10); });
  };
  EXPECT_TRUE(due(kNow - absl::Seconds(1)).empty());
  auto found = due(kNow);
  ASSERT_EQ(found.size(), 1U) << "the other goes nowhere";
  found[0].delivery->set_attempt_count(1);
  found[0].delivery->set_state(v1::AlertDelivery::STATE_SUCCEEDED);
  for (const bool first : {true, false}) {
    Change([&](ObjectiveView& view) -> absl::Status {
      ASSIGN_OR_RETURN(const bool noted, view.alerts().PutDelivery(found[0], 0));
      EXPECT_EQ(noted, first);
      return absl::OkStatus();
    });
  }
  EXPECT_TRUE(due(kNow).empty());
  Change([](ObjectiveView& view) -> absl::Status {
    ASSIGN_OR_RETURN(const int64_t none, view.alerts().Forget(kNow, 10));
    EXPECT_EQ(none, 0);
    ASSIGN_OR_RETURN(const int64_t both, view.alerts().Forget(kNow + absl::Seconds(1), 10));
    EXPECT_EQ(both, 2);
    return absl::OkStatus();
  });
}

INSTANTIATE_TEST_SUITE_P(Engines, ObjectiveStoreTest, ::testing::Values(kSqlite, "PostgreSQL"),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace plumbline::analytics
