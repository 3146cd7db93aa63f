// SPDX-License-Identifier: Apache-2.0
//
// ObjectiveService over an in-process channel, and the worker that records alerts and sends them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/http/testing_receiver.h"
#include "common/webhook/signature.h"
#include "google/protobuf/util/json_util.h"
#include "plumbline/analytics/v1/objective_service.pb.h"
#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr int64_t kDay = 86'400;
constexpr char kSecret[] = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
constexpr char kName[] = "workspaces/acme/objectives/certified";

AnalyticsOptions Options() {
  AnalyticsOptions options;
  options.objectives.sending.client.destinations =
      *http::Destinations::Create("networks", "127.0.0.0/8");
  options.objectives.sending.client.timeout = absl::Seconds(10);
  options.objectives.chance.fraction = [] { return 0.5; };
  return options;
}

// Forty reps, one a day, who are certified after 10 days; every fourth takes 50. The log marks
// ends.
class ObjectiveServiceTest : public ::testing::Test {
 protected:
  ObjectiveServiceTest() : analytics_(Options()) {}

  void SetUp() override {
    ASSERT_TRUE(analytics_.Create("reps").ok());
    std::vector<v1::Event> events;
    for (int i = 0; i < 40; ++i) {
      const std::string id = absl::StrCat("rep-", 100 + i);
      const int64_t hired = End() - (60 - i) * kDay;
      const int64_t certified = hired + (i % 4 == 0 ? 50 : 10) * kDay;
      events.push_back(EventOf(id, "Hired", hired));
      Mark(false, &events.back());
      if (certified > End()) continue;
      events.push_back(EventOf(id, "Certified", certified));
      Mark(true, &events.back());
    }
    ASSERT_TRUE(analytics_.Write("reps", "test", 1, events).ok());
  }
  static void Mark(bool finished, v1::Event* event) {
    v1::Attribute* attribute = event->add_attributes();
    attribute->set_key("case_finished");
    attribute->set_bool_value(finished);
  }
  // When the log was last written: now.
  int64_t End() { return absl::ToUnixSeconds(analytics_.clock().Now()); }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(const std::string& method, const Request& request) {
    Response response;
    base::CallContext context;
    context.deadline = base::SystemClock().Now() + absl::Hours(2);
    context.identity = base::Identity::Everything("test");
    const absl::Status status = analytics_.channel().Call(
        context, absl::StrCat("/plumbline.analytics.v1.ObjectiveService/", method), request,
        &response);
    if (!status.ok()) return status;
    return response;
  }
  // "90 % are certified within 30 days".
  v1::CreateObjectiveRequest CreateRequest(const std::string& url = "") {
    v1::CreateObjectiveRequest request;
    request.set_parent("workspaces/acme");
    request.set_objective_id("certified");
    v1::Objective& objective = *request.mutable_objective();
    objective.set_title("Certified within 30 days");
    objective.set_event_log(LogName("reps"));
    objective.mutable_measure()->set_kind(v1::ObjectiveMeasure::KIND_CASE_TIME);
    objective.mutable_measure()->set_activity("Certified");
    objective.mutable_measure()->mutable_target()->set_seconds(30 * kDay);
    objective.set_goal_share(0.9);
    objective.set_alert_webhook_url(url);
    return request;
  }
  v1::Objective Create(const v1::CreateObjectiveRequest& request) {
    const auto created = Call<v1::CreateObjectiveResponse>("CreateObjective", request);
    EXPECT_TRUE(created.ok()) << created.status();
    return created.ok() ? created->objective() : v1::Objective();
  }
  v1::GetErrorBudgetResponse Budget(int64_t days_ago = 0) {
    v1::GetErrorBudgetRequest request;
    request.set_name(kName);
    if (days_ago > 0) request.mutable_time()->set_seconds(End() - days_ago * kDay);
    const auto got = Call<v1::GetErrorBudgetResponse>("GetErrorBudget", request);
    EXPECT_TRUE(got.ok()) << got.status();
    return got.ok() ? *got : v1::GetErrorBudgetResponse();
  }
  std::vector<v1::ObjectiveAlert> Alerts(const std::string& parent = kName,
                                         const std::string& filter = "") {
    v1::ListObjectiveAlertsRequest request;
    request.set_parent(parent);
    request.set_filter(filter);
    const auto list = Call<v1::ListObjectiveAlertsResponse>("ListObjectiveAlerts", request);
    EXPECT_TRUE(list.ok()) << list.status();
    if (!list.ok()) return {};
    return {list->alerts().begin(), list->alerts().end()};
  }
  // "bad are cases with ...", of the reps.
  v1::CreateObjectiveRequest ConditionRequest(const std::string& condition) {
    v1::CreateObjectiveRequest request = CreateRequest();
    v1::ObjectiveMeasure& measure = *request.mutable_objective()->mutable_measure();
    measure.Clear();
    measure.set_kind(v1::ObjectiveMeasure::KIND_CASES_WITH_CONDITION);
    measure.set_condition(condition);
    return request;
  }
  int64_t Run(absl::Duration later = absl::ZeroDuration()) {
    const auto done = analytics_.app().RunObjectivesOnce(analytics_.clock().Now() + later);
    EXPECT_TRUE(done.ok()) << done.status();
    return done.value_or(-1);
  }

