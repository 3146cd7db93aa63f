// SPDX-License-Identifier: Apache-2.0
//
// Gains against a slow and direct reckoning, on random logs.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "services/analytics/review/mended.h"
#include "services/analytics/review/review_testing.h"

namespace plumbline::analytics::review {
namespace {

// A piece of work, in days.
struct Work {
  std::string activity;
  double start = 0, end = 0;
};
using Works = std::vector<std::vector<Work>>;  // by case

// Cases of a few steps that overlap as they like, each step once.
Works RandomWorks(statistics::Generator& chance) {
  Works works;
  for (int c = 0; c < 12; ++c) {
    std::vector<Work> one;
    const int steps = 2 + static_cast<int>(chance.Below(6));
    for (int s = 0; s < steps; ++s) {
      // On a grid, so that ends and begins fall together.
      const double start = static_cast<double>(chance.Below(40)) / 2;
      one.push_back(
          {absl::StrCat("step-", s), start, start + static_cast<double>(1 + chance.Below(6)) / 2});
    }
    works.push_back(one);
  }
  return works;
}

std::vector<TestRow> RowsOf(const Works& works) {
  std::vector<TestRow> rows;
  for (size_t c = 0; c < works.size(); ++c) {
    const std::string id = absl::StrCat("case-", 10 + c);
    double last = 0;
    for (const Work& work : works[c]) last = std::max(last, work.end);
    for (const Work& work : works[c])
      rows.push_back(Lasting(work.start, work.end, id, work.activity));
    rows.push_back(On(last, id, "Close", "", Finished()));
  }
  return rows;
}

// Those of a case that come before one in its log.
bool IsBefore(const Work& other, const Work& work) {
  return std::tie(other.start, other.end, other.activity) <
         std::tie(work.start, work.end, work.activity);
}

// nullopt of the first one. It was ready at the last end of those before it; where one of them had
// not ended, it did not wait.
std::optional<double> WaitOf(const std::vector<Work>& one, const Work& work) {
  std::optional<double> last;
  for (const Work& other : one) {
    if (IsBefore(other, work)) last = std::max(last.value_or(other.end), other.end);
  }
  if (!last.has_value()) return std::nullopt;
  return std::max(0.0, work.start - *last);
}
double WaitBefore(const std::vector<Work>& one, const Work& work) {
  return WaitOf(one, work).value_or(0);
}

using Waits = std::function<double(const std::vector<Work>&, const Work&)>;

// When it would have ended, if it had waited as `waits` says. What ended when a piece of work began
// had to end before it; what passed from then until it was ready passes as it did.
double NewEnd(const std::vector<Work>& one, const Work& work, const Waits& waits) {
  double from = -1, last = -1;
  for (const Work& other : one) {
    if (&other == &work || other.end > work.start) continue;
    from = std::max(from, NewEnd(one, other, waits));
    last = std::max(last, other.end);
  }
  if (from < 0) return work.end;
  const double until_ready = work.start - last - WaitBefore(one, work);
  return from + until_ready + waits(one, work) + work.end - work.start;
}

double Hours(const Works& works, const Waits& waits) {
  double saved = 0;
  for (const std::vector<Work>& one : works) {
    double before = 0, after = 0;
    for (const Work& work : one) {
      before = std::max(before, work.end);
      after = std::max(after, NewEnd(one, work, waits));
    }
    saved += 24 * (before - after);
  }
  return saved;
}

std::map<std::string, double> Medians(const Works& works) {
  std::map<std::string, std::vector<double>> waits;
  for (const auto& one : works) {
    for (const Work& work : one) {
      const std::optional<double> wait = WaitOf(one, work);
      if (wait.has_value()) waits[work.activity].push_back(*wait);
    }
  }
  std::map<std::string, double> medians;
  for (auto& [activity, values] : waits) {
    std::sort(values.begin(), values.end());
    medians[activity] = values[(values.size() - 1) / 2];
  }
  return medians;
}

// The waits with those of some activities cut.
Waits Cut(const std::map<std::string, double>& caps) {
  return [caps](const std::vector<Work>& one, const Work& work) {
    const double wait = WaitBefore(one, work);
    const auto cap = caps.find(work.activity);
    return cap == caps.end() ? wait : std::min(wait, cap->second);
  };
}

TEST(Counterfactual, GainsAreThoseOfASlowReckoning) {
  statistics::Generator chance(17);
  int fixes = 0;
  for (int run = 0; run < 200; ++run) {
    const Works works = RandomWorks(chance);
    const Review review = Reviewed(RowsOf(works));
    const std::shared_ptr<const LogSnapshot> log = MakeLog(RowsOf(works));
    const std::map<std::string, double> medians = Medians(works);
    ASSERT_EQ(review.facts.graphs.cases.size(), works.size());
    std::map<std::string, double> taken;
    double sum = 0;
    for (const Fix& fix : review.fixes.fixes) {
      ASSERT_EQ(fix.candidate.kind, FixKind::kWait);
      const std::string& activity = log->activities[fix.candidate.remedy.activity];
      EXPECT_NEAR(fix.hours_alone, Hours(works, Cut({{activity, medians.at(activity)}})), 1e-9);
      // The most that there is beyond what is taken; each beyond the others.
      double most = 0;
      for (const auto& [other, cap] : medians) {
        std::map<std::string, double> more = taken;
        more[other] = cap;
        int64_t touched = 0;
        for (const auto& one : works) {
          for (const Work& work : one)
            touched += work.activity == other && WaitBefore(one, work) > cap;
        }
        if (touched >= kLeastTouched) most = std::max(most, Hours(works, Cut(more)) - sum);
      }
      taken[activity] = medians.at(activity);
      const double all = Hours(works, Cut(taken));
      EXPECT_NEAR(fix.hours.value, all - sum, 1e-9);
      EXPECT_NEAR(fix.hours.value, most, 1e-9);
      sum = all;
      ++fixes;
    }
    EXPECT_NEAR(review.fixes.hours.value, sum, 1e-9);
  }
  EXPECT_GT(fixes, 100);  // there was something to compare
}

// A calendar that is open for the first seven tenths of each day.
constexpr int64_t kOpenOfDay = kDay / 10 * 7;
int64_t OpenUntil(int64_t time) {
  return time / kDay * kOpenOfDay + std::min(time % kDay, kOpenOfDay);
}
int64_t OpenBetween(int64_t from, int64_t to) { return OpenUntil(to) - OpenUntil(from); }

// The rows with nights put in: what passed by the clock passes in open time then.
std::vector<TestRow> WithNights(std::vector<TestRow> rows) {
  const auto later = [](int64_t time) {
    return time == kNoTime ? kNoTime : time / kOpenOfDay * kDay + time % kOpenOfDay;
  };
  for (TestRow& row : rows) {
    row.time = later(row.time);
    row.start = later(row.start);
    for (auto& [key, value] : row.attributes) {
      if (auto* instant = std::get_if<Instant>(&value)) instant->micros = later(instant->micros);
    }
  }
  return rows;
}

void ExpectSame(const Fix& open, const Fix& clock) {
  EXPECT_EQ(open.candidate.kind, clock.candidate.kind);
  EXPECT_EQ(open.candidate.remedy.activity, clock.candidate.remedy.activity);
  EXPECT_EQ(open.candidate.remedy.cap, clock.candidate.remedy.cap);
  EXPECT_EQ(open.candidate.most, clock.candidate.most);
  EXPECT_NEAR(open.hours.value, clock.hours.value, 1e-9);
  EXPECT_NEAR(open.hours.lower, clock.hours.lower, 1e-9);
  EXPECT_NEAR(open.hours_alone, clock.hours_alone, 1e-9);
  EXPECT_EQ(open.in_time->value, clock.in_time->value);
  EXPECT_NEAR(open.work_hours.value, clock.work_hours.value, 1e-9);
  EXPECT_EQ(open.occurrences, clock.occurrences);
  EXPECT_NEAR(open.total_seconds, clock.total_seconds, 1e-3);
  EXPECT_NEAR(open.held_seconds, clock.held_seconds, 1e-3);
  EXPECT_NEAR(open.proof.before, clock.proof.before, 1e-6);
  EXPECT_NEAR(open.proof.after, clock.proof.after, 1e-6);
  EXPECT_EQ(open.proof.cases, clock.proof.cases);
}

// All times of fixes have one clock: nights, in which nothing is open, change nothing.
TEST(Counterfactual, NightsAreNoneOfTheGain) {
  statistics::Generator chance(19);
  int fixes = 0, in_time = 0;
  for (int run = 0; run < 300; ++run) {
    std::vector<TestRow> rows = RowsOf(RandomWorks(chance));
    for (TestRow& row : rows) {
      if (row.activity == "step-0") row.attributes = Due(static_cast<double>(4 + chance.Below(8)));
    }
    ReviewOptions options;
    options.count = 12;
    const Review clock = Reviewed(rows, options);
    options.fixes.between = OpenBetween;
    const Review open = Reviewed(WithNights(rows), options);
    ASSERT_EQ(open.fixes.fixes.size(), clock.fixes.fixes.size());
    for (size_t i = 0; i < open.fixes.fixes.size(); ++i) {
      ExpectSame(open.fixes.fixes[i], clock.fixes.fixes[i]);
      in_time += open.fixes.fixes[i].in_time->value > 0;
      ++fixes;
    }
  }
  EXPECT_GT(fixes, 100);
  EXPECT_GT(in_time, 20);
}

// Done in the night after it was due: late by the clock, and in time if anything open is saved.
TEST(Counterfactual, WhatWasLateByANightIsLate) {
  std::vector<TestRow> rows;
  for (int c = 0; c < 20; ++c) {
    const std::string id = absl::StrCat("case-", 10 + c);
    rows.push_back(Lasting(0, 0.1, id, "A"));
    rows.back().attributes = Due(1.8);
    rows.push_back(Lasting(c % 2 == 0 ? 1.1 : 0.1, 1.9, id, "B"));
    rows.back().attributes = Finished();
  }
  ReviewOptions options;
  options.fixes.between = OpenBetween;
  const Review review = Reviewed(rows, options);
  ASSERT_EQ(review.fixes.fixes.size(), 1u);
  // The better half does not wait; a day of the others has 0.7 open ones.
  EXPECT_NEAR(review.fixes.fixes[0].hours.value, 10 * 0.7 * 24, 1e-6);
  EXPECT_NEAR(review.fixes.fixes[0].hours_alone, 10 * 0.7 * 24, 1e-6);
  EXPECT_EQ(review.fixes.fixes[0].in_time->value, 10);
}

TEST(Counterfactual, NothingMendedSavesNothing) {
  statistics::Generator chance(18);
  for (int run = 0; run < 50; ++run) {
    const Review review = Reviewed(RowsOf(RandomWorks(chance)));
    const CaseGraphs& graphs = review.facts.graphs;
    const StepIndex index(graphs);
    const Mended mended(index);
    for (size_t place = 0; place < graphs.cases.size(); ++place)
      EXPECT_EQ(mended.EndOf(place), graphs.StepsOf(graphs.cases[place]).back().end);
  }
}

// Two branches of 10 and 8 days of waiting between A and D: the long one saves 2 days and no more.
TEST(Counterfactual, ASavingEndsWhereAnotherBranchTakesLonger) {
  std::vector<TestRow> rows;
  for (int c = 0; c < 20; ++c) {
    const std::string id = absl::StrCat("case-", 10 + c);
    rows.push_back(Lasting(0, 1, id, "A"));
    // Both branches could begin on day 1. Half of the cases wait for the long one, half do not: the
    // better half does not wait.
    const double begin = c % 2 == 0 ? 11 : 1;
    for (const auto& [step, start] :
         {std::pair<const char*, double>{"Long", begin}, {"Other", 9}}) {
      rows.push_back(On(1, id, step, "schedule"));
      rows.push_back(On(start, id, step, "start"));
      rows.push_back(On(start + 1, id, step, "complete"));
    }
    rows.push_back(Lasting(c % 2 == 0 ? 12 : 10, c % 2 == 0 ? 13 : 11, id, "D"));
    rows.back().attributes = Finished();
  }
  const Review review = Reviewed(rows);
  ASSERT_FALSE(review.fixes.fixes.empty());
  EXPECT_NEAR(review.fixes.fixes[0].hours.value, 10 * 2 * 24, 1e-9);
  EXPECT_EQ(review.fixes.fixes[0].candidate.most, 10 * Days(10));
}

// Late when it was won: bills that wait no longer save hours, and no targets.
TEST(Counterfactual, WhatComesAfterTheEndBringsNoCaseInTime) {
  std::vector<TestRow> rows;
  for (int c = 0; c < 20; ++c) {
    const std::string id = absl::StrCat("case-", 10 + c);
    rows.push_back(Lasting(0, 1, id, "A"));
    rows.back().attributes = Due(6);
    rows.push_back(Lasting(1, 8, id, "Won"));
    rows.back().attributes = Finished();
    const double bill = c % 2 == 0 ? 28 : 8;
    rows.push_back(Lasting(bill, bill + 1, id, "Bill"));
  }
  const Review review = Reviewed(rows);
  ASSERT_EQ(review.fixes.fixes.size(), 1u);
  EXPECT_NEAR(review.fixes.fixes[0].hours.value, 10 * 20 * 24, 1e-9);
  ASSERT_TRUE(review.fixes.fixes[0].in_time.has_value());
  EXPECT_EQ(review.fixes.fixes[0].in_time->value, 0);
}

TEST(Counterfactual, WhatWaitsForItsDayEndsNoEarlier) {
  std::vector<TestRow> rows;
  for (int c = 0; c < 20; ++c) {
    const std::string id = absl::StrCat("case-", 10 + c);
    rows.push_back(Lasting(0, 1, id, "A"));
    const double b = c % 2 == 0 ? 6 : 1;  // waits 5 days, or none
    rows.push_back(Lasting(b, b + 1, id, "B"));
    rows.push_back(On(b + 1, id, "Day one", "schedule", DayOne(20)));
    rows.push_back(On(20, id, "Day one", "start"));
    rows.push_back(On(21, id, "Day one", "complete", Finished()));
  }
  EXPECT_TRUE(Reviewed(rows).fixes.fixes.empty());
}

}  // namespace
}  // namespace plumbline::analytics::review
