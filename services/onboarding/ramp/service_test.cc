// SPDX-License-Identifier: Apache-2.0
//
// RampService over the in-process channel.
#include "services/onboarding/testing/service.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plumbline/onboarding/v1/people_service.pb.h"
#include "plumbline/onboarding/v1/ramp_service.pb.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class RampTest : public ::testing::Test {
 protected:
  RampTest() : RampTest(common::v1::AuthConfig()) {}
  explicit RampTest(const common::v1::AuthConfig& auth) : service_(nullptr, auth) {
    catalog::v1::Process ramp = RampUp();
    ramp.set_name("workspaces/acme/processes/ramp-up@1");
    service_.catalog().Publish(ramp);
  }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(const char* method, const Request& request,
                                const std::string& token = "") {
    Response response;
    const absl::Status status = service_.ChannelOf(token).Call(
        service_.context(), absl::StrCat("/plumbline.onboarding.v1.RampService/", method), request,
        &response);
    if (!status.ok()) return status;
    return response;
  }
  void MustStart(const std::string& id, const std::string& region = "",
                 const std::string& person = "ada@example.com") {
    v1::StartOnboardingRequest request = TestOnboarding::StartRequest(id);
    request.mutable_onboarding()->set_process("workspaces/acme/processes/ramp-up@1");
    request.mutable_onboarding()->set_person(person);
    if (!region.empty()) (*request.mutable_onboarding()->mutable_labels())["region"] = region;
    const auto started = service_.Call<v1::StartOnboardingResponse>("StartOnboarding", request);
    ASSERT_TRUE(started.ok()) << started.status();
  }
  static v1::ReportMilestoneRequest ReportOf(const std::string& onboarding,
                                             const std::string& milestone = "quota") {
    v1::ReportMilestoneRequest request;
    request.set_name("workspaces/acme/onboardings/" + onboarding);
    request.set_milestone(milestone);
    request.set_source("crm");
    return request;
  }
  absl::StatusOr<v1::ReportMilestoneResponse> Report(const v1::ReportMilestoneRequest& request) {
    return Call<v1::ReportMilestoneResponse>("ReportMilestone", request);
  }
  std::vector<v1::MilestoneStatus> List(const std::string& onboarding) {
    v1::ListMilestonesRequest request;
    request.set_parent("workspaces/acme/onboardings/" + onboarding);
    const auto response = Call<v1::ListMilestonesResponse>("ListMilestones", request);
    EXPECT_TRUE(response.ok()) << response.status();
    return {response->milestones().begin(), response->milestones().end()};
  }
  v1::MilestoneStatus StatusOf(const std::string& onboarding, const std::string& milestone) {
    for (const v1::MilestoneStatus& status : List(onboarding))
      if (status.milestone() == milestone) return status;
    ADD_FAILURE() << "no " << milestone;
    return {};
  }
  std::vector<v1::HistoryEntry> HistoryOf(const std::string& onboarding) {
    v1::ListHistoryRequest request;
    request.set_parent("workspaces/acme/onboardings/" + onboarding);
    const auto response = service_.Call<v1::ListHistoryResponse>("ListHistory", request);
    return {response->entries().begin(), response->entries().end()};
  }
  absl::StatusOr<v1::SummarizeCohortsResponse> Summarize(const std::string& by,
                                                         const std::string& filter = "",
                                                         const std::string& token = "") {
    v1::SummarizeCohortsRequest request;
    request.set_parent("workspaces/acme");
    request.set_group_by(by);
    request.set_filter(filter);
    return Call<v1::SummarizeCohortsResponse>("SummarizeCohorts", request, token);
  }

  TestOnboarding service_;
};

TEST_F(RampTest, WorkReachesMilestones) {
  MustStart("ada");
  ASSERT_TRUE(service_.Complete("ada", "paperwork").ok());
  const v1::MilestoneStatus reached = StatusOf("ada", "signed");
  EXPECT_EQ(reached.state(), v1::MilestoneStatus::STATE_REACHED);
  EXPECT_EQ(reached.node(), "paperwork");
  EXPECT_TRUE(reached.has_business_days());
  EXPECT_EQ(StatusOf("ada", "certified").state(), v1::MilestoneStatus::STATE_DUE);
  EXPECT_EQ(StatusOf("ada", "certified").description(), "May quote alone");
  v1::GetOnboardingRequest get;
  get.set_name("workspaces/acme/onboardings/ada");
  const auto read = service_.Call<v1::GetOnboardingResponse>("GetOnboarding", get);
  ASSERT_EQ(read->onboarding().reached_milestones_size(), 1);
  EXPECT_EQ(read->onboarding().reached_milestones(0).milestone(), "signed");
  EXPECT_EQ(HistoryOf("ada")[3].kind(), v1::HistoryEntry::KIND_MILESTONE_REACHED);
}