  TestAnalytics analytics_;
  http::testing::Receiver receiver_;
};

TEST_F(ObjectiveServiceTest, SlipsInAConditionAreTold) {
  for (const bool validate_only : {true, false}) {
    auto request =
        ConditionRequest("NOT activities:Certifeid OR attributes.case_finished = false");
    request.set_validate_only(validate_only);
    const auto told = Call<v1::CreateObjectiveResponse>("CreateObjective", request);
    ASSERT_TRUE(told.ok()) << told.status();
    EXPECT_THAT(told->notes(),
                ::testing::ElementsAre("the log has no activity 'Certifeid'; did you mean "
                                       "'Certified'?"));
  }
  EXPECT_THAT(Budget().notes(), ::testing::Contains("The log has no activity 'Certifeid'; did you "
                                                    "mean 'Certified'?"));
  // Of a change that leaves the condition as it was, nothing; of one that makes it anew, again.
  v1::UpdateObjectiveRequest update;
  update.mutable_objective()->set_name(kName);
  update.mutable_objective()->set_title("Certified");
  update.mutable_update_mask()->add_paths("title");
  EXPECT_THAT(Call<v1::UpdateObjectiveResponse>("UpdateObjective", update)->notes(), SizeIs(0));
  update.mutable_update_mask()->add_paths("measure");
  *update.mutable_objective()->mutable_measure() =
      ConditionRequest("NOT activities:Cert").objective().measure();
  EXPECT_THAT(Call<v1::UpdateObjectiveResponse>("UpdateObjective", update)->notes(), SizeIs(1));
}

// Also where nothing is written: to be told is why somebody asks for that.
TEST_F(ObjectiveServiceTest, SlipsInAnActivityAreTold) {
  v1::CreateObjectiveRequest request = CreateRequest();
  request.mutable_objective()->mutable_measure()->set_activity("Certifed");
  for (const bool validate_only : {true, false}) {
    request.set_validate_only(validate_only);
    const auto told = Call<v1::CreateObjectiveResponse>("CreateObjective", request);
    ASSERT_TRUE(told.ok()) << told.status();
    EXPECT_THAT(told->notes(), ::testing::ElementsAre("The log has no activity 'Certifed'; did you "
                                                      "mean 'Certified'?"));
  }
  EXPECT_THAT(Budget().notes(), ::testing::Contains("The log has no activity 'Certifed'; did you "
                                                    "mean 'Certified'?"));
  v1::UpdateObjectiveRequest update;
  update.mutable_objective()->set_name(kName);
  *update.mutable_objective()->mutable_measure() = CreateRequest().objective().measure();
  update.mutable_update_mask()->add_paths("measure");
  EXPECT_THAT(Call<v1::UpdateObjectiveResponse>("UpdateObjective", update)->notes(), SizeIs(0));
}

// The first event with it may be still to come: what is asked for is promised until then.
TEST_F(ObjectiveServiceTest, AnAttributeThatNoEventHasYetIsTold) {
  const auto note =
      ::testing::ElementsAre("the log has no attribute 'case_finishd'; did you mean "
                             "'case_finished'?");
  auto request = ConditionRequest("NOT attributes.case_finishd = true");
  for (const bool validate_only : {true, false}) {
    request.set_validate_only(validate_only);
    const auto told = Call<v1::CreateObjectiveResponse>("CreateObjective", request);
    ASSERT_TRUE(told.ok()) << told.status();
    EXPECT_THAT(told->notes(), note);
  }
  v1::UpdateObjectiveRequest update;
  update.mutable_objective()->set_name(kName);
  *update.mutable_objective()->mutable_measure() =
      ConditionRequest("attributes.severity = high").objective().measure();
  update.mutable_update_mask()->add_paths("measure");
  const auto updated = Call<v1::UpdateObjectiveResponse>("UpdateObjective", update);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_THAT(updated->notes(), ::testing::ElementsAre("the log has no attribute 'severity'"));
}

