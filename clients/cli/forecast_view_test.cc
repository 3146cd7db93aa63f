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

pb::ForecastCaseRequest OfCase(const char* id) {
  pb::ForecastCaseRequest request;
  request.set_case_id(id);
  request.mutable_by_time()->set_seconds(kBegin + 30 * kDay);
  return request;
}

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
  forecast.set_model_text("->( 'Draft', *( X( 'X( it\\'s', tau ), 'Redo' ) )");
  std::ostringstream out;
  PrintCaseForecast(OfCase("ada"), forecast, Paper{out, 120});
  EXPECT_THAT(out.str(),
              HasSubstr("in turn('Draft', repeated(one of('X( it\\'s', nothing), 'Redo'))"));
  EXPECT_THAT(out.str(),
              HasSubstr("Case 'ada', begun 2026-01-05 08:00, as of 2026-01-08 08:00 UTC."));
  EXPECT_THAT(out.str(), HasSubstr("confidence  finished by (UTC)     in"));
  EXPECT_THAT(out.str(), HasSubstr("80.0 %  2026-01-15 08:00   7.0 d"));
  EXPECT_THAT(out.str(), HasSubstr("Check of the method, on the cases of the history"));
  EXPECT_THAT(out.str(), HasSubstr("78.0 % where"));
  EXPECT_THAT(out.str(),
              HasSubstr("Finished by 2026-02-04 08:00 (--by) with 72.0 % (error 0.14 %)."));
  EXPECT_THAT(out.str(), HasSubstr("since 2026-01-06 08:00"));
  EXPECT_THAT(out.str(), HasSubstr("of other steps"));
  EXPECT_THAT(out.str(), HasSubstr("Done or not needed: Account"));
  EXPECT_THAT(out.str(), HasSubstr("From 40 cases that came to the end"));
  EXPECT_THAT(out.str(), HasSubstr("Note: Never done."));
  // The most critical first.
  EXPECT_LT(out.str().find("Training"), out.str().find("Exam"));
  EXPECT_THAT(out.str(), Not(HasSubstr("nothing is left to do")));
  std::ostringstream fresh;
  PrintCaseForecast(OfCase(""), forecast, Paper{fresh, 120});
  EXPECT_THAT(fresh.str(), HasSubstr("A case that begins 2026-01-08 08:00 UTC."));
  absl::TimeZone tokyo;
  ASSERT_TRUE(absl::LoadTimeZone("Asia/Tokyo", &tokyo));
  std::ostringstream there;
  PrintCaseForecast(OfCase("ada"), forecast, Paper{there, 120}, tokyo);
  EXPECT_THAT(there.str(), HasSubstr("begun 2026-01-05 17:00, as of 2026-01-08 17:00 Asia/Tokyo."));
  EXPECT_THAT(there.str(), HasSubstr("finished by (Asia/Tokyo)"));
  EXPECT_THAT(there.str(), HasSubstr("80.0 %  2026-01-15 17:00"));
  EXPECT_THAT(there.str(), HasSubstr("since 2026-01-06 17:00"));
}

// "now, 0 s" is no step that takes no time.
// It changed nothing, and nothing said so.
TEST(ForecastView, WhatIsOfOneCaseIsRefusedOfMany) {
  EXPECT_TRUE(CheckWithoutCase({}).ok());
  const auto refused = [](CaseForecastFlags flags) {
    return std::string(CheckWithoutCase(flags).message());
  };
  EXPECT_THAT(refused({.as_of = "2026-01-01"}),
              HasSubstr("--as-of: is only with --case or --new-case"));
  EXPECT_THAT(refused({.by = "2026-01-01"}), HasSubstr("--by"));
  EXPECT_THAT(refused({.calendar = "office"}), HasSubstr("--calendar"));
  EXPECT_THAT(refused({.process = "p"}), HasSubstr("--process"));
  EXPECT_THAT(refused({.noise = 0}), HasSubstr("--noise"));
  EXPECT_THAT(refused({.assumptions = {"Sign=2d"}}), HasSubstr("--assume"));
}

