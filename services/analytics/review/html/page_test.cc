// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/html/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/analytics/review/html/charts.h"
#include "services/analytics/review/html/text.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace plumbline::analytics {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A name that means harm wherever it is put.
constexpr char kHostile[] =
    "</title></desc></code><script>alert(1)</script>\"' onload='x' &amp; ]]> \x01 \xE2\x80\xAE end";

void AddPoint(double value, bool limits, v1::ReviewChange* change) {
  v1::ReviewPoint& point = *change->add_points();
  point.mutable_start_time()->set_seconds(1'767'225'600 + 86'400 * 30 * change->points_size());
  point.set_count(40);
  point.set_value(value);
  if (!limits) return;
  point.set_center(86'400);
  point.set_lower_limit(43'200);
  point.set_upper_limit(129'600);
  point.set_beyond(value > point.upper_limit());
}

v1::Report Example() {
  v1::Report report;
  report.mutable_event_log()->set_name("workspaces/acme/eventLogs/deals");
  report.mutable_event_log()->set_title(kHostile);
  v1::Review& review = *report.mutable_review();
  review.mutable_start_time()->set_seconds(1'767'225'600);
  review.mutable_end_time()->set_seconds(1'769'904'000);
  review.set_confidence(0.95);
  review.add_summary(kHostile);
  review.add_notes(kHostile);
  v1::ReviewObjective& objective = *review.add_objectives();
  objective.set_title(kHostile);
  objective.set_sentence(kHostile);
  objective.mutable_budget()->set_consumed_share(3.5);
  objective.mutable_budget()->set_state(v1::ErrorBudget::STATE_EXHAUSTED);
  v1::ReviewChange& change = *review.add_changes();
  change.set_measure(v1::ReviewChange::MEASURE_LEAD_TIME);
  change.set_title(kHostile);
  change.set_sentence(kHostile);
  change.set_unit("seconds");
  change.set_verdict(v1::ReviewChange::VERDICT_WORSE);
  for (const double value : {80'000.0, 90'000.0, 200'000.0}) AddPoint(value, true, &change);
  v1::ReviewFix& fix = *review.add_fixes();
  fix.set_rank(1);
  fix.set_title(kHostile);
  fix.add_evidence(kHostile);
  fix.set_show_command(kHostile);
  fix.mutable_hours()->set_value(100);
  fix.mutable_hours()->set_lower(60);
  fix.mutable_hours()->set_upper(150);
  fix.mutable_proof()->set_sentence(kHostile);
  fix.mutable_proof()->set_command(kHostile);
  return report;
}

// What xmllint says of a page; "" of one that is well-formed.
std::string Faults(const std::string& html) {
  plumbline::testing::TempDir folder;
  std::ofstream(folder.Join("page.html")) << html;
  auto lint = plumbline::testing::Process::Start(
      {.args = {"xmllint", "--noout", "--nonet", folder.Join("page.html")}});
  const auto code = lint->Wait();
  constexpr int kNotThere = 127;
  if (code.ok() && (*code == 0 || *code == kNotThere)) return "";
  return absl::StrCat("faults: ", lint->Output());
}

TEST(Page, NamesAreTextWhereverTheyStand) {
  const std::string html = PageOf(Example(), {});
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("' onload")));
  EXPECT_THAT(html, Not(HasSubstr("\x01")));
  EXPECT_THAT(html, Not(HasSubstr("\xE2\x80\xAE")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_EQ(Faults(html), "");
}

TEST(Page, DaysAreThoseOfTheZoneAndHoursThoseOfTheCalendar) {
  v1::Report report = Example();
  absl::TimeZone tokyo;
  ASSERT_TRUE(absl::LoadTimeZone("Asia/Tokyo", &tokyo));
  report.mutable_review()->mutable_start_time()->set_seconds(1'767'225'600 - 9 * 3'600);
  report.mutable_review()->set_in_business_time(true);
  const std::string html = PageOf(report, {.zone = tokyo, .working_day = 8 * 3'600});
  EXPECT_THAT(html, HasSubstr("2026-01-01 to 2026-02-01 (Asia/Tokyo), "));
  EXPECT_THAT(html, HasSubstr("100 open hours of lead time (60 to 150)"));
  EXPECT_THAT(
      html, HasSubstr("hours are open hours of the calendar, of which a working day (wd) has 8."));
  EXPECT_THAT(PageOf(report, {}), HasSubstr("2025-12-31 to 2026-02-01 (UTC), "));
}

TEST(Page, NeedsNothingFromOutside) {
  const std::string html = PageOf(Example(), {});
  for (const char* outside : {"src=", "href=", "url(", "@import", "<link", "<iframe", "<object"})
    EXPECT_THAT(html, Not(HasSubstr(outside)));
  for (const char* part : {"@media print", "width=device-width", "lang=\"en\"", "role=\"img\"",
                           "<title id=\"control-t\">", "<desc id=\"gains-d\">", "class=\"beyond\"",
                           "100 hours of lead time (60 to 150)", "350 % spent"}) {
    EXPECT_THAT(html, HasSubstr(part));
  }
}

TEST(Page, OfNothingIsAPageToo) {
  v1::Report report;
  report.mutable_event_log()->set_name("workspaces/acme/eventLogs/deals");
  report.mutable_review()->add_notes("The log has no events");
  const std::string html = PageOf(report, {.about = {"Of <b> 3 cases"}});
  EXPECT_THAT(html, HasSubstr("Report: deals"));
  EXPECT_THAT(html, HasSubstr("The log has no events"));
  EXPECT_THAT(html, HasSubstr("Of &lt;b&gt; 3 cases"));
  EXPECT_THAT(html, Not(HasSubstr("<svg")));
  EXPECT_EQ(Faults(html), "");
}

TEST(Page, WhyThereIsNoFixIsSaidWhereOneIsLookedFor) {
  v1::Report report = Example();
  report.mutable_review()->clear_fixes();
  report.mutable_review()->add_summary("No fix touches 5 of the 9 cases.");
  EXPECT_THAT(PageOf(report, {}),
              HasSubstr("<h2>Fix first</h2>\n<p>No fix touches 5 of the 9 cases.</p>"));
}

TEST(Charts, WithoutLimitsOrSpreadTheyAreDrawn) {
  v1::ReviewChange change;
  change.set_title("lead time");
  change.set_unit("seconds");
  AddPoint(86'400, false, &change);
  EXPECT_EQ(ControlChart(change), "");  // one point shows nothing
  AddPoint(86'400, false, &change);
  const std::string chart = ControlChart(change);
  EXPECT_THAT(chart, HasSubstr("<circle"));
  EXPECT_THAT(chart, Not(HasSubstr("nan")));
  EXPECT_THAT(chart, Not(HasSubstr("inf")));
  EXPECT_THAT(chart, Not(HasSubstr("class=\"limit\"")));
  EXPECT_THAT(chart, HasSubstr("no limits yet: they take five earlier periods"));
  EXPECT_THAT(chart, Not(HasSubstr("beyond the limits")));
  change.add_points()->mutable_start_time()->set_seconds(1'777'225'600);  // nothing is known of it
  EXPECT_THAT(ControlChart(change), Not(HasSubstr("nan")));
  EXPECT_EQ(GainBars(v1::Review()), "");
  EXPECT_EQ(BudgetBars(v1::Review()), "");
}

// On paper nothing can be pointed at: what is what and how large stands on the chart.
TEST(Charts, SayWhatTheyShowInOneUnit) {
  v1::ReviewChange change;
  change.set_title("lead time");
  change.set_unit("seconds");
  for (const double days : {1.5, 20.0, 90.0}) AddPoint(86'400 * days, true, &change);
  const std::string chart = ControlChart(change);
  for (const char* part :
       {">Control chart: lead time, days</text>", ">mean of the earlier periods</text>",
        ">limits: three standard errors</text>", ">90.0</text>", ">1.5</text>", ">60</text>"}) {
    EXPECT_THAT(chart, HasSubstr(part));
  }
  EXPECT_THAT(chart, Not(HasSubstr("hours")));
  change.set_unit("open seconds");
  EXPECT_THAT(ControlChart(change), HasSubstr("lead time, open hours</text>"));
  EXPECT_THAT(ControlChart(change, {.working_day = 8 * 3'600}),
              HasSubstr("lead time, working days</text>"));
  EXPECT_THAT(GainBars(Example().review()), HasSubstr(">Hours of lead time that each fix would"));
}

TEST(Text, WhatXmlDoesNotHaveIsReplaced) {
  EXPECT_EQ(Escaped("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
  EXPECT_EQ(Escaped("x\x02y\n"), "x\xEF\xBF\xBDy ");
  EXPECT_EQ(Escaped("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F");
}

}  // namespace
}  // namespace plumbline::analytics