TEST_F(ObjectiveServiceTest, OfALogWithoutEventsAnyConditionIsTaken) {
  ASSERT_TRUE(analytics_.Create("new").ok());
  auto request = ConditionRequest("attributes.region = North");
  request.mutable_objective()->set_event_log(LogName("new"));
  const auto created = Call<v1::CreateObjectiveResponse>("CreateObjective", request);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_THAT(created->notes(), SizeIs(0));
}

TEST_F(ObjectiveServiceTest, IsCreatedReadListedUpdatedAndDeleted) {
  v1::CreateObjectiveRequest create = CreateRequest();
  create.set_request_id("once");
  const v1::Objective created = Create(create);
  EXPECT_EQ(created.name(), kName);
  EXPECT_EQ(created.author(), "anonymous");
  EXPECT_FALSE(created.etag().empty());
  EXPECT_EQ(Create(create).etag(), created.etag()) << "the same request has the same answer";
  create.set_request_id("twice");
  EXPECT_EQ(ReasonText(Call<v1::CreateObjectiveResponse>("CreateObjective", create)),
            "RESOURCE_ALREADY_EXISTS");

  v1::UpdateObjectiveRequest update;
  update.mutable_objective()->set_name(kName);
  update.mutable_objective()->set_goal_share(0.8);
  update.mutable_objective()->set_etag(created.etag());
  update.mutable_update_mask()->add_paths("goal_share");
  update.set_validate_only(true);
  ASSERT_TRUE(Call<v1::UpdateObjectiveResponse>("UpdateObjective", update).ok());
  update.set_validate_only(false);
  const auto updated = Call<v1::UpdateObjectiveResponse>("UpdateObjective", update);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->objective().goal_share(), 0.8);
  EXPECT_EQ(updated->objective().title(), "Certified within 30 days");
  EXPECT_EQ(ReasonText(Call<v1::UpdateObjectiveResponse>("UpdateObjective", update)),
            "ETAG_MISMATCH");

  v1::ListObjectivesRequest list;
  list.set_parent("workspaces/acme");
  list.set_filter("title = \"Certified*\"");
  EXPECT_EQ(Call<v1::ListObjectivesResponse>("ListObjectives", list)->objectives_size(), 1);
  list.set_filter("event_log = nothing");
  EXPECT_EQ(Call<v1::ListObjectivesResponse>("ListObjectives", list)->objectives_size(), 0);

  v1::DeleteObjectiveRequest remove;
  remove.set_name(kName);
  ASSERT_TRUE(Call<v1::DeleteObjectiveResponse>("DeleteObjective", remove).ok());
  v1::GetObjectiveRequest get;
  get.set_name(kName);
  EXPECT_EQ(ReasonText(Call<v1::GetObjectiveResponse>("GetObjective", get)), "RESOURCE_NOT_FOUND");
}

TEST_F(ObjectiveServiceTest, WhatBreaksTheRulesIsNamed) {
  struct Row {
    const char* field;
    void (*spoil)(v1::Objective*);
  };
  const Row rows[] = {
      {"objective.event_log", [](auto* o) { o->set_event_log("workspaces/other/eventLogs/x"); }},
      {"objective.goal_share", [](auto* o) { o->set_goal_share(1); }},
      {"objective.goal_share", [](auto* o) { o->set_goal_share(0); }},
      {"objective.period", [](auto* o) { o->mutable_period()->set_seconds(60); }},
      {"objective.measure.kind", [](auto* o) { o->mutable_measure()->clear_kind(); }},
      {"objective.measure.target", [](auto* o) { o->mutable_measure()->clear_target(); }},
      {"objective.measure.target_working_days",
       [](auto* o) {
         o->mutable_measure()->clear_target();
         o->mutable_measure()->set_target_working_days(30);
       }},
      {"objective.measure.condition",
       [](auto* o) { o->mutable_measure()->set_condition("duration > 3d"); }},
      {"objective.selection.window",
       [](auto* o) { o->mutable_selection()->mutable_window()->mutable_start_time(); }},
      {"objective.selection.filter", [](auto* o) { o->mutable_selection()->set_filter("nope ="); }},
      {"objective.policy[0].consumed_share", [](auto* o) { o->add_policy()->set_id("warn"); }},
      {"objective.alert_webhook_url",
       [](auto* o) { o->set_alert_webhook_url("https://10.0.0.1/"); }},
      {"objective.title", [](auto* o) { o->set_title(std::string(201, 'x')); }},
      {"objective.rules[0].burn_rate",
       [](auto* o) {
         v1::BurnRateRule* rule = o->add_rules();
         rule->set_id("never");
         rule->mutable_long_window()->set_seconds(3600);
         rule->mutable_short_window()->set_seconds(300);
         rule->set_burn_rate(14.4);
       }},
  };
  for (const Row& row : rows) {
    v1::CreateObjectiveRequest request = CreateRequest();
    row.spoil(request.mutable_objective());
    const auto created = Call<v1::CreateObjectiveResponse>("CreateObjective", request);
    ASSERT_FALSE(created.ok()) << row.field;
    const auto violations = base::FieldViolationsOf(created.status());
    ASSERT_FALSE(violations.empty()) << created.status();
    EXPECT_EQ(violations[0].field, row.field) << created.status();
  }
}