TEST_F(RampTest, ReportsAreTakenOnceAndToldInTheHistory) {
  MustStart("ada");
  v1::ReportMilestoneRequest request = ReportOf("ada");
  request.set_request_id("r1");
  request.set_reason("Opportunity 4711");
  *request.mutable_reach_time() = ToTimestamp(service_.clock().Now() - absl::Hours(24 * 3));
  const auto first = Report(request);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->milestone().state(), v1::MilestoneStatus::STATE_REACHED);
  EXPECT_EQ(first->milestone().source(), "crm");
  EXPECT_FALSE(first->milestone().has_business_days()) << "before day one";
  EXPECT_FALSE(first->freshness_token().empty());
  EXPECT_EQ(Report(request)->SerializeAsString(), first->SerializeAsString());
  const std::vector<v1::HistoryEntry> history = HistoryOf("ada");
  EXPECT_EQ(history.back().kind(), v1::HistoryEntry::KIND_MILESTONE_REACHED);
  EXPECT_EQ(history.back().milestone(), "quota");
  EXPECT_EQ(history.back().resource(), "crm");
  EXPECT_EQ(history.back().reach_time().seconds(), request.reach_time().seconds());
  request.set_request_id("r2");
  ASSERT_TRUE(Report(request).ok()) << "the same told again";
  EXPECT_EQ(HistoryOf("ada").size(), history.size()) << "changes nothing";
}

TEST_F(RampTest, ValidateOnlyAndEtagAreAsElsewhere) {
  MustStart("ada");
  v1::ReportMilestoneRequest request = ReportOf("ada");
  request.set_validate_only(true);
  const auto would = Report(request);
  ASSERT_TRUE(would.ok()) << would.status();
  EXPECT_EQ(would->milestone().state(), v1::MilestoneStatus::STATE_REACHED);
  EXPECT_EQ(StatusOf("ada", "quota").state(), v1::MilestoneStatus::STATE_DUE);
  request.set_validate_only(false);
  request.set_etag("99");
  EXPECT_EQ(ReasonText(Report(request)), "ETAG_MISMATCH");
}

TEST_F(RampTest, WhatWasReportedByMistakeIsWithdrawn) {
  MustStart("ada");
  ASSERT_TRUE(Report(ReportOf("ada")).ok());
  v1::WithdrawMilestoneRequest request;
  request.set_name("workspaces/acme/onboardings/ada");
  request.set_milestone("quota");
  EXPECT_EQ(ReasonText(Call<v1::WithdrawMilestoneResponse>("WithdrawMilestone", request)),
            "FIELD_INVALID")
      << "without a reason";
  request.set_reason("Another Ada");
  const auto withdrawn = Call<v1::WithdrawMilestoneResponse>("WithdrawMilestone", request);
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status();
  EXPECT_EQ(withdrawn->milestone().state(), v1::MilestoneStatus::STATE_DUE);
  EXPECT_EQ(HistoryOf("ada").back().reason(), "Another Ada");
  EXPECT_EQ(ReasonText(Call<v1::WithdrawMilestoneResponse>("WithdrawMilestone", request)),
            "MILESTONE_STATE");
}

