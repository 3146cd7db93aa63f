// SPDX-License-Identifier: Apache-2.0
//
// What must hold of any log: the same figures as by counting one after the other, the same at an
// instant as if nothing had been recorded later, more bad is never better, and a whole is its
// parts.
#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/analytics/objectives/alerts.h"
#include "services/analytics/objectives/outcomes.h"
#include "services/analytics/report/attainment.h"
#include "services/analytics/report/report_testing.h"

namespace plumbline::analytics::objectives {
namespace {

constexpr int kRounds = 200;

int Pick(std::mt19937_64& random, int most) {
  return std::uniform_int_distribution<int>(0, most)(random);
}

std::vector<Outcome> RandomOutcomes(std::mt19937_64& random) {
  std::vector<Outcome> outcomes;
  const int count = Pick(random, 60);
  for (int i = 0; i < count; ++i) {
    const int many = 1 + Pick(random, 3);
    outcomes.push_back({Days(Pick(random, 100)), many, Pick(random, many)});
  }
  return outcomes;
}

Terms RandomTerms(std::mt19937_64& random) {
  Terms terms;
  terms.goal = 0.05 + 0.9 * Pick(random, 100) / 100;
  terms.period = Days(1 + Pick(random, 89));
  terms.rules = ProcessRules(terms.goal, terms.period);
  terms.policy = DefaultPolicy();
  terms.min_bad = 1 + Pick(random, 4);
  return terms;
}

Series SeriesOf(std::vector<Outcome> outcomes) {
  Raw raw;
  raw.outcomes = std::move(outcomes);
  raw.since = 0;
  return Series(std::move(raw));
}

Tally CountedOneByOne(const std::vector<Outcome>& outcomes, int64_t window, int64_t at) {
  Tally tally;
  for (const Outcome& outcome : outcomes) {
    if (outcome.time > at || outcome.time <= at - window) continue;
    tally.count += outcome.count;
    tally.bad += outcome.bad;
  }
  return tally;
}

TEST(Budgets, AreThoseOfCountingOneByOne) {
  std::mt19937_64 random(1);
  for (int round = 0; round < kRounds; ++round) {
    const auto outcomes = RandomOutcomes(random);
    const Terms terms = RandomTerms(random);
    const int64_t at = Days(Pick(random, 110));
    const Budget budget = Evaluate(SeriesOf(outcomes), terms, at);
    EXPECT_EQ(budget.tally, CountedOneByOne(outcomes, terms.period, at));
    for (const Burn& burn : budget.burns)
      EXPECT_EQ(burn.tally, CountedOneByOne(outcomes, burn.window, at));
    for (const RuleState& state : budget.rules) {
      const Tally longer = CountedOneByOne(outcomes, state.rule.long_window, at);
      const Tally shorter = CountedOneByOne(outcomes, state.rule.short_window, at);
      const auto above = [&](const Tally& tally) {
        return tally.count > 0 &&
               static_cast<double>(tally.bad) / static_cast<double>(tally.count) >
                   state.rule.rate * (1 - terms.goal);
      };
      EXPECT_EQ(state.firing, above(longer) && above(shorter) && longer.bad >= terms.min_bad);
    }
  }
}

TEST(Budgets, DoNotDependOnTheOrder) {
  std::mt19937_64 random(2);
  for (int round = 0; round < kRounds; ++round) {
    auto outcomes = RandomOutcomes(random);
    const Terms terms = RandomTerms(random);
    const int64_t at = Days(Pick(random, 110));
    const Budget one = Evaluate(SeriesOf(outcomes), terms, at);
    std::shuffle(outcomes.begin(), outcomes.end(), random);
    const Budget other = Evaluate(SeriesOf(outcomes), terms, at);
    EXPECT_EQ(one.tally, other.tally);
    EXPECT_EQ(Alerting(one, terms), Alerting(other, terms));
  }
}

// Of two logs together: as many events and bad ones as of both, and a share spent between the two.
TEST(Budgets, OfAUnionLieBetweenItsParts) {
  std::mt19937_64 random(3);
  for (int round = 0; round < kRounds; ++round) {
    const auto a = RandomOutcomes(random), b = RandomOutcomes(random);
    auto both = a;
    both.insert(both.end(), b.begin(), b.end());
    const Terms terms = RandomTerms(random);
    const int64_t at = Days(Pick(random, 110));
    const Budget of_a = Evaluate(SeriesOf(a), terms, at), of_b = Evaluate(SeriesOf(b), terms, at);
    const Budget whole = Evaluate(SeriesOf(both), terms, at);
    EXPECT_EQ(whole.tally.count, of_a.tally.count + of_b.tally.count);
    EXPECT_EQ(whole.tally.bad, of_a.tally.bad + of_b.tally.bad);
    if (!of_a.shares.has_value() || !of_b.shares.has_value()) continue;
    const double one = of_a.shares->consumed_share, two = of_b.shares->consumed_share;
    EXPECT_GE(whole.shares->consumed_share, std::min(one, two) - 1e-12);
    EXPECT_LE(whole.shares->consumed_share, std::max(one, two) + 1e-12);
    EXPECT_NEAR(whole.shares->budget, of_a.shares->budget + of_b.shares->budget, 1e-9);
    EXPECT_NEAR(whole.shares->remaining, of_a.shares->remaining + of_b.shares->remaining, 1e-9);
  }
}

// One more bad: nothing that alerts ceases to. One more good: nothing begins to, but for what was
// held back by nothing but numbers.
TEST(Budgets, MoreBadIsNeverBetter) {
  std::mt19937_64 random(4);
  for (int round = 0; round < kRounds; ++round) {
    auto outcomes = RandomOutcomes(random);
    const Terms terms = RandomTerms(random);
    const int64_t at = Days(Pick(random, 110));
    const Budget before = Evaluate(SeriesOf(outcomes), terms, at);
    // So young that it lies in every window.
    outcomes.push_back({at, 1, 1});
    const Budget worse = Evaluate(SeriesOf(outcomes), terms, at);
    const AlertKeys was = Alerting(before, terms), is = Alerting(worse, terms);
    EXPECT_TRUE(std::includes(is.begin(), is.end(), was.begin(), was.end()));
    if (before.shares.has_value()) {
      EXPECT_GE(worse.shares->consumed_share, before.shares->consumed_share * (1 - 1e-12));
    }
    outcomes.back().bad = 0;
    const Budget better = Evaluate(SeriesOf(outcomes), terms, at);
    const AlertKeys fewer = Alerting(better, terms);
    if (before.tally.count >= terms.min_events) {
      EXPECT_TRUE(std::includes(was.begin(), was.end(), fewer.begin(), fewer.end()));
    }
  }
}

// A log of cases that begin, end and are left open, in the order of time.
std::vector<TestRow> RandomLog(std::mt19937_64& random) {
  std::vector<TestRow> rows = {On(0, "first", "a", "", {{"case_finished", false}})};
  for (int i = 0; i < 30; ++i) {
    const std::string id = absl::StrCat("case-", i);
    const int begin = Pick(random, 60);
    rows.push_back(On(begin, id, "a"));
    const int middle = begin + Pick(random, 30);
    if (Pick(random, 2) > 0) rows.push_back(On(middle, id, "b"));
    if (Pick(random, 2) > 0) rows.push_back(On(middle + Pick(random, 20), id, "c", "", Finished()));
  }
  return rows;
}

Outcomes Read(const std::vector<TestRow>& rows, const Measure& measure) {
  const auto log = MakeLog(rows);
  const Traces traces(log, {});
  const Variants variants(traces);
  return *ReadOutcomes({*log, traces, [&]() -> const Variants& { return variants; }}, {}, measure,
                       [] { return absl::OkStatus(); });
}

// What is said of an instant is what was to be said then: no figure knows what came later. (Of
// measures that leave nothing out.)
TEST(Outcomes, DoNotKnowWhatComesLater) {
  std::mt19937_64 random(5);
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<TestRow> rows = RandomLog(random);
    Measure measure;
    measure.activity = round % 2 == 0 ? "" : "b";
    measure.deadline = [](int64_t begin) { return begin + Days(15); };
    const int64_t at = Days(Pick(random, 100));
    std::vector<TestRow> then;
    for (const TestRow& row : rows) {
      if (row.time <= at) then.push_back(row);
    }
    const Outcomes now = Read(rows, measure), before = Read(then, measure);
    for (const int64_t window : {Days(1), Days(10), Days(1000)}) {
      EXPECT_EQ(now.series.Count(at - window, at), before.series.Count(at - window, at)) << round;
    }
    EXPECT_EQ(now.series.Pending(at), before.series.Pending(at)) << round;
    EXPECT_EQ(now.series.Overdue(at), before.series.Overdue(at)) << round;
    EXPECT_EQ(now.series.OverdueSince(at - Days(3), at),
              before.series.OverdueSince(at - Days(3), at))
        << round;
    EXPECT_EQ(now.series.OverdueSince(INT64_MIN, at), now.series.Overdue(at)) << round;
  }
}

// As MeasureAttainment counts at the end of the log.
TEST(Outcomes, AgreeWithTheAttainmentOfTheReport) {
  std::mt19937_64 random(6);
  for (int round = 0; round < kRounds; ++round) {
    const auto log = MakeLog(RandomLog(random));
    const Traces traces(log, {});
    const Variants variants(traces);
    Measure measure;
    measure.deadline = [](int64_t begin) { return begin + Days(20); };
    const Outcomes outcomes =
        *ReadOutcomes({*log, traces, [&]() -> const Variants& { return variants; }}, {}, measure,
                      [] { return absl::OkStatus(); });
    const TargetAttainment attainment = MeasureAttainment(traces, Days(20));
    const Tally tally = outcomes.series.Count(INT64_MIN, log->LastTime());
    EXPECT_EQ(tally.bad, attainment.outside_count);
    EXPECT_EQ(tally.count - tally.bad, attainment.inside_count);
    EXPECT_EQ(outcomes.series.Pending(log->LastTime()), attainment.undecided_count);
  }
}

}  // namespace
}  // namespace plumbline::analytics::objectives