TEST_F(ObjectiveServiceTest, TheBudgetCountsWhatIsDecided) {
  Create(CreateRequest());
  const v1::GetErrorBudgetResponse got = Budget();
  const v1::ErrorBudget& budget = got.budget();
  // Rep i was hired 60 - i days ago: the fast ones count after 10 days, the slow ones after 30.
  EXPECT_EQ(budget.good_count(), 30);
  EXPECT_EQ(budget.bad_count(), 8);
  EXPECT_EQ(budget.pending_count(), 2);
  EXPECT_EQ(budget.overdue_count(), 5);
  EXPECT_DOUBLE_EQ(budget.good_share(), 30.0 / 38);
  EXPECT_NEAR(budget.budget_count(), 3.8, 1e-12);
  EXPECT_NEAR(budget.consumed_share(), 8 / 3.8, 1e-12);
  EXPECT_EQ(budget.state(), v1::ErrorBudget::STATE_EXHAUSTED);
  EXPECT_EQ(budget.policy_level(), "freeze");
  EXPECT_THAT(budget.rules(), SizeIs(3));
  EXPECT_EQ(budget.rules(0).rule().id(), "fast");
  EXPECT_EQ(budget.rules(0).rule().long_window().seconds(), kDay);
  EXPECT_NEAR(budget.rules(0).rule().budget_share(), 0.02, 1e-12);
  EXPECT_THAT(budget.burn_rates(), SizeIs(5));
  EXPECT_EQ(budget.burn_rates(4).window().seconds(), 90 * kDay);
  EXPECT_GT(budget.projected_budget_count(), budget.budget_count());
  EXPECT_EQ(Budget(45).budget().state(), v1::ErrorBudget::STATE_TOO_FEW_EVENTS);
  const v1::GetErrorBudgetResponse early = Budget(100);
  EXPECT_FALSE(early.budget().has_consumed_share());
  EXPECT_THAT(early.absent(), SizeIs(2));
}

TEST_F(ObjectiveServiceTest, ASelectionCountsItsCases) {
  v1::CreateObjectiveRequest request = CreateRequest();
  request.mutable_objective()->mutable_selection()->set_filter("case_id = \"rep-10*\"");
  Create(request);
  const v1::GetErrorBudgetResponse got = Budget();
  EXPECT_EQ(got.selection().case_count(), 10);
  EXPECT_EQ(got.budget().event_count(), 10);
}

TEST_F(ObjectiveServiceTest, TheHistoryEndsWithTheBudget) {
  Create(CreateRequest());
  v1::ListErrorBudgetHistoryRequest request;
  request.set_name(kName);
  request.mutable_step()->set_seconds(10 * kDay);
  const auto history = Call<v1::ListErrorBudgetHistoryResponse>("ListErrorBudgetHistory", request);
  ASSERT_TRUE(history.ok()) << history.status();
  ASSERT_THAT(history->points(), SizeIs(10));
  EXPECT_EQ(history->points(9).bad_count(), 8);
  for (int i = 1; i < 10; ++i) {
    EXPECT_GE(history->points(i).event_count(), history->points(i - 1).event_count());
    EXPECT_TRUE(history->points(i).rules().empty());
  }
  request.mutable_step()->set_seconds(60);
  EXPECT_EQ(ReasonText(Call<v1::ListErrorBudgetHistoryResponse>("ListErrorBudgetHistory", request)),
            "FIELD_INVALID");
}

