// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/ramp/cohorts.h"

#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/ramp/grouping.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kDay = At("2026-03-02T09:00:00Z");
const absl::Time kNow = At("2026-03-16T09:00:00Z");  // ten working days later

calendar::Calendar Office() { return *calendar::Calendar::Create("UTC"); }

// A run in which somebody reported the quota at this time; "" = nobody did.
onboarding::Run WithQuota(absl::string_view at) {
  onboarding::Run run = AdaRun(RampUpPlan());
  if (!at.empty()) MustChange(ReportMilestone(run, {"quota", At(at), "crm", ""}, When(At(at))));
  return run;
}

v1::SummarizeCohortsResponse Summary(
    const std::vector<std::pair<onboarding::Run, std::vector<CohortKey>>>& runs,
    std::set<std::string> wanted = {}) {
  CohortTable table(std::move(wanted), kNow);
  for (const auto& [run, keys] : runs) EXPECT_TRUE(table.Add(run, Office(), keys).ok());
  v1::SummarizeCohortsResponse response;
  table.Fill(&response);
  return response;
}

const v1::CohortMilestone& MilestoneOf(const v1::Cohort& cohort, const std::string& id) {
  for (const v1::CohortMilestone& milestone : cohort.milestones())
    if (milestone.milestone() == id) return milestone;
  ADD_FAILURE() << "no " << id;
  return v1::CohortMilestone::default_instance();
}

// Reached after 1, 2 and 4 working days; one is observed for 10 and has not. Those that reached it:
// quartiles of 1, 2, 4. All: 3/4 have not after 1, 1/2 after 2, 1/4 after 4: the estimate rests at
// a half from 2 to 4.
TEST(Cohorts, TellQuartilesOfThoseThatReachedAndEstimateTheMedianOfAll) {
  const auto response = Summary({{WithQuota("2026-03-03T09:00:00Z"), {{"emea", "emea"}}},
                                 {WithQuota("2026-03-04T09:00:00Z"), {{"emea", "emea"}}},
                                 {WithQuota("2026-03-06T09:00:00Z"), {{"emea", "emea"}}},
                                 {WithQuota(""), {{"emea", "emea"}}}},
                                {"quota"});
  ASSERT_EQ(response.cohorts_size(), 1);
  const v1::CohortMilestone& quota = MilestoneOf(response.cohorts(0), "quota");
  EXPECT_EQ(quota.title(), "Full quota");
  EXPECT_EQ(quota.subject_count(), 4);
  EXPECT_EQ(quota.reached_count(), 3);
  EXPECT_EQ(quota.open_count(), 1);
  EXPECT_DOUBLE_EQ(quota.reached_share(), 0.75);
  EXPECT_DOUBLE_EQ(quota.business_days().p25(), 1.5);
  EXPECT_DOUBLE_EQ(quota.business_days().median(), 2);
  EXPECT_DOUBLE_EQ(quota.business_days().p75(), 3);
  EXPECT_DOUBLE_EQ(quota.business_days().p90(), 3.6);
  EXPECT_DOUBLE_EQ(quota.business_days().kaplan_meier_median(), 3);
  EXPECT_DOUBLE_EQ(quota.wall_days().median(), 2);
  EXPECT_EQ(response.cohorts(0).milestones_size(), 1) << "only those that were asked for";
  EXPECT_THAT(response.notes(),
              ElementsAre(HasSubstr("Fewer than 5 people reached 1 milestone of these cohorts: "
                                    "quartiles"),
                          HasSubstr("'Full quota': 1 of 4 have not reached it")));
}

TEST(Cohorts, OfManyQuartilesNeedNoWarning) {
  std::vector<std::pair<onboarding::Run, std::vector<CohortKey>>> runs;
  for (int day = 3; day < 8; ++day)
    runs.push_back({WithQuota(absl::StrCat("2026-03-0", day, "T09:00:00Z")), {}});
  EXPECT_THAT(Summary(runs, {"quota"}).notes(), IsEmpty());
}

TEST(Cohorts, WithoutHalfOfThemThereIsNoMedian) {
  const auto response =
      Summary({{WithQuota("2026-03-03T09:00:00Z"), {}}, {WithQuota(""), {}}, {WithQuota(""), {}}},
              {"quota", "bonus"});
  const v1::CohortMilestone& quota = MilestoneOf(response.total(), "quota");
  EXPECT_DOUBLE_EQ(quota.business_days().median(), 1) << "of the one that reached it";
  EXPECT_FALSE(quota.business_days().has_kaplan_meier_median());
  EXPECT_THAT(response.notes(), Contains(HasSubstr("has a milestone 'bonus'")));
}

TEST(Cohorts, CountStatesAndReadiness) {
  onboarding::Run cancelled = WithQuota("");
  MustChange(Cancel(cancelled, "Left", When(At("2026-03-05T09:00:00Z"))));
  onboarding::Run paused = AdaRun();
  MustChange(Pause(paused, "rest", When(kDay)));
  onboarding::Run skipped = AdaRun(RampUpPlan());
  MustChange(SkipTask(skipped, "paperwork", "Signed before", When(kDay)));
  const auto response = Summary({{cancelled, {}}, {paused, {}}, {skipped, {}}, {AdaRun(), {}}});
  const v1::Cohort& total = response.total();
  EXPECT_EQ(total.onboarding_count(), 4);
  EXPECT_EQ(total.cancelled_count(), 1);
  EXPECT_EQ(total.paused_count(), 1);
  EXPECT_EQ(total.active_count(), 2);
  EXPECT_EQ(total.yellow_count(), 1);
  EXPECT_EQ(total.red_count(), 2);
  EXPECT_EQ(total.green_count(), 0);
  const v1::CohortMilestone& quota = MilestoneOf(total, "quota");
  EXPECT_EQ(quota.subject_count(), 2) << "the plans of the others do not have it";
  EXPECT_EQ(quota.cancelled_count(), 1);
  EXPECT_EQ(quota.open_count(), 1);
  EXPECT_FALSE(quota.has_business_days());
  const v1::CohortMilestone& signed_milestone = MilestoneOf(total, "signed");
  EXPECT_EQ(signed_milestone.not_needed_count(), 1);
  EXPECT_EQ(signed_milestone.subject_count(), 1);
  EXPECT_EQ(MilestoneOf(total, "equipped").overdue_count(), 1);
}

