// SPDX-License-Identifier: Apache-2.0
//
// GetReport with the page for the person in charge, over an in-process channel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/statistics/generator.h"
#include "plumbline/analytics/v1/objective_service.pb.h"
#include "services/analytics/review/html/page.h"
#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {
namespace {

using from_monday::kBegin;
using from_monday::kDay;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

// An activity that means harm.
constexpr char kHostile[] = "<script>alert('x')</script> & \"Legal\"";

// 360 deals, three a day, of which those of the south wait ten days for a step and the others two.
class ReportService : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(analytics_.Create("deals").ok());
    std::vector<v1::Event> events;
    statistics::Generator chance(3);
    const auto hours = [&] { return static_cast<int64_t>(3'600 * (1 + chance.Below(40))); };
    for (int i = 0; i < 360; ++i) {
      const int64_t begin = kBegin + kDay / 3 * i;
      const bool south = i % 4 == 0;
      events.push_back(EventOf(absl::StrCat("deal-", i), "Open", begin));
      AddText(&events.back(), "region", south ? "South" : "North");
      v1::Attribute* due = events.back().add_attributes();
      due->set_key("due_time");
      due->mutable_time_value()->set_seconds(begin + 10 * kDay);
      const int64_t wait = (south ? 10 : 2) * kDay + hours();
      events.push_back(EventOf(absl::StrCat("deal-", i), kHostile, begin + wait));
      events.push_back(EventOf(absl::StrCat("deal-", i), "Won", begin + wait + hours()));
      ended_.push_back(events.back().time().seconds());
      v1::Attribute* end = events.back().add_attributes();
      end->set_key("case_finished");
      end->set_bool_value(true);
    }
    ASSERT_TRUE(analytics_.Write("deals", "test", 1, events).ok());
  }

  static v1::GetReportRequest Request() {
    v1::GetReportRequest request;
    request.set_name(LogName("deals"));
    request.mutable_review()->set_period(v1::PERIOD_MONTH);
    return request;
  }
  auto Ask(const v1::GetReportRequest& request) {
    return analytics_.Call<v1::GetReportResponse>("GetReport", request);
  }
  absl::Status Promise(const std::string& id, const std::string& activity, double goal = 0.9,
                       double warns_from = 0) {
    v1::CreateObjectiveRequest request;
    request.set_parent("workspaces/acme");
    request.set_objective_id(id);
    v1::Objective& objective = *request.mutable_objective();
    objective.set_title(absl::StrCat("Objective ", id));
    objective.set_event_log(LogName("deals"));
    objective.set_goal_share(goal);
    if (warns_from > 0) {
      v1::BudgetPolicyLevel& level = *objective.add_policy();
      level.set_id("warn");
      level.set_consumed_share(warns_from);
      level.set_action("Look at it");
    }
    objective.mutable_measure()->set_kind(v1::ObjectiveMeasure::KIND_CASE_TIME);
    objective.mutable_measure()->set_activity(activity);
    objective.mutable_measure()->mutable_target()->set_seconds(10 * kDay);
    v1::CreateObjectiveResponse response;
    base::CallContext context;
    context.deadline = base::SystemClock().Now() + absl::Hours(2);
    context.identity = base::Identity::Everything("test");
    return analytics_.channel().Call(
        context, "/plumbline.analytics.v1.ObjectiveService/CreateObjective", request, &response);
  }

  // How many deals ended in the period.
  int64_t EndedIn(const v1::Review& review) const {
    return std::count_if(ended_.begin(), ended_.end(), [&](int64_t time) {
      // The end of a period that reaches to the last event is just after it.
      const int64_t last = review.end_time().seconds() - (review.end_time().nanos() > 0 ? 0 : 1);
      return time >= review.start_time().seconds() && time <= last;
    });
  }

  TestAnalytics analytics_;
  std::vector<int64_t> ended_;
};

TEST_F(ReportService, WithoutAReviewItIsWhatItWas) {
  v1::GetReportRequest request;
  request.set_name(LogName("deals"));
  const auto answer = Ask(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_FALSE(answer->report().has_review());
  EXPECT_TRUE(answer->html().empty());
  EXPECT_GT(answer->report().findings_size(), 0);
}

TEST_F(ReportService, ThePageForThePersonInCharge) {
  ASSERT_TRUE(Promise("won", "Won").ok());
  const auto answer = Ask(Request());
  ASSERT_TRUE(answer.ok()) << answer.status();
  const v1::Review& review = answer->report().review();
  EXPECT_EQ(review.ended_case_count(), EndedIn(review));
  EXPECT_GT(review.ended_case_count(), 30);
  ASSERT_EQ(review.objectives_size(), 1);
  EXPECT_EQ(review.objectives(0).budget().state(), v1::ErrorBudget::STATE_EXHAUSTED);
  EXPECT_GT(review.objectives(0).burn_rate(), 1);
  EXPECT_THAT(review.objectives(0).sentence(), HasSubstr("Objective won: exhausted. "));
  ASSERT_GE(review.fixes_size(), 1);
  const v1::ReviewFix& fix = review.fixes(0);
  EXPECT_EQ(fix.rank(), 1);
  EXPECT_EQ(fix.activity(), kHostile);
  EXPECT_GT(fix.hours().lower(), 0);
  EXPECT_GE(fix.hours().upper(), fix.hours().value());
  ASSERT_TRUE(fix.has_cases_in_time());
  EXPECT_GT(fix.cases_in_time().value(), 10);
  // Cases of the south wait, and are named where a reader looks.
  ASSERT_EQ(fix.example_cases_size(), 3);
  for (const std::string& id : fix.example_cases()) {
    int deal = 0;
    ASSERT_TRUE(absl::SimpleAtoi(id.substr(id.find('-') + 1), &deal)) << id;
    EXPECT_EQ(deal % 4, 0) << id;
    EXPECT_GE(ended_[static_cast<size_t>(deal)], review.start_time().seconds()) << id;
    EXPECT_THAT(fix.evidence(), Contains(HasSubstr(id)));
  }
  EXPECT_GE(fix.proof().wanted_case_count(), 20);
  EXPECT_THAT(fix.proof().command(), HasSubstr("plumbline improvement create "));
  EXPECT_GE(review.changes_size(), 6);
  for (const v1::ReviewChange& change : review.changes()) {
    EXPECT_NE(change.verdict(), v1::ReviewChange::VERDICT_UNSPECIFIED);
    EXPECT_EQ(change.has_p_value(), change.problem().empty()) << change.sentence();
  }
  EXPECT_EQ(review.summary_size(), 3);
  EXPECT_THAT(review.summary(0), HasSubstr("0 of 1 objective is met"));
}

TEST_F(ReportService, ObjectivesAreThoseOfNowThoughTheRestIsKept) {
  ASSERT_EQ(Ask(Request())->report().review().objectives_size(), 0);
  ASSERT_TRUE(Promise("won", "Won").ok());
  const auto answer = Ask(Request());
  EXPECT_EQ(answer->report().review().objectives_size(), 1);
  EXPECT_EQ(answer->report().review().summary_size(), 3);
  EXPECT_GE(answer->report().review().fixes_size(), 1);
}

TEST_F(ReportService, TheSameSeedGivesTheSameIntervals) {
  v1::GetReportRequest request = Request();
  const auto first = Ask(request);
  request.mutable_review()->set_html(true);
  EXPECT_EQ(Ask(request)->report().review().SerializeAsString(),
            first->report().review().SerializeAsString());
  request.mutable_review()->set_seed(2);
  EXPECT_NE(Ask(request)->report().review().fixes(0).hours().lower(),
            first->report().review().fixes(0).hours().lower());
}

TEST_F(ReportService, ThePageAsHtmlHasNamesAsTextOnly) {
  ASSERT_TRUE(Promise("won", "Won").ok());
  v1::GetReportRequest request = Request();
  request.mutable_review()->set_html(true);
  const auto answer = Ask(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  const std::string& html = answer->html();
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("http://localhost")));
  for (const char* part : {"<svg ", "id=\"control-t\"", "id=\"budgets-t\"", "id=\"gains-t\"",
                           "<h2>Fix first</h2>", "@media print", "name=\"viewport\""}) {
    EXPECT_THAT(html, HasSubstr(part));
  }
}

// Who is sent the page does not see the question.
TEST_F(ReportService, ThePageAsHtmlSaysWhatItIsOf) {
  v1::GetReportRequest request = Request();
  request.mutable_review()->set_html(true);
  request.mutable_selection()->set_filter("attributes.region = \"South\"");
  const auto answer = Ask(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_THAT(answer->html(), HasSubstr("90 of the 360 cases of the log are looked at: "
                                        "attributes.region = &quot;South&quot;"));
  EXPECT_THAT(answer->html(), HasSubstr("cases have ended"));
}

// Promises are about all cases that they say; in text, as data and as HTML alike.
TEST_F(ReportService, APageOfAPartHasNoObjectives) {
  ASSERT_TRUE(Promise("won", "Won").ok());
  v1::GetReportRequest request = Request();
  request.mutable_review()->set_html(true);
  request.mutable_selection()->set_filter("attributes.region = \"South\"");
  const auto answer = Ask(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  const v1::Review& review = answer->report().review();
  EXPECT_EQ(review.objectives_size(), 0);
  EXPECT_EQ(review.omitted_objective_count(), 1);
  EXPECT_THAT(review.objectives_problem(), HasSubstr("is a promise about all of its cases"));
  EXPECT_EQ(review.summary(0), review.objectives_problem());
  EXPECT_THAT(answer->html(), HasSubstr("is a promise about all of its cases"));
  EXPECT_THAT(answer->html(), Not(HasSubstr("Objective won")));
}

// At the end of the page, which is not now where what is at rest is known only later.
TEST_F(ReportService, ObjectivesStandAtTheEndOfThePage) {
  ASSERT_TRUE(Promise("won", "Won").ok());
  v1::GetReportRequest request = Request();
  v1::CaseCompletion& completion = *request.mutable_selection()->mutable_completion();
  completion.set_rule(v1::CaseCompletion::RULE_IDLE);
  completion.mutable_idle_time()->set_seconds(30 * kDay);
  const auto answer = Ask(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  const v1::Review& review = answer->report().review();
  ASSERT_EQ(review.objectives_size(), 1);
  v1::GetReportRequest at = Request();
  *at.mutable_review()->mutable_end_time() = review.end_time();
  EXPECT_EQ(review.objectives(0).budget().event_count(),
            Ask(at)->report().review().objectives(0).budget().event_count());
  EXPECT_NE(review.objectives(0).budget().event_count(),
            Ask(Request())->report().review().objectives(0).budget().event_count());
}

// The page's end is just after the last event: a window of the budget that begins with an event has
// lost it by then.
TEST_F(ReportService, ObjectivesStandAsTheBudgetSays) {
  ASSERT_TRUE(Promise("won", "Won").ok());
  const auto page = Ask(Request());
  ASSERT_TRUE(page.ok()) << page.status();
  v1::GetErrorBudgetRequest request;
  request.set_name("workspaces/acme/objectives/won");
  v1::GetErrorBudgetResponse budget;
  base::CallContext context;
  context.deadline = base::SystemClock().Now() + absl::Hours(2);
  context.identity = base::Identity::Everything("test");
  ASSERT_TRUE(analytics_.channel()
                  .Call(context, "/plumbline.analytics.v1.ObjectiveService/GetErrorBudget", request,
                        &budget)
                  .ok());
  const v1::ErrorBudget& told = page->report().review().objectives(0).budget();
  EXPECT_EQ(told.event_count(), budget.budget().event_count());
  EXPECT_EQ(told.time().seconds(), budget.budget().time().seconds());
  EXPECT_EQ(told.time().nanos(), budget.budget().time().nanos());
}

// One clock on the page, and commands that ask by it.
TEST_F(ReportService, ByACalendarAllTimesAreOpen) {
  v1::GetReportRequest request = Request();
  v1::ReviewSpec& spec = *request.mutable_review();
  auto& calendar = *spec.mutable_business_time()->add_calendars();
  calendar.set_name("workspaces/acme/calendars/head-office");
  calendar.set_time_zone("Europe/Berlin");
  spec.set_time_zone("Asia/Tokyo");
  spec.set_html(true);
  const auto answer = Ask(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  const v1::Review& review = answer->report().review();
  EXPECT_TRUE(review.in_business_time());
  EXPECT_THAT(review.notes(), Not(Contains(HasSubstr("open hours"))));  // the page has it below
  EXPECT_THAT(review.summary(2), HasSubstr(" open hours ("));
  ASSERT_GE(review.fixes_size(), 1);
  const v1::ReviewFix& fix = review.fixes(0);
  EXPECT_THAT(fix.show_command(), HasSubstr(" --calendar head-office --zone Asia/Tokyo"));
  EXPECT_THAT(fix.proof().command(), HasSubstr(" --calendar head-office --center mean"));
  EXPECT_EQ(fix.proof().unit(), "open seconds");
  EXPECT_THAT(fix.evidence(1), HasSubstr(" wd on average"));
  EXPECT_THAT(answer->html(), HasSubstr("of which a working day (wd) has 8."));
  EXPECT_THAT(answer->html(), HasSubstr("(Asia/Tokyo)"));
  EXPECT_THAT(answer->html(), Not(HasSubstr("(UTC)")));
  // Less than by the clock: nobody works at night.
  const auto by_clock = Ask(Request());
  EXPECT_LT(fix.hours().value(), by_clock->report().review().fixes(0).hours().value() / 2);
  // A calendar without a name cannot be told to a command.
  calendar.clear_name();
  const auto nameless = Ask(request);
  ASSERT_TRUE(nameless.ok()) << nameless.status();
  EXPECT_THAT(nameless->report().review().fixes(0).proof().command(), "");
  EXPECT_THAT(nameless->report().review().fixes(0).proof().sentence(), HasSubstr("has no name"));
}

// Four days after the first deal next to none has been won, or is late.
TEST_F(ReportService, ObjectivesOfWhichNothingCountsAreNotBroken) {
  v1::GetReportRequest request = Request();
  request.mutable_review()->mutable_end_time()->set_seconds(kBegin + 4 * kDay);
  const auto told = [&] { return Ask(request)->report().review().summary(0); };
  ASSERT_TRUE(Promise("won", "Won").ok());
  EXPECT_THAT(told(), HasSubstr("The one objective cannot be told yet"));
  ASSERT_TRUE(Promise("legal", kHostile).ok());
  EXPECT_THAT(told(), HasSubstr("None of the 2 objectives can be told yet"));
  ASSERT_TRUE(Promise("open", "Open").ok());
  EXPECT_THAT(told(), HasSubstr("1 of 3 objectives are met, 2 cannot be told yet."));
}

// Whoever reads "exhausted" has to know that nothing can ever come to what is promised.
TEST_F(ReportService, AnObjectiveOfAnActivityThatTheLogLacksSaysSo) {
  ASSERT_TRUE(Promise("won", "Wonn").ok());
  ASSERT_TRUE(Promise("right", "Won").ok());
  const auto answer = Ask(Request());
  ASSERT_TRUE(answer.ok()) << answer.status();
  for (const v1::ReviewObjective& one : answer->report().review().objectives()) {
    const bool slip = one.name() == "workspaces/acme/objectives/won";
    EXPECT_EQ(
        absl::EndsWith(one.sentence(), ". The log has no activity 'Wonn'; did you mean 'Won'?"),
        slip)
        << one.sentence();
  }
}

TEST_F(ReportService, WhatIsAtRiskIsMetSoFar) {
  ASSERT_TRUE(Promise("won", "Won", 0.1, 0.01).ok());
  const auto answer = Ask(Request());
  ASSERT_TRUE(answer.ok()) << answer.status();
  const v1::Review& review = answer->report().review();
  ASSERT_EQ(review.objectives(0).budget().state(), v1::ErrorBudget::STATE_AT_RISK);
  EXPECT_THAT(review.summary(0),
              HasSubstr("1 of 1 objective is met; met, but at risk: Objective won."));
}

TEST_F(ReportService, BadRequestsNameTheField) {
  struct Row {
    const char* name;
    void (*change)(v1::ReviewSpec&);
    const char* says;
  };
  for (const Row& row : {
           Row{"day", [](v1::ReviewSpec& s) { s.set_period(v1::PERIOD_DAY); }, "review.period"},
           Row{"count", [](v1::ReviewSpec& s) { s.set_period_count(53); }, "review.period_count"},
           Row{"fixes", [](v1::ReviewSpec& s) { s.set_max_fixes(11); }, "review.max_fixes"},
           Row{"confidence", [](v1::ReviewSpec& s) { s.set_confidence(1); }, "review.confidence"},
           Row{"zone", [](v1::ReviewSpec& s) { s.set_time_zone("Mars"); }, "review.time_zone"},
           Row{"end", [](v1::ReviewSpec& s) { s.mutable_end_time()->set_seconds(kBegin); },
               "review.end_time"},
       }) {
    v1::GetReportRequest request = Request();
    row.change(*request.mutable_review());
    const auto answer = Ask(request);
    EXPECT_EQ(ReasonText(answer), "FIELD_INVALID") << row.name;
    EXPECT_THAT(std::string(answer.status().message()), HasSubstr(row.says)) << row.name;
  }
}

// Of nine cases no more than four wait longer than the faster half, and a fix is told from five on.
TEST_F(ReportService, WhereFewEndedItSaysHowToSeeMore) {
  ASSERT_TRUE(analytics_.Create("reps").ok());
  std::vector<v1::Event> events;
  for (int i = 0; i < 40; ++i) {
    const int64_t begin = kBegin + 10 * kDay / 3 * i;
    events.push_back(EventOf(absl::StrCat("rep-", i), "Begin", begin));
    events.push_back(EventOf(absl::StrCat("rep-", i), "Review", begin + (1 + i % 9) * kDay));
    v1::Attribute* end = events.back().add_attributes();
    end->set_key("case_finished");
    end->set_bool_value(true);
  }
  ASSERT_TRUE(analytics_.Write("reps", "test", 1, events).ok());
  v1::GetReportRequest request = Request();
  request.set_name(LogName("reps"));
  request.mutable_review()->set_html(true);
  // Also where the answer was kept.
  for (int i = 0; i < 2; ++i) {
    const auto answer = Ask(request);
    ASSERT_TRUE(answer.ok()) << answer.status();
    const v1::Review& review = answer->report().review();
    EXPECT_EQ(review.ended_case_count(), 9);
    ASSERT_EQ(review.summary_size(), 3);
    EXPECT_THAT(review.summary(0), HasSubstr("No objective is set"));
    EXPECT_THAT(review.summary(2), HasSubstr("touches 5 or more of the 9 cases that ended"));
    EXPECT_THAT(review.summary(2), HasSubstr(": take more periods together (--periods 2)."));
    EXPECT_THAT(answer->html(),
                HasSubstr(absl::StrCat("<h2>Fix first</h2>\n<p>", review.summary(2))));
  }
  request.mutable_review()->set_period_count(2);
  const auto longer = Ask(request);
  ASSERT_TRUE(longer.ok()) << longer.status();
  EXPECT_GT(longer->report().review().fixes_size(), 0);
}

TEST_F(ReportService, AnEmptyLogAndAnObjectiveThatCannotBeCounted) {
  ASSERT_TRUE(analytics_.Create("empty").ok());
  v1::GetReportRequest request = Request();
  request.set_name(LogName("empty"));
  request.mutable_review()->set_html(true);
  const auto empty = Ask(request);
  ASSERT_TRUE(empty.ok()) << empty.status();
  EXPECT_FALSE(empty->report().review().has_end_time());
  EXPECT_THAT(empty->report().review().notes(0), HasSubstr("no events"));
  EXPECT_THAT(empty->html(), HasSubstr("</html>"));
  ASSERT_TRUE(Promise("odd", "No such step").ok());
  const auto answer = Ask(Request());
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->report().review().objectives_size(), 1);
  EXPECT_FALSE(answer->report().review().objectives(0).sentence().empty());
}

}  // namespace
}  // namespace plumbline::analytics