TEST_F(ObjectiveServiceTest, ALogThatDoesNotExistIsRefused) {
  v1::CreateObjectiveRequest request = CreateRequest();
  request.mutable_objective()->set_event_log(LogName("rebs"));
  const auto wrong = Call<v1::CreateObjectiveResponse>("CreateObjective", request);
  EXPECT_EQ(ReasonText(wrong), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(base::FieldViolationsOf(wrong.status())[0].field, "objective.event_log");
  EXPECT_THAT(std::string(wrong.status().message()), HasSubstr("did you mean 'reps'?"));
  Create(CreateRequest());
  v1::UpdateObjectiveRequest update;
  update.mutable_objective()->set_name(kName);
  update.mutable_objective()->set_event_log(LogName("rebs"));
  update.mutable_update_mask()->add_paths("event_log");
  EXPECT_EQ(ReasonText(Call<v1::UpdateObjectiveResponse>("UpdateObjective", update)),
            "RESOURCE_NOT_FOUND");
}

// What was answered is answered again, whatever became of the log since.
TEST_F(ObjectiveServiceTest, ARepeatedRequestNeedsNoLog) {
  v1::CreateObjectiveRequest create = CreateRequest();
  create.set_request_id("once");
  const v1::Objective created = Create(create);
  ASSERT_TRUE(analytics_.Delete("reps").ok());
  EXPECT_EQ(Create(create).etag(), created.etag());
  create.set_request_id("twice");
  EXPECT_NE(ReasonText(Call<v1::CreateObjectiveResponse>("CreateObjective", create)), "OK");
}

TEST_F(ObjectiveServiceTest, AnObjectiveWhoseLogIsGoneSaysSo) {
  Create(CreateRequest());
  ASSERT_TRUE(analytics_.Delete("reps").ok());
  v1::GetErrorBudgetRequest get;
  get.set_name(kName);
  EXPECT_EQ(ReasonText(Call<v1::GetErrorBudgetResponse>("GetErrorBudget", get)),
            "RESOURCE_NOT_FOUND");
  EXPECT_EQ(Run(), 0) << "and nobody is held up by it";
  v1::UpdateObjectiveRequest update;
  *update.mutable_objective() = CreateRequest().objective();
  update.mutable_objective()->set_name(kName);
  update.mutable_objective()->set_title("Of a log that is gone");
  EXPECT_EQ(ReasonText(Call<v1::UpdateObjectiveResponse>("UpdateObjective", update)), "OK");
}

TEST_F(ObjectiveServiceTest, AlertsAreRecordedOnceAndReadFromACursor) {
  Create(CreateRequest());
  EXPECT_GT(Run(), 0);
  const auto first = Alerts();
  ASSERT_FALSE(first.empty());
  EXPECT_EQ(Run(), 0);
  EXPECT_EQ(Alerts().size(), first.size());
  for (const v1::ObjectiveAlert& alert : first) {
    EXPECT_EQ(alert.state(), v1::ObjectiveAlert::STATE_FIRED);
    EXPECT_FALSE(alert.has_delivery());
    EXPECT_THAT(alert.message(), HasSubstr("Certified within 30 days"));
  }
  EXPECT_THAT(Alerts("workspaces/acme/objectives/-", "source = BUDGET_POLICY AND rule = freeze"),
              SizeIs(1));

  v1::ListObjectiveAlertsRequest read;
  read.set_parent("workspaces/acme/objectives/-");
  read.set_after_cursor("0-0");
  read.set_page_size(1);
  size_t seen = 0;
  while (true) {
    const auto page = Call<v1::ListObjectiveAlertsResponse>("ListObjectiveAlerts", read);
    ASSERT_TRUE(page.ok()) << page.status();
    if (page->alerts().empty()) break;
    seen += static_cast<size_t>(page->alerts_size());
    EXPECT_EQ(page->cursor(), page->alerts().rbegin()->cursor());
    read.set_after_cursor(page->cursor());
  }
  EXPECT_EQ(seen, first.size());
  read.set_after_cursor("nonsense");
  EXPECT_EQ(ReasonText(Call<v1::ListObjectiveAlertsResponse>("ListObjectiveAlerts", read)),
            "CURSOR_INVALID");
}

TEST_F(ObjectiveServiceTest, AlertsEndWhenTheGoalIsLowered) {
  Create(CreateRequest());
  Run();
  const size_t fired = Alerts().size();
  v1::UpdateObjectiveRequest update;
  update.mutable_objective()->set_name(kName);
  update.mutable_objective()->set_goal_share(0.5);
  update.mutable_update_mask()->add_paths("goal_share");
  ASSERT_TRUE(Call<v1::UpdateObjectiveResponse>("UpdateObjective", update).ok());
  EXPECT_EQ(Run(), static_cast<int64_t>(fired));
  EXPECT_EQ(Alerts(kName, "state = RESOLVED").size(), fired);
}

TEST_F(ObjectiveServiceTest, AlertsAreSentAsSignedEvents) {
  v1::CreateObjectiveRequest request = CreateRequest(receiver_.Url());
  request.set_alert_webhook_secret(kSecret);
  Create(request);
  Run();
  const auto alerts = Alerts();
  ASSERT_FALSE(alerts.empty());
  const auto received = receiver_.received();
  ASSERT_EQ(received.size(), alerts.size());
  for (const http::testing::Received& one : received) {
    v1::ObjectiveAlertEvent event;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(one.body, &event).ok()) << one.body;
    EXPECT_EQ(event.type(), "plumbline.analytics.v1.objective.alert_fired");
    EXPECT_EQ(event.subject(), "objectives/certified");
    EXPECT_EQ(event.id(), one.headers.at("webhook-id"));
    EXPECT_EQ(one.headers.at("webhook-signature"),
              webhook::Sign({kSecret}, event.id(), analytics_.clock().Now(), one.body));
  }
  for (const v1::ObjectiveAlert& alert : alerts) {
    EXPECT_EQ(alert.delivery().state(), v1::AlertDelivery::STATE_SUCCEEDED);
    EXPECT_EQ(alert.delivery().attempt_count(), 1);
  }
}