TEST(Cohorts, DoNotTimeWhatWasReachedBeforeDayOne) {
  const auto early = WithQuota("2026-03-02T09:00:00Z");
  onboarding::Run before = AdaRun(RampUpPlan());
  MustChange(ReportMilestone(before, {"quota", At("2026-02-20T09:00:00Z"), "crm", ""}, When(kDay)));
  const auto both = Summary({{before, {}}, {WithQuota("2026-03-04T09:00:00Z"), {}}}, {"quota"});
  const v1::CohortMilestone quota = MilestoneOf(both.total(), "quota");
  EXPECT_EQ(quota.reached_count(), 2);
  EXPECT_EQ(quota.business_days().p25(), 2) << "of the other one alone";
  EXPECT_EQ(quota.business_days().kaplan_meier_median(), 2);
  EXPECT_THAT(both.notes(), Contains(HasSubstr("1 reached it before day one")));
  const auto alone = Summary({{before, {}}}, {"quota"});
  EXPECT_EQ(MilestoneOf(alone.total(), "quota").reached_share(), 1);
  EXPECT_FALSE(MilestoneOf(alone.total(), "quota").has_business_days()) << "there is no time";
  EXPECT_TRUE(MilestoneOf(Summary({{early, {}}}).total(), "quota").has_business_days())
      << "the opening of day one is its first moment";
}

TEST(Cohorts, NameTheMilestonesThatThereAreWhereOneIsUnknown) {
  EXPECT_THAT(Summary({{AdaRun(RampUpPlan()), {}}}, {"eqipped"}).notes(),
              Contains(AllOf(HasSubstr("a milestone 'eqipped'; they have all-done, certified"),
                             HasSubstr(", equipped, "))));
  EXPECT_THAT(Summary({{AdaRun(), {}}}, {"eqipped"}).notes(), Contains(HasSubstr("have none")));
}

TEST(Cohorts, StandInTheOrderOfTheirKeysAndTheUnknownLast) {
  const auto response =
      Summary({{AdaRun(), {{"b", "B"}}}, {AdaRun(), {}}, {AdaRun(), {{"a", "A"}, {"b", "B"}}}});
  ASSERT_EQ(response.cohorts_size(), 3);
  EXPECT_EQ(response.cohorts(0).key(), "a");
  EXPECT_EQ(response.cohorts(1).onboarding_count(), 2) << "who is in several counts in each";
  EXPECT_EQ(response.cohorts(2).key(), "");
  EXPECT_EQ(response.total().onboarding_count(), 3) << "and once in all";
}

TEST(Cohorts, TakeNoMoreThanTheyCanCount) {
  CohortTable table({}, kNow, 2);
  EXPECT_TRUE(table.Add(AdaRun(), Office(), {}).ok());
  EXPECT_TRUE(table.Add(AdaRun(), Office(), {}).ok());
  const absl::Status full = table.Add(AdaRun(), Office(), {});
  EXPECT_EQ(base::ReasonOf(full), base::Reason::ERROR_REASON_FIELD_INVALID);
  EXPECT_THAT(std::string(full.message()), HasSubstr("more than 2 on-boardings"));
  EXPECT_THAT(std::string(full.message()), HasSubstr("narrow it"));
}

TEST(Grouping, KnowsWhatCohortsHaveInCommon) {
  onboarding::Run run = AdaRun();
  run.spec.labels["region"] = "emea";
  v1::Person ada;
  ada.set_manager("eve@example.com");
  ada.add_groups("west");
  ada.add_groups("smb");
  v1::Person eve;
  eve.set_display_name("Eve Adams");
  const PeopleOfRuns records = {{"ada@example.com", ada}, {"eve@example.com", eve}};
  struct Row {
    const char* by;
    std::vector<std::string> cohorts;  // "key: title"
  };
  for (const Row& row : std::vector<Row>{{"", {"2026-03: March 2026"}},
                                         {"month", {"2026-03: March 2026"}},
                                         {"process", {"sales-rep: On-boarding of a sales rep"}},
                                         {"labels.region", {"emea: emea"}},
                                         {"labels.team", {}},
                                         {"manager", {"eve@example.com: Eve Adams"}},
                                         {"group", {"west: west", "smb: smb"}}}) {
    const auto grouping = ParseGrouping(row.by);
    ASSERT_TRUE(grouping.ok()) << grouping.status();
    std::vector<std::string> cohorts;
    for (const CohortKey& key : CohortsOf(run, *grouping, records))
      cohorts.push_back(key.key + ": " + key.title);
    EXPECT_EQ(cohorts, row.cohorts) << row.by;
  }
  EXPECT_THAT(CohortsOf(run, *ParseGrouping("manager"), {}), IsEmpty()) << "nobody knows";
  for (const char* wrong : {"week", "labels.", "labels", "Manager"}) {
    const auto status = ParseGrouping(wrong).status();
    EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_FIELD_INVALID) << wrong;
  }
}

}  // namespace
}  // namespace plumbline::onboarding::testing
