// SPDX-License-Identifier: Apache-2.0
//
// What people read of forecasts of one case and of ramp curves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "absl/strings/str_split.h"
#include "clients/cli/cohorts_command.h"
#include "clients/cli/forecast_case.h"
#include "clients/cli/forecast_command.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

using testing::HasSubstr;
using testing::Not;

constexpr int64_t kBegin = 1'767'600'000, kDay = 86'400;  // 2026-01-05 08:00 UTC

TEST(ForecastView, OfOneCase) {
  pb::ForecastCaseResponse forecast;
  forecast.mutable_as_of_time()->set_seconds(kBegin + 3 * kDay);
  forecast.mutable_start_time()->set_seconds(kBegin);
  forecast.mutable_mean()->set_seconds(5 * kDay);
  forecast.mutable_mean_error()->set_seconds(600);
  pb::CaseEstimate* estimate = forecast.add_estimates();
  estimate->set_confidence(0.8);
  estimate->mutable_duration()->set_seconds(7 * kDay);
  estimate->mutable_standard_error()->set_seconds(900);
  estimate->mutable_finish_time()->set_seconds(kBegin + 10 * kDay);
  estimate->set_history_share(0.78);
  forecast.set_done_share(0.72);
  forecast.set_done_share_error(0.0014);
  pb::CaseStepForecast* exam = forecast.add_steps();
  exam->set_activity("Exam");
  exam->set_basis(pb::CaseStepForecast::BASIS_OTHER_STEPS);
  exam->set_share(1);
  exam->set_criticality(0.9);
  exam->mutable_mean_duration()->set_seconds(2 * kDay);
  exam->mutable_mean_end()->set_seconds(5 * kDay);
  pb::CaseStepForecast* training = forecast.add_steps();
  training->set_activity("Training");
  training->set_basis(pb::CaseStepForecast::BASIS_OBSERVED);
  training->set_observed_count(40);
  training->mutable_pending_time()->set_seconds(kBegin + kDay);
  training->set_share(1);
  training->set_criticality(1);
  forecast.add_steps()->set_activity("Account");
  forecast.mutable_history()->set_case_count(40);
  forecast.set_runs(100'000);
  forecast.add_notes("Never done.");
  std::ostringstream out;
  PrintCaseForecast("ada", forecast, Paper{out, 120});
  EXPECT_THAT(out.str(), HasSubstr("Case 'ada', begun 2026-01-05 08:00, as of 2026-01-08 08:00."));
  EXPECT_THAT(out.str(), HasSubstr("confidence  finished by (UTC)     in"));
  EXPECT_THAT(out.str(), HasSubstr("80.0 %  2026-01-15 08:00   7.0 d"));
  EXPECT_THAT(out.str(),
              HasSubstr("Check of the method: of the cases of the history, forecast from "
                        "their begin, 80.0 % held for"));
  EXPECT_THAT(out.str(), HasSubstr("Finished by then (--by) with 72.0 % (error 0.14 %)."));
  EXPECT_THAT(out.str(), HasSubstr("since 2026-01-06 08:00"));
  EXPECT_THAT(out.str(), HasSubstr("of other steps"));
  EXPECT_THAT(out.str(), HasSubstr("Done or not needed: Account"));
  EXPECT_THAT(out.str(), HasSubstr("From 40 cases that came to the end"));
  EXPECT_THAT(out.str(), HasSubstr("Note: Never done."));
  // The most critical first.
  EXPECT_LT(out.str().find("Training"), out.str().find("Exam"));
  EXPECT_THAT(out.str(), Not(HasSubstr("nothing is left to do")));
  std::ostringstream fresh;
  PrintCaseForecast("", forecast, Paper{fresh, 120});
  EXPECT_THAT(fresh.str(), HasSubstr("A case that begins 2026-01-08 08:00."));
  absl::TimeZone tokyo;
  ASSERT_TRUE(absl::LoadTimeZone("Asia/Tokyo", &tokyo));
  std::ostringstream there;
  PrintCaseForecast("ada", forecast, Paper{there, 120}, tokyo);
  EXPECT_THAT(there.str(), HasSubstr("begun 2026-01-05 17:00, as of 2026-01-08 17:00."));
  EXPECT_THAT(there.str(), HasSubstr("finished by (Asia/Tokyo)"));
  EXPECT_THAT(there.str(), HasSubstr("80.0 %  2026-01-15 17:00"));
  EXPECT_THAT(there.str(), HasSubstr("since 2026-01-06 17:00"));
}

// "now, 0 s" is no step that takes no time.
TEST(ForecastView, ACaseThatMayBeDoneSaysSo) {
  pb::ForecastCaseResponse forecast;
  for (const double confidence : {0.5, 0.6, 0.9}) {
    pb::CaseEstimate* estimate = forecast.add_estimates();
    estimate->set_confidence(confidence);
    estimate->mutable_duration()->set_seconds(confidence > 0.8 ? kDay : 0);
  }
  std::ostringstream out;
  PrintCaseForecast("ada", forecast, Paper{out, 120});
  EXPECT_THAT(out.str(), HasSubstr("In 60.0 % of the runs or more nothing is left to do"));
}

// Midnight of a day there is the day before in UTC.
TEST(ForecastView, DaysAreThoseOfTheZone) {
  pb::ForecastCompletionsRequest request;
  request.set_items(3);
  request.set_time_zone("Asia/Tokyo");
  pb::ForecastCompletionsResponse response;
  pb::CompletionEstimate* estimate = response.add_estimates();
  estimate->set_confidence(0.8);
  estimate->set_value(2);
  estimate->mutable_time()->set_seconds(1'767'538'800);      // 2026-01-04T15:00Z
  response.mutable_from_time()->set_seconds(1'766'415'600);  // 2025-12-22T15:00Z
  response.mutable_history()->mutable_start_time()->set_seconds(1'764'514'800);  // 11-30T15:00Z
  response.mutable_history()->add_counts(5);
  std::ostringstream out;
  PrintForecast(request, response, "week", Paper{out, 120});
  EXPECT_THAT(out.str(), HasSubstr("Counted from 2025-12-23"));
  EXPECT_THAT(out.str(), HasSubstr("2 weeks  2026-01-05"));
  EXPECT_THAT(out.str(), HasSubstr("From 1 week of history since 2025-12-01"));
}

TEST(CohortsView, SplitsAreDaysOfTheZone) {
  absl::TimeZone berlin;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &berlin));
  const absl::TimeZone utc = absl::UTCTimeZone();
  const struct {
    const char* title;
    absl::TimeZone zone;
    const char* shown;
  } kRows[] = {{"before 2026-05-01T00:00:00Z", utc, "before 2026-05-01"},
               {"from 2026-05-01T09:30:00Z", utc, "from 2026-05-01 09:30"},
               {"from 2026-05-01T09:30:05Z", utc, "from 2026-05-01 09:30:05"},
               {"from 2026-04-30T22:00:00Z", berlin, "from 2026-05-01 Europe/Berlin"},
               {"from 2026-01-05T08:00:00Z", berlin, "from 2026-01-05 09:00 Europe/Berlin"}};
  for (const auto& row : kRows) {
    EXPECT_EQ(SplitTitle(row.title, row.zone), row.shown);
    EXPECT_EQ(SplitName(row.shown, row.zone), row.title);
    EXPECT_EQ(SplitName(row.title, row.zone), row.title);
  }
  EXPECT_EQ(SplitName("from 2026-05-01", berlin), "from 2026-04-30T22:00:00Z");
  for (const char* other : {"", "EMEA", "from the north", "before"}) {
    EXPECT_EQ(SplitTitle(other, utc), other);
    EXPECT_EQ(SplitName(other, utc), other);
  }
}

TEST(RampView, CurvesAndPoints) {
  pb::GetRampCurvesRequest request;
  pb::GetRampCurvesResponse response;
  pb::RampCurve* curve = response.add_curves();
  curve->set_title("North");
  curve->set_case_count(20);
  for (int i = 1; i <= 4; ++i) {
    pb::RampPoint* point = curve->add_points();
    point->set_interval(i);
    point->set_observed_count(20);
    point->set_value(0.25 * i);
    if (i == 4) continue;
    point->set_lower(0.25 * i - 0.1);
    point->set_upper(0.25 * i + 0.1);
  }
  pb::RampTarget* target = curve->add_targets();
  target->set_share(0.5);
  target->mutable_time()->set_seconds(14 * kDay);
  curve->add_targets()->set_share(0.75);
  std::ostringstream out;
  PrintRampCurves(request, response, false, Paper{out, 120});
  EXPECT_THAT(out.str(), HasSubstr("▃▅▆█"));
  EXPECT_THAT(out.str(), HasSubstr("week 4"));
  EXPECT_THAT(out.str(), HasSubstr("to 50 %"));
  EXPECT_THAT(out.str(), HasSubstr("14.0 d"));
  EXPECT_THAT(out.str(), HasSubstr("not yet"));
  EXPECT_THAT(out.str(), HasSubstr("Curves from 0 to 100.0 %, a sign for each week."));
  EXPECT_THAT(out.str(), Not(HasSubstr("15.0 % to")));
  std::ostringstream points;
  PrintRampCurves(request, response, true, Paper{points, 120});
  EXPECT_THAT(points.str(), HasSubstr("15.0 % to 35.0 %"));
  std::ostringstream none;
  PrintRampCurves(request, {}, true, Paper{none, 120});
  EXPECT_EQ(none.str(), "");
}

TEST(RampView, FitsATerminalOf80Columns) {
  pb::GetRampCurvesRequest request;
  pb::GetRampCurvesResponse response;
  pb::RampCurve* curve = response.add_curves();
  curve->set_title("2026-01");
  curve->set_case_count(12'345);
  for (int i = 1; i <= 26; ++i) curve->add_points()->set_value(i / 26.0);
  for (const double share : {0.25, 0.5, 0.75}) {
    pb::RampTarget* target = curve->add_targets();
    target->set_share(share);
    target->mutable_time()->set_seconds(99 * kDay);
  }
  std::ostringstream out;
  PrintRampCurves(request, response, false, Paper{out, 80});
  for (const absl::string_view line : absl::StrSplit(out.str(), '\n'))
    EXPECT_LE(DisplayWidth(line), 80u) << line;
  EXPECT_THAT(out.str(), HasSubstr("to 75 %"));
  EXPECT_THAT(out.str(), HasSubstr("a sign for some weeks"));
}

}  // namespace
}  // namespace plumbline::cli