TEST_F(ObjectiveServiceTest, WhatNobodyTakesIsTriedAgainWithTheSameId) {
  receiver_.Answer({.status = 503, .body = "later"});
  Create(CreateRequest(receiver_.Url()));
  Run();
  auto alerts = Alerts();
  const size_t count = alerts.size();
  EXPECT_EQ(alerts[0].delivery().state(), v1::AlertDelivery::STATE_PENDING);
  EXPECT_EQ(alerts[0].delivery().response_status(), 503);
  EXPECT_EQ(alerts[0].delivery().response_body(), "later");
  EXPECT_EQ(Run(), 0) << "not before its time";
  receiver_.Answer(http::testing::Reply{});
  EXPECT_EQ(Run(absl::Seconds(6)), static_cast<int64_t>(count));
  alerts = Alerts();
  EXPECT_EQ(alerts[0].delivery().state(), v1::AlertDelivery::STATE_SUCCEEDED);
  EXPECT_EQ(alerts[0].delivery().attempt_count(), 2);
  const auto received = receiver_.received();
  ASSERT_EQ(received.size(), 2 * count);
  std::multiset<std::string> before, after;
  for (size_t i = 0; i < received.size(); ++i)
    (i < count ? before : after).insert(received[i].headers.at("webhook-id"));
  EXPECT_EQ(before, after);
}

TEST_F(ObjectiveServiceTest, AReceiverThatIsGoneIsLeftAlone) {
  receiver_.Answer({.status = 410});
  Create(CreateRequest(receiver_.Url()));
  Run();
  for (const v1::ObjectiveAlert& alert : Alerts())
    EXPECT_EQ(alert.delivery().state(), v1::AlertDelivery::STATE_FAILED);
  EXPECT_EQ(Run(absl::Hours(80)), 0);
}

TEST_F(ObjectiveServiceTest, ASecretThatIsMadeIsShownOnce) {
  v1::CreateObjectiveRequest request = CreateRequest(receiver_.Url());
  const auto created = Call<v1::CreateObjectiveResponse>("CreateObjective", request);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_THAT(created->alert_webhook_secret(), HasSubstr("whsec_"));
  v1::UpdateObjectiveRequest update;
  update.mutable_objective()->set_name(kName);
  update.mutable_objective()->set_title("x");
  update.mutable_update_mask()->add_paths("title");
  EXPECT_EQ(Call<v1::UpdateObjectiveResponse>("UpdateObjective", update)->alert_webhook_secret(),
            "");
  update.set_alert_webhook_secret("hunter2");
  EXPECT_EQ(ReasonText(Call<v1::UpdateObjectiveResponse>("UpdateObjective", update)),
            "FIELD_INVALID");
}

}  // namespace
}  // namespace plumbline::analytics