TEST_F(RampTest, WhatIsWrongIsRefusedWithTheField) {
  MustStart("ada");
  struct Row {
    const char* name;
    void (*spoil)(v1::ReportMilestoneRequest&);
    const char* reason;
    const char* says;
  };
  for (const Row& row : std::vector<Row>{
           {"name", [](auto& r) { r.set_name("ada"); }, "FIELD_INVALID", "name"},
           {"nobody", [](auto& r) { r.set_name("workspaces/acme/onboardings/x"); },
            "RESOURCE_NOT_FOUND", "x"},
           {"milestone", [](auto& r) { r.clear_milestone(); }, "FIELD_INVALID", "milestone"},
           {"unknown", [](auto& r) { r.set_milestone("bonus"); }, "RESOURCE_NOT_FOUND", "bonus"},
           {"by a node", [](auto& r) { r.set_milestone("certified"); }, "MILESTONE_STATE",
            "certification"},
           {"source", [](auto& r) { r.set_source(std::string(201, 'x')); }, "FIELD_INVALID",
            "source"},
           {"time", [](auto& r) { r.mutable_reach_time()->set_nanos(-1); }, "FIELD_INVALID",
            "reach_time"},
           {"to come", [](auto& r) { r.mutable_reach_time()->set_seconds(4'000'000'000); },
            "FIELD_INVALID", "future"}}) {
    v1::ReportMilestoneRequest request = ReportOf("ada");
    row.spoil(request);
    const auto refused = Report(request);
    EXPECT_EQ(ReasonText(refused), row.reason) << row.name;
    EXPECT_THAT(std::string(refused.status().message()), HasSubstr(row.says)) << row.name;
  }
}

TEST_F(RampTest, AnalyticsGetsThemWhenTheyWereReached) {
  MustStart("ada");
  const absl::Time day_one = service_.clock().Now();
  service_.clock().Advance(absl::Hours(24 * 10));
  v1::ReportMilestoneRequest request = ReportOf("ada");
  *request.mutable_reach_time() = ToTimestamp(day_one + absl::Hours(24 * 8));
  ASSERT_TRUE(Report(request).ok());
  // What was reached before the on-boarding began does not come before its first event.
  request = ReportOf("ada", "first-meeting");
  *request.mutable_reach_time() = ToTimestamp(day_one - absl::Hours(24));
  ASSERT_TRUE(Report(request).ok());
  ASSERT_TRUE(service_.app().relay()->RunOnce({}, service_.clock().Now()).ok());
  const auto events = service_.analytics().Events("workspaces/acme/eventLogs/ramp-up");
  ASSERT_GE(events.size(), 3u);
  const analytics::v1::Event& quota = events[events.size() - 2];
  EXPECT_EQ(quota.activity(), "Full quota");
  EXPECT_EQ(quota.transition(), "milestone");
  EXPECT_EQ(quota.resource(), "crm");
  EXPECT_EQ(quota.time().seconds(), absl::ToUnixSeconds(day_one + absl::Hours(24 * 8)));
  EXPECT_EQ(events.back().activity(), "First meeting");
  EXPECT_EQ(events.back().time().seconds(), events.front().time().seconds());
  std::map<std::string, bool> attributes;
  for (const auto& attribute : events.back().attributes()) attributes[attribute.key()] = true;
  EXPECT_TRUE(attributes.contains("milestone"));
  EXPECT_TRUE(attributes.contains("target_time"));
  EXPECT_FALSE(attributes.contains("due_time")) << "that would be the case's own";
}

TEST_F(RampTest, ReadinessIsInListsToo) {
  MustStart("ada");
  service_.clock().Advance(absl::Hours(24 * 7));
  v1::GetReadinessRequest request;
  request.set_name("workspaces/acme/onboardings/ada");
  const auto readiness = Call<v1::GetReadinessResponse>("GetReadiness", request);
  ASSERT_TRUE(readiness.ok()) << readiness.status();
  EXPECT_EQ(readiness->readiness().level(), v1::Readiness::LEVEL_RED);
  EXPECT_EQ(readiness->readiness().reasons(0).milestone(), "signed");
  v1::ListOnboardingsRequest list;
  list.set_parent("workspaces/acme");
  const auto listed = service_.Call<v1::ListOnboardingsResponse>("ListOnboardings", list);
  ASSERT_TRUE(listed.ok()) << listed.status();
  EXPECT_EQ(listed->onboardings(0).readiness(), v1::Readiness::LEVEL_RED);
}

TEST_F(RampTest, CohortsAreCountedByLabel) {
  MustStart("ada", "emea");
  MustStart("bob", "apac");
  MustStart("cem");
  ASSERT_TRUE(Report(ReportOf("bob")).ok());
  const auto all = Summarize("labels.region");
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->cohorts_size(), 3);
  EXPECT_EQ(all->cohorts(0).key(), "apac");
  EXPECT_EQ(all->cohorts(2).key(), "");
  EXPECT_EQ(all->total().onboarding_count(), 3);
  const auto filtered = Summarize("month", "labels.region = emea");
  ASSERT_TRUE(filtered.ok()) << filtered.status();
  ASSERT_EQ(filtered->cohorts_size(), 1);
  EXPECT_EQ(filtered->cohorts(0).key(), "2031-03");
  EXPECT_EQ(filtered->total().onboarding_count(), 1);
  EXPECT_EQ(ReasonText(Summarize("week")), "FIELD_INVALID");
  EXPECT_EQ(ReasonText(Summarize("month", "colour = red")), "FIELD_INVALID");
  EXPECT_EQ(Summarize("month", "day_one < 2000-01-01")->cohorts_size(), 0);
}

TEST_F(RampTest, CohortsAreReadPageByPage) {
  constexpr int kMany = 1203;  // three pages
  v1::BatchStartOnboardingsRequest batch;
  batch.set_parent("workspaces/acme");
  for (int i = 0; i < kMany; ++i) {
    v1::StartOnboardingRequest request = TestOnboarding::StartRequest(absl::StrCat("r", i));
    request.mutable_onboarding()->set_process("workspaces/acme/processes/ramp-up@1");
    *batch.add_requests() = std::move(request);
    if (batch.requests_size() < 1000 && i + 1 < kMany) continue;
    ASSERT_TRUE(
        service_.Call<v1::BatchStartOnboardingsResponse>("BatchStartOnboardings", batch).ok());
    batch.clear_requests();
  }
  const auto all = Summarize("process");
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->cohorts_size(), 1);
  EXPECT_EQ(all->cohorts(0).key(), "ramp-up");
  EXPECT_EQ(all->total().onboarding_count(), kMany);
}