TEST(ForecastView, ACaseThatMayBeDoneSaysSo) {
  pb::ForecastCaseResponse forecast;
  for (const double confidence : {0.5, 0.6, 0.9}) {
    pb::CaseEstimate* estimate = forecast.add_estimates();
    estimate->set_confidence(confidence);
    estimate->mutable_duration()->set_seconds(confidence > 0.8 ? kDay : 0);
  }
  std::ostringstream out;
  PrintCaseForecast(OfCase("ada"), forecast, Paper{out, 120});
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

// No table without rows; notes are broken as all prose; how far so many periods reach is said.
TEST(ForecastView, WhatIsNotReachedHasNoTable) {
  pb::ForecastCompletionsRequest request;
  request.set_items(3);
  pb::ForecastCompletionsResponse response;
  response.mutable_from_time()->set_seconds(kBegin);
  response.add_notes(std::string(60, 'a') + " " + std::string(60, 'b'));
  std::ostringstream out;
  PrintForecast(request, response, "week", Paper{out, 80});
  EXPECT_THAT(out.str(), Not(HasSubstr("confidence")));
  for (const absl::string_view line : absl::StrSplit(out.str(), '\n'))
    EXPECT_LE(DisplayWidth(line), 80u) << line;
  request.set_periods(2);
  response.mutable_from_time()->set_seconds(kBegin + 26 * kDay);  // 31 January
  const auto to = [&](pb::Period period) {
    std::ostringstream many;
    request.set_period(period);
    PrintForecast(request, response, "period", Paper{many, 120});
    return many.str();
  };
  EXPECT_THAT(to(pb::PERIOD_DAY), HasSubstr("to 2026-02-02?"));
  EXPECT_THAT(to(pb::PERIOD_UNSPECIFIED), HasSubstr("to 2026-02-14?"));
  EXPECT_THAT(to(pb::PERIOD_MONTH), HasSubstr("to 2026-03-31?"));
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
  // With a calendar times are told in working days, and how long an interval is.
  request.mutable_business_time();
  response.mutable_interval_length()->set_seconds(40 * 3'600);
  target->mutable_time()->set_seconds(80 * 3'600);
  Paper in_open_hours{none, 120};
  in_open_hours.working_day = 8 * 3'600;
  PrintRampCurves(request, response, false, in_open_hours);
  EXPECT_THAT(none.str(), HasSubstr("10.0 wd"));
  EXPECT_THAT(none.str(), HasSubstr("Clocks run in open hours: a week has 40.00 of them."));
}

// Titles of splits in a zone are long; a file has 120 columns.
TEST(CohortsView, FitsAFile) {
  pb::CompareCohortsResponse response;
  for (const char* title : {"before 2026-05-01 09:30:05 America/Argentina/ComodRivadavia",
                            "from 2026-05-01 09:30:05 America/Argentina/ComodRivadavia"}) {
    pb::CohortTimes* group = response.add_groups();
    group->set_title(title);
    group->set_case_count(12'345);
    group->set_happened_count(11'234);
    for (pb::CohortQuantile* quantile : {group->mutable_first_quartile(), group->mutable_median(),
                                         group->mutable_third_quartile()}) {
      quantile->mutable_time()->set_seconds(99 * kDay);
      quantile->mutable_lower()->set_seconds(98 * kDay);
      quantile->mutable_upper()->set_seconds(99 * kDay);
    }
    group->mutable_restricted_mean()->set_seconds(99 * kDay);
    group->mutable_hazard()->set_ratio(10.5);
    group->mutable_hazard()->set_lower(10.25);
    group->mutable_hazard()->set_upper(11.75);
  }
  response.mutable_horizon()->set_seconds(100 * kDay);
  std::ostringstream out;
  PrintCohorts(response, true, Paper{out, 0});
  for (const absl::string_view line : absl::StrSplit(out.str(), '\n'))
    EXPECT_LE(DisplayWidth(line), 120u) << line;
  EXPECT_THAT(out.str(), HasSubstr("< 0.001"));
  EXPECT_THAT(out.str(), HasSubstr("America/Arge"));
}

TEST(RampView, FitsAFile) {
  pb::GetRampCurvesRequest request;
  pb::GetRampCurvesResponse response;
  pb::RampCurve* curve = response.add_curves();
  curve->set_title("from 2026-05-01 09:30:05 America/Argentina/ComodRivadavia");
  curve->set_case_count(12'345);
  for (int i = 1; i <= 500; ++i) curve->add_points()->set_value(i / 500.0);
  for (const double share : {0.25, 0.5, 0.75}) {
    pb::RampTarget* target = curve->add_targets();
    target->set_share(share);
    target->mutable_time()->set_seconds(99 * kDay);
  }
  std::ostringstream out;
  PrintRampCurves(request, response, false, Paper{out, 0});
  for (const absl::string_view line : absl::StrSplit(out.str(), '\n'))
    EXPECT_LE(DisplayWidth(line), 120u) << line;
  EXPECT_THAT(out.str(), HasSubstr("week 500"));
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
