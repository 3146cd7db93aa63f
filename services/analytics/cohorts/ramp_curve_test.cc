// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cohorts/ramp_curve.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/statistics/sums.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/analytics/cohorts/ramp_numbers.h"
#include "services/analytics/log/event_log.h"

namespace plumbline::analytics::cohorts {
namespace {

constexpr int64_t kDay = 86'400'000'000;

absl::Status KeepOn() { return absl::OkStatus(); }

struct Row {
  int case_number = 0;
  std::string activity;
  int64_t time = 0;
  std::optional<double> number;
  std::optional<bool> ends;
};

std::shared_ptr<const LogSnapshot> LogOf(const std::vector<Row>& rows) {
  EventBatch batch;
  const uint32_t number = batch.attribute_keys.Intern("n");
  const uint32_t ends = batch.attribute_keys.Intern("case_finished");
  for (const Row& row : rows) {
    const auto place = static_cast<uint32_t>(batch.size());
    if (row.number.has_value()) batch.attributes.push_back({place, number, *row.number});
    if (row.ends.has_value()) batch.attributes.push_back({place, ends, *row.ends});
    batch.case_id.push_back(batch.cases.Intern(absl::StrCat("case ", 100 + row.case_number)));
    batch.activity.push_back(batch.activities.Intern(row.activity));
    batch.resource.push_back(kNoText);
    batch.transition.push_back(kNoText);
    batch.time.push_back(row.time);
  }
  EventLogBuilder builder;
  builder.Append(batch);
  return builder.Snapshot();
}

RampCurve Draw(const std::shared_ptr<const LogSnapshot>& log, const RampQuestion& question) {
  const auto curves = DrawRamp(Traces(log, {}), question, KeepOn);
  EXPECT_TRUE(curves.ok()) << curves.status();
  EXPECT_EQ(curves->curves.size(), 1u);
  return curves->curves[0];
}

// Cases with steps at random times; some say that they have ended.
std::vector<Row> RandomRows(std::mt19937* random, int cases) {
  std::vector<Row> rows;
  for (int c = 0; c < cases; ++c) {
    int64_t time = static_cast<int64_t>((*random)() % 60) * kDay;
    rows.push_back({c, "a", time, std::nullopt, false});
    for (uint32_t e = 0; e < (*random)() % 8; ++e) {
      time += static_cast<int64_t>((*random)() % 20) * kDay / 2;
      const bool numbered = (*random)() % 3 != 0;
      rows.push_back({c, (*random)() % 2 == 0 ? "b" : "c", time,
                      numbered ? std::optional<double>((*random)() % 50) : std::nullopt,
                      std::nullopt});
    }
    if ((*random)() % 3 == 0) rows.push_back({c, "z", time, std::nullopt, true});
  }
  return rows;
}

// Open from 8 to 16 o'clock but on the last two days of each week: looked at hour by hour, with
// what is left of the last one.
int64_t OpenBetween(int64_t from, int64_t to) {
  constexpr int64_t kHour = kDay / 24;
  int64_t open = 0;
  for (int64_t time = from; time < to;) {
    const int64_t next = std::min(to, (time / kHour + 1) * kHour);
    const int64_t hour = time / kHour % 24, day = time / kDay % 7;
    if (hour >= 8 && hour < 16 && day < 5) open += next - time;
    time = next;
  }
  return open;
}

int64_t AnyBetween(int64_t from, int64_t to) { return to - from; }

// The numbers of the cases after some days, by the definition, from the rows. `day_length`: of what
// `between` counts.
std::vector<double> Directly(const std::vector<Row>& rows, RampMeasure::Kind kind, double day,
                             double interval,
                             int64_t (*between)(int64_t from, int64_t to) = AnyBetween,
                             double day_length = kDay) {
  int64_t last = 0;
  std::map<int, std::vector<Row>> cases;
  for (const Row& row : rows) {
    last = std::max(last, row.time);
    cases[row.case_number].push_back(row);
  }
  std::vector<double> numbers;
  for (const auto& [c, own] : cases) {
    const int64_t begin = own.front().time;
    const bool ended = own.back().ends.value_or(false);
    if (static_cast<double>(between(begin, last)) < day * day_length) continue;
    // What has ended keeps its number, and leaves after the interval in which it ended.
    const double lasted = static_cast<double>(between(begin, own.back().time)) / day_length;
    if (ended && kind == RampMeasure::Kind::kInInterval && day > interval &&
        lasted <= day - interval)
      continue;
    double sum = 0;
    std::optional<double> latest;
    for (const Row& row : own) {
      const double after = static_cast<double>(between(begin, row.time)) / day_length;
      if (!row.number.has_value() || after > day) continue;
      latest = row.number;
      if (kind == RampMeasure::Kind::kSoFar || after > day - interval ||
          (day == interval && after >= 0))
        sum += *row.number;
    }
    if (kind != RampMeasure::Kind::kLatest) {
      numbers.push_back(sum);
    } else if (latest.has_value()) {
      numbers.push_back(*latest);
    }
  }
  return numbers;
}

RampPoint MeanOf(const std::vector<double>& values) {
  const auto n = static_cast<int64_t>(values.size());
  return PointOfMean(n, n > 0 ? statistics::Mean(values) : 0,
                     n > 1 ? statistics::StandardDeviation(values) : 0, 0.95);
}
RampPoint MedianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return PointOfMedian(
      static_cast<int64_t>(values.size()),
      [&](int64_t k) { return values[static_cast<size_t>(k)]; }, 0.95);
}

// Numbers whose squares, or whose sums, no double can hold: nothing is told rather than a band of
// no width, an infinity or a NaN.
TEST(RampCurve, HugeNumbersTellWhatTheyCan) {
  using Kind = RampMeasure::Kind;
  const auto of = [](const std::vector<Row>& rows, Kind kind, bool median) {
    RampQuestion question;
    question.measure = {.kind = kind, .key = "n", .median = median};
    question.interval = 86'400.0;
    question.intervals = 2;
    return Draw(LogOf(rows), question).points.at(0);
  };
  std::vector<Row> rows;
  for (int c = 0; c < 20; ++c) {
    rows.push_back({c, "a", 0, c % 2 == 0 ? 1e200 : 3e200, std::nullopt});
    rows.push_back({c, "b", 9 * kDay, std::nullopt, std::nullopt});
  }
  const RampPoint mean = of(rows, Kind::kLatest, false);
  EXPECT_DOUBLE_EQ(mean.value.value(), 2e200);
  EXPECT_FALSE(mean.lower.has_value() || mean.upper.has_value());
  EXPECT_DOUBLE_EQ(of(rows, Kind::kLatest, true).value.value(), 2e200);
  // Twice 1e308 each, and of every second case -1e308 twice after that.
  rows.clear();
  for (int c = 0; c < 20; ++c) {
    for (const double number : {1e308, 1e308, -1e308, -1e308})
      if (number > 0 || c % 2 == 0) rows.push_back({c, "a", 0, number, std::nullopt});
    rows.push_back({c, "b", 9 * kDay, std::nullopt, std::nullopt});
  }
  for (const bool median : {false, true}) {
    const RampPoint none = of(rows, Kind::kSoFar, median);
    EXPECT_EQ(none.observed, 20);
    EXPECT_FALSE(none.value.has_value() || none.lower.has_value() || none.upper.has_value());
  }
  EXPECT_FALSE(MedianOf({1, 2, INFINITY}).upper.has_value());
  EXPECT_DOUBLE_EQ(MedianOf({-1e308, 1e308}).value.value(), 0);
}

TEST(RampCurve, NumbersAreThoseOfTheDefinition) {
  using Kind = RampMeasure::Kind;
  std::mt19937 random(3);
  for (int i = 0; i < 40; ++i) {
    const std::vector<Row> rows = RandomRows(&random, 30);
    const auto log = LogOf(rows);
    for (const Kind kind : {Kind::kLatest, Kind::kSoFar, Kind::kInInterval}) {
      RampQuestion question;
      question.measure = {.kind = kind, .key = "n", .median = i % 2 == 0};
      question.interval = 5 * 86'400.0;
      question.intervals = 12;
      const RampCurve curve = Draw(log, question);
      EXPECT_EQ(curve.cases, 30);
      for (size_t k = 0; k < 12; ++k) {
        std::vector<double> expected = Directly(rows, kind, 5.0 * static_cast<double>(k + 1), 5);
        const int64_t observed = k < curve.points.size() ? curve.points[k].observed : 0;
        EXPECT_EQ(observed, static_cast<int64_t>(expected.size()));
        if (observed == 0) continue;
        double value = 0;
        if (question.measure.median) {
          std::sort(expected.begin(), expected.end());
          value = (expected[(expected.size() - 1) / 2] + expected[expected.size() / 2]) / 2;
        } else {
          for (const double number : expected) value += number / static_cast<double>(observed);
        }
        EXPECT_NEAR(*curve.points[k].value, value, 1e-9);
        const RampPoint band = question.measure.median ? MedianOf(expected) : MeanOf(expected);
        ASSERT_EQ(curve.points[k].lower.has_value(), band.lower.has_value());
        if (!band.lower.has_value()) continue;
        EXPECT_NEAR(*curve.points[k].lower, *band.lower, 1e-9);
        EXPECT_NEAR(*curve.points[k].upper, *band.upper, 1e-9);
      }
    }
  }
}

// Days of eight open hours; events at all hours of the week.
TEST(RampCurve, NumbersInOpenTime) {
  using Kind = RampMeasure::Kind;
  std::mt19937 random(8);
  constexpr double kOpenDay = 8.0 * 3'600;
  int numbers = 0;
  for (int i = 0; i < 20; ++i) {
    std::vector<Row> rows = RandomRows(&random, 30);
    for (Row& row : rows) row.time += kDay / 2;  // from midnight to noon, and the reverse
    const auto log = LogOf(rows);
    for (const Kind kind : {Kind::kLatest, Kind::kSoFar, Kind::kInInterval}) {
      RampQuestion question;
      question.measure = {.kind = kind, .key = "n"};
      question.between = OpenBetween;
      question.interval = 3 * kOpenDay;
      question.intervals = 12;
      const RampCurve curve = Draw(log, question);
      for (size_t k = 0; k < 12; ++k) {
        const std::vector<double> expected =
            Directly(rows, kind, 3.0 * static_cast<double>(k + 1), 3, OpenBetween, kOpenDay * 1e6);
        const int64_t observed = k < curve.points.size() ? curve.points[k].observed : 0;
        ASSERT_EQ(observed, static_cast<int64_t>(expected.size())) << i << " " << k;
        if (observed == 0) continue;
        double mean = 0;
        for (const double number : expected) mean += number / static_cast<double>(observed);
        EXPECT_NEAR(*curve.points[k].value, mean, 1e-9) << i << " " << k;
        ++numbers;
      }
    }
  }
  EXPECT_GT(numbers, 300);
}

// What happens at night has happened when the office closed.
TEST(RampCurve, SharesInOpenTime) {
  std::mt19937 random(9);
  std::vector<Row> rows;
  std::vector<double> days;  // of eight hours
  constexpr int64_t kOpenDay = kDay / 3;
  for (int c = 0; c < 60; ++c) {
    const int64_t begin = static_cast<int64_t>(random() % (7 * 24)) * kDay / 24;
    const int64_t end = begin + static_cast<int64_t>(random() % (60 * 24)) * kDay / 24;
    rows.push_back({c, "a", begin});
    rows.push_back({c, "b", end});
    days.push_back(static_cast<double>(OpenBetween(begin, end)) / kOpenDay);
  }
  RampQuestion question;
  question.between = OpenBetween;
  question.interval = 2 * 8 * 3'600;
  question.intervals = 30;
  question.measure.activity = 1;  // "b"
  const RampCurve curve = Draw(LogOf(rows), question);
  ASSERT_GT(curve.points.size(), 15u);
  for (size_t k = 0; k < curve.points.size(); ++k) {
    const auto reached = std::count_if(
        days.begin(), days.end(), [&](double d) { return d <= 2.0 * static_cast<double>(k + 1); });
    EXPECT_NEAR(*curve.points[k].value, static_cast<double>(reached) / 60, 1e-12) << k;
  }
}

// Where everybody is observed, the curve is the share by counting; its order never matters.
TEST(RampCurve, SharesAreCountedWhereAllAreObserved) {
  std::mt19937 random(4);
  std::vector<Row> rows;
  std::vector<double> days;
  for (int c = 0; c < 50; ++c) {
    days.push_back(0.5 + static_cast<double>(random() % 100));
    rows.push_back({c, "a", 0});
    rows.push_back({c, "b", static_cast<int64_t>(days.back() * kDay)});
  }
  RampQuestion question;
  question.intervals = 20;
  const auto log = LogOf(rows);
  question.measure.activity = 1;  // "b"
  const RampCurve curve = Draw(log, question);
  for (size_t k = 0; k < curve.points.size(); ++k) {
    const double day = 7.0 * static_cast<double>(k + 1);
    const auto reached =
        std::count_if(days.begin(), days.end(), [&](double d) { return d <= day; });
    EXPECT_NEAR(*curve.points[k].value, static_cast<double>(reached) / 50, 1e-12);
    EXPECT_EQ(curve.points[k].observed, 50);
  }
  EXPECT_EQ(curve.points.back().value, 1);
  std::shuffle(rows.begin(), rows.end(), random);
  EXPECT_EQ(*Draw(LogOf(rows), question).points[3].value, *curve.points[3].value);
}

// Freireich's six mercaptopurine times (weeks) of Kaplan-Meier textbooks: 6, 6, 6, 6+, 7, 9+, 10,
// 10+, 11+, 13, 16, 17+, 19+, 20+, 22, 23, 25+, 32+, 32+, 34+, 35+. (Cox and Oakes 1984,
// table 1.1.)
TEST(RampCurve, SharesOfWhoIsNotObservedToTheEnd) {
  const int times[] = {6,   6,   6,   -6, 7,  -9,  10,  -10, -11, 13, 16,
                       -17, -19, -20, 22, 23, -25, -32, -32, -34, -35};
  std::vector<Row> rows;
  int c = 0;
  for (const int time : times) {
    rows.push_back({c, "a", 0, std::nullopt, false});
    rows.push_back({c, time > 0 ? "b" : "c", std::abs(time) * 7 * kDay, std::nullopt, true});
    ++c;
  }
  RampQuestion question;
  question.measure.activity = 1;
  question.intervals = 40;
  const RampCurve curve = Draw(LogOf(rows), question);
  ASSERT_EQ(curve.points.size(), 35u);  // then nobody is observed any more
  EXPECT_EQ(*curve.points[4].value, 0);
  EXPECT_NEAR(*curve.points[5].value, 1 - 0.857142857, 1e-9);
  EXPECT_NEAR(*curve.points[6].value, 1 - 0.806722689, 1e-9);
  EXPECT_NEAR(*curve.points[12].value, 1 - 0.690196078, 1e-9);
  EXPECT_NEAR(*curve.points[34].value, 1 - 0.448179272, 1e-9);
  EXPECT_EQ(*curve.targets[1].time, 23 * 7 * 86'400);
  EXPECT_EQ(curve.ended_without, 12);
}

// Deals get their amount with the event that ends them, a tenth of them every ten days; the last is
// open. The log goes on until day 200.
TEST(RampCurve, WhatEndedKeepsItsNumber) {
  std::vector<Row> rows;
  for (int c = 0; c < 9; ++c) {
    rows.push_back({c, "a", 0, std::nullopt, false});
    rows.push_back({c, "b", 10 * (c + 1) * kDay, 100, true});
  }
  rows.push_back({9, "a", 0, std::nullopt, false});
  rows.push_back({10, "a", 200 * kDay, std::nullopt, false});
  const auto log = LogOf(rows);
  RampQuestion question;
  question.interval = 30 * 86'400;
  question.intervals = 4;
  const auto values = [&](RampMeasure::Kind kind) {
    question.measure = {.kind = kind, .key = "n"};
    std::vector<std::pair<int64_t, double>> points;
    for (const RampPoint& point : Draw(log, question).points)
      points.emplace_back(point.observed, *point.value);
    return points;
  };
  using testing::ElementsAre;
  using testing::Pair;
  EXPECT_THAT(values(RampMeasure::Kind::kSoFar),
              ElementsAre(Pair(10, 30), Pair(10, 60), Pair(10, 90), Pair(10, 90)));
  EXPECT_THAT(values(RampMeasure::Kind::kLatest),
              ElementsAre(Pair(3, 100), Pair(6, 100), Pair(9, 100), Pair(9, 100)));
  // Of those that were there when it began.
  EXPECT_THAT(
      values(RampMeasure::Kind::kInInterval),
      ElementsAre(Pair(10, 30), Pair(7, testing::DoubleEq(300.0 / 7)), Pair(4, 75), Pair(1, 0)));
}

TEST(RampCurve, Bands) {
  // By R: t.test(c(1, 2, 4, 9))$conf.int; the median's are the 1st and 6th of six (0.969).
  const RampPoint mean = MeanOf({9, 1, 4, 2});
  EXPECT_EQ(*mean.value, 4);
  EXPECT_NEAR(*mean.lower, 4 - 3.182446305 * std::sqrt(38.0 / 3) / 2, 1e-8);
  EXPECT_NEAR(*mean.upper, 4 + 3.182446305 * std::sqrt(38.0 / 3) / 2, 1e-8);
  const RampPoint six = MedianOf({6, 5, 4, 3, 2, 1});
  EXPECT_EQ(*six.value, 3.5);
  EXPECT_EQ(*six.lower, 1);
  EXPECT_EQ(*six.upper, 6);
  EXPECT_FALSE(MedianOf({1, 2, 3, 4, 5}).lower.has_value());
  EXPECT_FALSE(MeanOf({1}).lower.has_value());
  EXPECT_FALSE(MeanOf({}).value.has_value());
  std::vector<double> many;
  for (int i = 1; i <= 100; ++i) many.push_back(i);
  const RampPoint median = MedianOf(many);
  EXPECT_EQ(*median.lower, 40);  // binom.test: 40th and 61st of a hundred
  EXPECT_EQ(*median.upper, 61);
  std::mt19937 random(6);
  many.push_back(101);
  std::shuffle(many.begin(), many.end(), random);
  const RampPoint odd = MedianOf(many);
  EXPECT_EQ(*odd.value, 51);
  EXPECT_EQ(*odd.lower, 41);  // binom.test: 41st and 61st
  EXPECT_EQ(*odd.upper, 61);
}

}  // namespace
}  // namespace plumbline::analytics::cohorts