TEST_F(RampTest, ManagersComeFromRecordsOfPeople) {
  v1::CreatePersonRequest create;
  create.set_parent("workspaces/acme");
  create.set_person_id("ada@example.com");
  create.mutable_person()->set_manager("eve@example.com");
  v1::CreatePersonResponse created;
  ASSERT_TRUE(service_.channel()
                  .Call(service_.context(), "/plumbline.onboarding.v1.PeopleService/CreatePerson",
                        create, &created)
                  .ok());
  MustStart("ada");
  MustStart("bob", "", "bob@example.com");
  const auto by_manager = Summarize("manager");
  ASSERT_TRUE(by_manager.ok()) << by_manager.status();
  ASSERT_EQ(by_manager->cohorts_size(), 2);
  EXPECT_EQ(by_manager->cohorts(0).key(), "eve@example.com");
  EXPECT_EQ(by_manager->cohorts(1).key(), "") << "nobody knows who bob reports to";
}

// One who may read on-boardings, and one who may read people too.
class RampAccessTest : public RampTest {
 protected:
  static common::v1::AuthConfig TwoReaders() {
    common::v1::AuthConfig auth;
    for (const char* name : {"reader", "hr"}) {
      common::v1::AccessToken& token = *auth.add_tokens();
      token.set_token_sha256(base::Sha256Hex(name));
      token.set_subject(name);
      token.add_workspaces("acme");
      token.add_permissions("onboarding.read");
      if (token.subject() == "hr") token.add_permissions("people.read");
    }
    return auth;
  }
  RampAccessTest() : RampTest(TwoReaders()) {}
};

TEST_F(RampAccessTest, WhoReportsToWhomIsForThoseWhoMayReadPeople) {
  EXPECT_EQ(ReasonText(Summarize("manager", "", "reader")), "PERMISSION_DENIED");
  EXPECT_EQ(ReasonText(Summarize("group", "", "reader")), "PERMISSION_DENIED");
  EXPECT_EQ(ReasonText(Summarize("month", "", "reader")), "OK");
  EXPECT_EQ(ReasonText(Summarize("manager", "", "hr")), "OK");
}

TEST_F(RampTest, MilestonesThatWillBeMissedAreMarked) {
  MustStart("ada");
  const v1::MilestoneStatus before = StatusOf("ada", "equipped");
  ASSERT_TRUE(before.has_expected_time());
  EXPECT_FALSE(before.at_risk()) << before.ShortDebugString();
  EXPECT_FALSE(StatusOf("ada", "quota").has_expected_time()) << "reported from outside";
  // Three weeks later nothing was done: laptops take three days from now.
  service_.clock().Advance(absl::Hours(24 * 13));
  const v1::MilestoneStatus after = StatusOf("ada", "equipped");
  EXPECT_GT(after.expected_time().seconds(), after.target_time().seconds())
      << after.ShortDebugString();
  EXPECT_TRUE(after.at_risk());
}

}  // namespace
}  // namespace plumbline::onboarding::testing
