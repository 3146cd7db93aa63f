// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/flow/flow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/error.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kHour = int64_t{3600} * 1'000'000;
constexpr int64_t kDay = 24 * kHour;
constexpr int64_t kMonday = int64_t{1'767'571'200} * 1'000'000;  // 2026-01-05 00:00 UTC

absl::Status Go() { return absl::OkStatus(); }

Flow Of(const std::vector<TestRow>& rows, const FlowOptions& options = {}) {
  const auto log = MakeLog(rows);
  absl::StatusOr<Flow> flow = MeasureFlow(*log, {}, options, Go);
  EXPECT_TRUE(flow.ok()) << flow.status();
  return flow.ok() ? *flow : Flow();
}

std::string FieldOf(const std::vector<TestRow>& rows, const FlowOptions& options) {
  const auto flow = MeasureFlow(*MakeLog(rows), {}, options, Go);
  return flow.ok() ? "" : base::FieldViolationsOf(flow.status())[0].field;
}

// Two cases: four days from Monday with two of work, and two days from Tuesday with one.
std::vector<TestRow> TwoCases() {
  return {{"1", "A", kMonday + kDay, "", kMonday},
          {"1", "B", kMonday + 4 * kDay, "", kMonday + 3 * kDay},
          {"2", "A", kMonday + kDay, "", kMonday + kDay},
          {"2", "B", kMonday + 3 * kDay, "", kMonday + 2 * kDay}};
}

// What is asked is wrong whatever the log has.
TEST(Flow, TheWrongWayRoundIsToldOfALogWithoutEvents) {
  FlowOptions options;
  options.begin = kMonday + kDay;
  options.end = kMonday;
  EXPECT_EQ(FieldOf({}, options), "start_time");
  EXPECT_EQ(FieldOf(TwoCases(), options), "start_time");
  options.begin = kMonday - kDay;
  EXPECT_EQ(FieldOf({}, options), "");
}

TEST(Flow, AClosedLogKeepsLittlesLaw) {
  const Flow flow = Of(TwoCases());
  EXPECT_EQ(flow.case_count, 2);
  EXPECT_EQ(flow.open_count, 0);
  EXPECT_EQ(flow.measured_seconds, 4 * 86'400);
  EXPECT_EQ(flow.progress.arrivals, 2);
  EXPECT_EQ(flow.progress.departures, 2);
  EXPECT_EQ(flow.progress.most, 2);
  EXPECT_EQ(flow.progress.average, 6.0 / 4);
  EXPECT_EQ(flow.times.lead.mean, 3 * 86'400);
  EXPECT_NEAR(*flow.little.arrivals_times_lead, 1.5, 1e-12);
  EXPECT_NEAR(*flow.little.difference, 0, 1e-12);
  EXPECT_EQ(flow.times.touch.total, 3 * 86'400);
  EXPECT_EQ(flow.times.efficiency, 0.5);
  EXPECT_EQ(flow.times.median_efficiency, 0.5);
  EXPECT_EQ(flow.mean_gap_seconds, 86'400);
}

TEST(Flow, DelaysByStepMostFirst) {
  const Flow flow = Of(TwoCases());
  ASSERT_EQ(flow.steps.size(), 2u);
  EXPECT_EQ(flow.steps[0].activity, 1u);
  EXPECT_EQ(flow.steps[0].delay_seconds, 3 * 86'400);  // two days, and one
  EXPECT_EQ(flow.steps[0].share, 1);
  EXPECT_EQ(flow.steps[0].case_count, 2);
  EXPECT_EQ(flow.steps[1].delay_seconds, 0);
}

TEST(Flow, SeriesByDayWithStages) {
  FlowOptions options;
  options.period = PeriodLength::kDay;
  options.stages = {0, 1};
  const Flow flow = Of(TwoCases(), options);
  const std::vector<FlowPeriod>& days = flow.progress.periods;
  ASSERT_EQ(days.size(), 5u);
  EXPECT_EQ(days[0].arrivals, 1);
  EXPECT_EQ(days[1].arrivals, 1);
  EXPECT_EQ(days[1].average, 2);
  EXPECT_EQ(days[1].cumulative_arrivals, 2);
  EXPECT_EQ(days[3].departures, 1);
  EXPECT_EQ(days[4].departures, 1);
  EXPECT_EQ(days[4].cumulative_departures, 2);
  EXPECT_EQ(days[4].average, std::nullopt);  // the log ends as it begins
  EXPECT_THAT(flow.stages[0].reached, ElementsAre(0, 2, 2, 2, 2));
  EXPECT_THAT(flow.stages[1].reached, ElementsAre(0, 0, 0, 1, 2));
}

TEST(Flow, OpenCasesAreCountedAndCensored) {
  std::vector<TestRow> rows = TwoCases();
  rows[1].attributes = rows[3].attributes = {{"case_finished", true}};
  rows.push_back({"3", "A", kMonday + 2 * kDay, "", kMonday + kDay});
  rows.push_back(
      {"4", "A", kMonday + 10 * kDay, "", kMonday + 10 * kDay, "", {{"case_finished", true}}});
  const Flow flow = Of(rows);
  EXPECT_EQ(flow.case_count, 4);
  EXPECT_EQ(flow.open_count, 1);
  EXPECT_EQ(flow.progress.at_end, 1);
  EXPECT_EQ(flow.open.age.max, 9 * 86'400);
  ASSERT_EQ(flow.open.oldest.size(), 1u);
  EXPECT_EQ(flow.open.oldest[0].case_number, 2u);
  EXPECT_EQ(flow.open.above_p95, 1);
  EXPECT_EQ(flow.times.lead.count, 3);
  EXPECT_EQ(flow.times.lead.median, 2 * 86'400);
  // Of four cases two ended after two days: the half lies between that and the next.
  EXPECT_EQ(flow.times.median_with_open, 3 * 86'400);
  EXPECT_EQ(flow.times.p85_with_open, std::nullopt);
  EXPECT_GT(std::abs(*flow.little.difference), 0.1);
}

// In a log without schedules nothing says what an open case waits for; it waits all the same.
TEST(Flow, WaitsOfOpenCasesForNobodyKnowsWhatAreTold) {
  std::vector<TestRow> rows = TwoCases();
  rows[1].attributes = rows[3].attributes = {{"case_finished", true}};
  rows.push_back({"3", "A", kMonday + 2 * kDay, "", kMonday + kDay});
  rows.push_back({"4", "A", kMonday + 3 * kDay, "complete"});
  rows.push_back({"4", "B", kMonday + 3 * kDay, "schedule"});
  rows.push_back({"5", "B", kMonday + kDay, "start"});
  const Flow flow = Of(rows);
  EXPECT_EQ(flow.open_count, 3);
  EXPECT_EQ(flow.unknown.case_count, 1);
  EXPECT_EQ(flow.unknown.seconds(), 2 * 86'400);
  ASSERT_EQ(flow.steps.size(), 2u);
  EXPECT_EQ(flow.steps[0].open_count + flow.steps[1].open_count, 1);
}

TEST(Flow, OfAWindow) {
  FlowOptions options;
  options.begin = kMonday + kDay / 2;
  options.end = kMonday + 3 * kDay;
  const Flow flow = Of(TwoCases(), options);
  EXPECT_EQ(flow.progress.at_begin, 1);
  EXPECT_EQ(flow.progress.arrivals, 1);
  EXPECT_EQ(flow.progress.departures, 0);  // the end does not belong to it
  EXPECT_EQ(flow.open_count, 2);
  EXPECT_NEAR(*flow.progress.average, 4.5 / 2.5, 1e-12);
  EXPECT_EQ(flow.times.lead.count, 0);
  EXPECT_EQ(flow.times.efficiency, std::nullopt);
  EXPECT_EQ(flow.little.difference, std::nullopt);
}

TEST(Flow, AWindowBeyondTheEventsIsNoted) {
  FlowOptions options;
  const auto notes = [&](int64_t begin, int64_t end) {
    options.begin = begin;
    options.end = end;
    return Of(TwoCases(), options).notes;
  };
  EXPECT_THAT(notes(kMonday, kMonday + 9 * kDay),
              ElementsAre(HasSubstr("`end_time` is after the last event")));
  EXPECT_THAT(notes(kMonday - 9 * kDay, kMonday + 3 * kDay),
              ElementsAre(HasSubstr("`start_time` is before the first event of these cases, "
                                    "2026-01-05 00:00 UTC: rates a day")));
  EXPECT_THAT(notes(kMonday - 9 * kDay, kMonday + 20 * kDay),
              ElementsAre(HasSubstr("is before the first event"), HasSubstr("is after the last")));
  EXPECT_THAT(notes(kMonday, kMonday + 4 * kDay), IsEmpty());
  EXPECT_THAT(Of(TwoCases()).notes, IsEmpty());
}

// Who looks at the last week of a log that rests is told so: no error, and no ages of what is open.
TEST(Flow, OfAWindowWithoutEventsThereIsNothingToTell) {
  std::vector<TestRow> rows = TwoCases();
  rows[1].attributes = {{"case_finished", true}};  // and the other case is open
  const auto nothing = [&](const FlowOptions& options, const std::string& note) {
    const Flow flow = Of(rows, options);
    EXPECT_EQ(flow.case_count, 0);
    EXPECT_EQ(flow.open_count, 0);
    EXPECT_THAT(flow.progress.periods, IsEmpty());
    EXPECT_THAT(flow.open.oldest, IsEmpty());
    EXPECT_THAT(flow.steps, IsEmpty());
    EXPECT_THAT(flow.notes, ElementsAre(HasSubstr(note)));
    return flow.horizon;
  };
  const std::string after =
      "`start_time` is after the last event of these cases, 2026-01-09 00:00 UTC";
  const std::string before =
      "`end_time` is before the first event of these cases, 2026-01-05 00:00 UTC: nothing had";
  const Horizon week = nothing({.begin = kMonday + 9 * kDay, .end = kMonday + 12 * kDay}, after);
  EXPECT_EQ(week.end - week.begin, 3 * kDay);
  const Horizon rest = nothing({.begin = kMonday + 9 * kDay}, after);
  EXPECT_EQ(rest.begin, kMonday + 9 * kDay);
  EXPECT_EQ(rest.end, rest.begin);
  nothing({.begin = kMonday - 9 * kDay, .end = kMonday - 8 * kDay}, before);
  EXPECT_EQ(nothing({.end = kMonday - 8 * kDay}, before).begin, kMonday - 8 * kDay);
}

// One wrong time does not take away the figures.
TEST(Flow, CenturiesHaveMonthsAndMillenniaNoSeries) {
  std::vector<TestRow> rows = TwoCases();
  rows.push_back({"3", "A", kMonday + 300 * 365 * kDay});
  EXPECT_GT(Of(rows).progress.periods.size(), 3'000u);  // months
  EXPECT_EQ(FieldOf(rows, {.period = PeriodLength::kWeek}), "period");
  rows.push_back({"4", "A", kMonday + int64_t{7'900} * 365 * kDay});
  const Flow flow = Of(rows);
  EXPECT_TRUE(flow.progress.periods.empty());
  EXPECT_EQ(flow.progress.arrivals, 4);
  EXPECT_EQ(flow.times.lead.count, 4);
  EXPECT_TRUE(flow.progress.average.has_value());
  EXPECT_EQ(FieldOf(rows, {.period = PeriodLength::kMonth}), "period");
}

TEST(Flow, WithoutStartsTouchIsNotKnown) {
  const Flow flow = Of({{"1", "A", kMonday}, {"1", "B", kMonday + kDay}});
  EXPECT_EQ(flow.times.lead.count, 1);
  EXPECT_EQ(flow.times.touch.count, 0);
  EXPECT_EQ(flow.times.without_starts, 1);
  EXPECT_EQ(flow.times.efficiency, std::nullopt);
}

TEST(Flow, NothingAndOneMoment) {
  const Flow none = Of({});
  EXPECT_EQ(none.case_count, 0);
  EXPECT_EQ(none.progress.average, std::nullopt);
  const Flow one = Of({{"1", "A", kMonday}});
  EXPECT_EQ(one.case_count, 1);
  EXPECT_EQ(one.progress.most, 1);
  EXPECT_EQ(one.progress.average, std::nullopt);
  EXPECT_EQ(one.little.difference, std::nullopt);
  EXPECT_EQ(one.mean_gap_seconds, std::nullopt);
}

TEST(Flow, ErrorsNameTheField) {
  FlowOptions options;
  options.begin = kMonday + kDay;
  options.end = kMonday;
  EXPECT_EQ(FieldOf(TwoCases(), options), "start_time");
}

TEST(Flow, StopsWhenItIsTold) {
  const auto log = MakeLog(TwoCases());
  EXPECT_EQ(MeasureFlow(*log, {}, {}, [] { return absl::CancelledError("gone"); }).status().code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace plumbline::analytics
