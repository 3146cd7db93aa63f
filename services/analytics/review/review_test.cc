// SPDX-License-Identifier: Apache-2.0
//
// Logs of which the truth is known.
#include "services/analytics/review/review.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/base/error.h"
#include "common/statistics/generator.h"
#include "services/analytics/improvement/observe.h"
#include "services/analytics/review/review_testing.h"
#include "services/analytics/review/words.h"

namespace plumbline::analytics::review {
namespace {

using MeasureKindOfLog = analytics::MeasureKind;

uint32_t NumberOf(const LogSnapshot& log, const std::string& activity) {
  for (uint32_t i = 0; i < log.activities.size(); ++i) {
    if (log.activities[i] == activity) return i;
  }
  return kNoText;
}

std::vector<SlowLevel> SlowLevelsOf(const Review& review, const std::vector<uint32_t>& activities,
                                    size_t most) {
  return FindSlowLevels(review.facts, StepIndex(review.facts.graphs), activities, most);
}

// In the last month EMEA waits for Legal twice as long.
MadeLog Planted() {
  MadeLog made;
  made.days = 240;
  made.rate = 8;
  made.wait = [](const MadeCase& one, int step, double draw) {
    const bool slow = step == 1 && one.region == "EMEA" && one.begin > 205;
    return (slow ? 4 : 2) * (0.5 + draw / 2);
  };
  return made;
}

TEST(Review, FindsWhatWasPlanted) {
  for (const uint64_t seed : {1, 2, 3, 4, 5}) {
    MadeLog made = Planted();
    made.seed = seed;
    const std::vector<TestRow> rows = RowsOf(made);
    const std::shared_ptr<const LogSnapshot> log = MakeLog(rows);
    const Review review = Reviewed(rows);
    const uint32_t legal = NumberOf(*log, "Legal");
    ASSERT_FALSE(review.fixes.fixes.empty());
    EXPECT_EQ(review.fixes.fixes[0].candidate.remedy.activity, legal);
    const Change* wait = Find(review, MeasureKind::kStepWaiting, legal);
    ASSERT_NE(wait, nullptr);
    EXPECT_EQ(wait->verdict, Verdict::kWorse) << seed;
    EXPECT_GT(wait->judged->lower, 0);
    for (const char* other : {"Quote", "Sign"}) {
      EXPECT_EQ(Find(review, MeasureKind::kStepWaiting, NumberOf(*log, other))->verdict,
                Verdict::kNoise)
          << other << seed;
    }
    // That it is EMEA is among what was looked at.
    const auto levels = SlowLevelsOf(review, std::vector<uint32_t>{legal}, 5);
    ASSERT_FALSE(levels.empty());
    EXPECT_EQ(levels[0].value, "EMEA");
    EXPECT_EQ(levels[0].filter, "attributes.\"region\" = \"EMEA\"");
    EXPECT_NEAR(levels[0].mean / levels[0].other_mean, 2, 0.5);
  }
}

TEST(Review, ARegionThatAloneWaitsIsTheFix) {
  MadeLog made;
  made.rate = 6;
  made.wait = [](const MadeCase& one, int step, double draw) {
    if (step != 1) return 0.1 * draw;
    // All the others wait the same, so that the better half is no better.
    return one.region == "EMEA" ? 8.0 : 2.0;
  };
  const std::vector<TestRow> rows = RowsOf(made);
  const Review review = Reviewed(rows);
  ASSERT_FALSE(review.fixes.fixes.empty());
  const Fix& first = review.fixes.fixes[0];
  const auto log = MakeLog(rows);
  WordOptions told{.log = "deals"};
  told.flags = " --completion Won";
  const FixWords words = WordsOf(first, *log, review.facts, review.windows, told);
  EXPECT_NE(words.title.find("'Legal'"), std::string::npos);
  EXPECT_NE(words.look.find("plumbline chart deals --of waiting --step Legal"), std::string::npos);
  EXPECT_NE(words.command.find("plumbline improvement create wait-legal --log deals"),
            std::string::npos)
      << words.command;
  // The project counts the same cases as ended.
  EXPECT_NE(words.command.find(" --completion Won --better lower"), std::string::npos)
      << words.command;
  // Six days less in each case of EMEA that ended in the month.
  double cases = 0;
  for (const CaseGraph& one : review.facts.graphs.cases) {
    for (const GraphStep& step : review.facts.graphs.StepsOf(one)) cases += step.waiting == Days(8);
  }
  EXPECT_GT(cases, 30);
  EXPECT_NEAR(first.hours.value, cases * 6 * 24, 1);
  EXPECT_LT(first.hours.lower, first.hours.value);
  EXPECT_GT(first.hours.upper, first.hours.value);
  ASSERT_TRUE(first.proof.cases.has_value());
  EXPECT_GE(*first.proof.cases, 20);
}

// Each region waits longer than the one before: all could wait as the first does.
TEST(Review, TheBestGroupIsAnExampleForTheOthers) {
  MadeLog made;
  made.rate = 8;
  made.wait = [](const MadeCase& one, int step, double draw) {
    if (step != 1) return 0.1 * draw;
    return (one.region == "AMER" ? 1.0 : one.region == "APAC" ? 4.0 : 7.0) + 0.2 * draw;
  };
  const std::vector<TestRow> rows = RowsOf(made);
  const auto log = MakeLog(rows);
  const Review review = Reviewed(rows);
  const auto levels = SlowLevelsOf(review, std::vector<uint32_t>{NumberOf(*log, "Legal")}, 9);
  const auto best = std::find_if(levels.begin(), levels.end(),
                                 [](const SlowLevel& level) { return level.others; });
  ASSERT_NE(best, levels.end());
  EXPECT_EQ(best->value, "AMER");
  EXPECT_EQ(best->filter, "NOT attributes.\"region\" = \"AMER\"");
  EXPECT_NEAR(best->other_mean, 1.2 * 86'400, 8'640);
  EXPECT_NEAR(best->mean, 5.7 * 86'400, 43'200);
  ASSERT_FALSE(review.fixes.fixes.empty());
  const Fix& first = review.fixes.fixes[0];
  EXPECT_EQ(first.candidate.kind, FixKind::kBest);
  const FixWords words = WordsOf(first, *log, review.facts, review.windows, {.log = "deals"});
  EXPECT_NE(words.title.find("another region than AMER, which waits least"), std::string::npos)
      << words.title;
  EXPECT_NE(words.command.find("--filter 'NOT attributes.\"region\" = \"AMER\"'"),
            std::string::npos)
      << words.command;
}

// One slow region is all that there is to it.
TEST(Review, WhereOneGroupIsSlowNoneIsTheBest) {
  const std::vector<TestRow> rows = RowsOf(Planted());
  const auto log = MakeLog(rows);
  for (const SlowLevel& level :
       SlowLevelsOf(Reviewed(rows), std::vector<uint32_t>{NumberOf(*log, "Legal")}, 9))
    EXPECT_FALSE(level.others) << level.value;
}

TEST(Review, RepeatsAndImpedimentsAreFixesAndSaveCasesTheirTarget) {
  std::vector<TestRow> rows;
  for (int c = 0; c < 40; ++c) {
    const std::string id = absl::StrCat("rep-", 10 + c);
    rows.push_back(Lasting(0, 1, id, "Exam"));
    rows.back().attributes = Due(6);
    double at = 1;
    if (c % 4 == 0) {  // taken again, three days of work
      rows.push_back(Lasting(at, at + 3, id, "Exam"));
      at += 3;
    }
    rows.push_back(On(at, id, "Sign", "schedule"));
    if (c % 2 == 0) {
      rows.push_back(On(at, id, "Sign", "suspend", Cause("UTILITY_DOWN", "e-signature")));
      at += 5;
      rows.push_back(On(at, id, "Sign", "resume"));
    }
    rows.push_back(On(at, id, "Sign", "start"));
    rows.push_back(On(at + 1, id, "Sign", "complete", Finished()));
  }
  const Review review = Reviewed(rows);
  ASSERT_EQ(review.fixes.fixes.size(), 2u);
  const Fix &first = review.fixes.fixes[0], &second = review.fixes.fixes[1];
  EXPECT_EQ(first.candidate.kind, FixKind::kImpediment);
  EXPECT_EQ(CauseName(review.facts.causes[first.candidate.remedy.cause].cause),
            "UTILITY_DOWN / e-signature");
  const auto log = MakeLog(rows);
  EXPECT_EQ(WordsOf(first, *log, review.facts, review.windows, {.log = "deals"}).title,
            "Stop 'utility down / e-signature' from blocking work");
  EXPECT_NEAR(first.hours.value, 20 * 5 * 24, 1e-6);
  EXPECT_EQ(second.candidate.kind, FixKind::kRework);
  EXPECT_NEAR(second.hours.value, 10 * 3 * 24, 1e-6);
  EXPECT_NEAR(second.work_hours.value, 10 * 3 * 24, 1e-6);
  // Blocked cases end on day 7 or 10, and are late; without the block all are in time.
  ASSERT_TRUE(first.in_time.has_value());
  EXPECT_EQ(first.in_time->value, 20);
  EXPECT_EQ(second.in_time->value, 0);
  EXPECT_EQ(first.proof.measure, Proof::Measure::kDuration);
  EXPECT_EQ(second.proof.measure, Proof::Measure::kTimesOfStep);
  EXPECT_NEAR(second.proof.before, 1.25, 1e-9);
}

TEST(Review, WhatCannotBeToldSaysWhy) {
  // No ends are marked.
  MadeLog made;
  std::vector<TestRow> rows = RowsOf(made);
  for (TestRow& row : rows) row.attributes.clear();
  const Review unmarked = Reviewed(rows);
  EXPECT_EQ(Find(unmarked, MeasureKind::kLeadTime)->verdict, Verdict::kCannotTell);
  EXPECT_NE(Find(unmarked, MeasureKind::kLeadTime)->why_not.find("`selection.completion`"),
            std::string::npos);
  EXPECT_NE(Find(unmarked, MeasureKind::kArrivals)->verdict, Verdict::kCannotTell);
  ASSERT_FALSE(unmarked.notes.empty());
  // Unless somebody says that all have ended.
  ReviewOptions all_ended;
  all_ended.told = true;
  EXPECT_TRUE(Find(Reviewed(rows, all_ended), MeasureKind::kLeadTime)->judged.has_value());
  // Few cases.
  made.rate = 0.2;
  const Review few = Reviewed(RowsOf(made));
  EXPECT_NE(Find(few, MeasureKind::kLeadTime)->why_not.find("n = "), std::string::npos)
      << Find(few, MeasureKind::kLeadTime)->why_not;
  // A young log.
  made.rate = 4;
  made.days = 40;
  const Review young = Reviewed(RowsOf(made));
  EXPECT_NE(Find(young, MeasureKind::kLeadTime)->why_not.find("far enough"), std::string::npos);
}

// 4 cases a day, then none for a month: those that were there end, and nobody works better.
TEST(Review, FewerInProgressBecauseNobodyBeginsIsNotBetter) {
  MadeLog made;
  made.wait = [](const MadeCase&, int, double draw) { return 2 + draw; };
  std::vector<TestRow> rows = RowsOf(made);
  std::set<std::string> late;
  for (const TestRow& row : rows) {
    if (row.activity == "Begin" && row.time > Days(149.5)) late.insert(row.case_id);
  }
  std::erase_if(rows, [&](const TestRow& row) { return late.count(row.case_id) > 0; });
  const Review review = Reviewed(rows);
  const Change* progress = Find(review, MeasureKind::kWorkInProgress);
  ASSERT_TRUE(progress->judged.has_value());
  EXPECT_LT(progress->judged->difference, 0);
  EXPECT_EQ(Find(review, MeasureKind::kArrivals)->verdict, Verdict::kDifferent);
  EXPECT_EQ(progress->verdict, Verdict::kDifferent);
  const auto log = MakeLog(rows);
  EXPECT_NE(SentenceOf(*progress, *log, {}, 5).find("because fewer cases began"),
            std::string::npos);
}

// Days of which nothing is known are no change.
TEST(Review, AnEndAfterTheLastEventIsTheLastEvent) {
  const std::vector<TestRow> rows = RowsOf({});
  const Review now = Reviewed(rows);
  ReviewOptions options;
  options.end = Days(400);
  const Review later = Reviewed(rows, options);
  EXPECT_EQ(later.windows.end(kThis), now.windows.end(kThis));
  EXPECT_EQ(later.facts.ended, now.facts.ended);
  ASSERT_FALSE(later.notes.empty());
  EXPECT_NE(later.notes[0].find("the period ends there, not at "), std::string::npos);
  EXPECT_EQ(now.windows.end(kThis) % 1'000'000, 0);  // as people say it
  EXPECT_GT(now.windows.end(kThis), now.facts.last_time);
}

// The mean that a project counted by ends would have of the same cases.
double MeasuredByProject(const std::shared_ptr<const LogSnapshot>& log, const Review& review,
                         const Fix& fix, const TimeBetween& between) {
  MeasureSpec spec;
  spec.between = between;
  spec.kind = fix.proof.measure == Proof::Measure::kStepWaiting   ? MeasureKindOfLog::kStepWaiting
              : fix.proof.measure == Proof::Measure::kTimesOfStep ? MeasureKindOfLog::kActivityCount
                                                                  : MeasureKindOfLog::kCaseDuration;
  if (spec.kind != MeasureKindOfLog::kCaseDuration)
    spec.activity = log->activities[fix.candidate.remedy.activity];
  const Traces traces(log, {});
  const Variants variants(traces);
  const auto observed =
      improvement::ObserveLog({*log, traces, [&]() -> const Variants& { return variants; }}, {},
                              spec, improvement::CountedBy::kEnd, [] { return absl::OkStatus(); });
  EXPECT_TRUE(observed.ok()) << observed.status();
  std::set<absl::string_view> cases;
  for (size_t place = 0; place < review.facts.graphs.cases.size(); ++place) {
    if (fix.candidate.remedy.InCase(place))
      cases.insert(review.facts.log->cases[review.facts.graphs.cases[place].case_number]);
  }
  double sum = 0, count = 0;
  for (const improvement::ObservedCase& one : improvement::CasesBetween(
           *observed, review.windows.begin(kThis), review.windows.end(kThis))) {
    if (cases.count(log->cases[one.number]) == 0 ||
        one.value.known != improvement::CaseValue::Known::kValue)
      continue;
    sum += one.value.value;
    ++count;
  }
  EXPECT_EQ(count, static_cast<double>(fix.proof.case_count));
  return sum / count;
}

// Steps beside each other, repeats, blocks, steps that some cases do not come to: whatever is
// proposed, its project begins with the figure of the page.
TEST(Review, ProofsAreOfWhatProjectsMeasure) {
  statistics::Generator chance(21);
  std::vector<TestRow> rows;
  for (int c = 0; c < 240; ++c) {
    const std::string id = absl::StrCat("c", 1'000 + c);
    const auto draw = [&](double mean) { return mean * chance.Exponential(); };
    const double begin = c / 4.0;
    const bool south = c % 3 == 0;
    rows.push_back(
        On(begin, id, "Begin", "",
           {{"region", std::string(south ? "South" : "North")}, {"case_finished", false}}));
    rows.push_back(On(begin, id, "Paper", "schedule"));
    double at = begin + draw(south ? 6 : 1);
    rows.push_back(On(at, id, "Paper", "start"));
    rows.push_back(On(at += 1, id, "Paper", "complete"));
    const double laptop = begin + draw(4);
    rows.push_back(Lasting(laptop, laptop + 1, id, "Laptop"));
    at = std::max(at, laptop + 1);
    for (int round = 0; c % 5 != 0 && round <= static_cast<int>(chance.Below(3)); ++round) {
      const double start = at + draw(1);
      rows.push_back(Lasting(start, start + 1, id, "Exam"));
      at = start + 1;
    }
    rows.push_back(On(at, id, "Sign", "schedule"));
    rows.push_back(On(at, id, "Sign", "suspend", Cause("ACCESS", "crm")));
    at += draw(3);
    rows.push_back(On(at, id, "Sign", "resume"));
    rows.push_back(On(at, id, "Sign", "start"));
    rows.push_back(On(at + 0.5, id, "Sign", "complete", Finished()));
  }
  ReviewOptions options;
  options.fixes.most = 10;
  const auto log = MakeLog(rows);
  // By the clock, and where the first half of each day is open.
  const auto open = [](int64_t time) {
    return time / kDay * (kDay / 2) + std::min(time % kDay, kDay / 2);
  };
  const TimeBetween halves = [open](int64_t from, int64_t to) { return open(to) - open(from); };
  for (const TimeBetween& between : {TimeBetween(), halves}) {
    options.fixes.between = between;
    const Review review = Reviewed(rows, options);
    std::set<FixKind> kinds;
    for (const Fix& fix : review.fixes.fixes) {
      kinds.insert(fix.candidate.kind);
      const FixWords words = WordsOf(fix, *log, review.facts, review.windows, {.log = "deals"});
      const double measured = MeasuredByProject(log, review, fix, between);
      EXPECT_NEAR(fix.proof.before, measured, 1e-6 * measured) << words.title;
      EXPECT_LT(fix.proof.before - fix.proof.after, fix.proof.before) << words.title;
    }
    EXPECT_GE(kinds.size(), 3u);
    EXPECT_TRUE(kinds.count(FixKind::kRework) > 0 && kinds.count(FixKind::kWait) > 0);
  }
}

// 30,000 cases in the period, of which one in 2,000 waits: that takes more before than is kept.
TEST(Review, WhatTakesMoreThanAProjectKeepsIsNotPutOff) {
  std::vector<TestRow> rows;
  for (int c = 0; c < 60'000; ++c) {
    const std::string id = absl::StrCat("c", c);
    const double begin = c / 1'000.0, wait = c % 2'000 == 999 ? 1 : 0;
    rows.push_back(On(begin, id, "Begin"));
    rows.push_back(Lasting(begin + wait, begin + wait, id, "Legal"));
    rows.back().attributes = Finished();
  }
  const Review review = Reviewed(rows);
  ASSERT_FALSE(review.fixes.fixes.empty());
  const Fix& fix = review.fixes.fixes[0];
  EXPECT_GT(review.facts.weight() * static_cast<double>(fix.proof.case_count), 25'000);
  EXPECT_FALSE(fix.proof.cases.has_value());
  EXPECT_FALSE(fix.proof.longer.has_value());
  const auto log = MakeLog(rows);
  const auto told = [&](const Fix& one) {
    return WordsOf(one, *log, review.facts, review.windows, {.log = "deals"}).proof;
  };
  const std::string text = told(fix);
  EXPECT_NE(text.find("of those before, a project keeps 10,000: no project can prove it."),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("longer"), std::string::npos) << text;
  Fix other = fix;
  other.proof.longer = LongerPeriod{10'000, 30'000};
  EXPECT_NE(told(other).find("10,000 before and 30,000 after would do: take a longer one"),
            std::string::npos)
      << told(other);
  other.proof.longer = LongerPeriod{8'000, 8'000};
  EXPECT_NE(told(other).find("8,000 before and as many after would do: take a longer one"),
            std::string::npos)
      << told(other);
}

TEST(Review, OddLogs) {
  const Review nothing = Reviewed({});
  EXPECT_TRUE(nothing.changes.empty());
  EXPECT_EQ(nothing.notes.size(), 1u);
  const Review one = Reviewed({On(0, "a", "A"), On(3, "a", "B", "", Finished())});
  EXPECT_EQ(SignalsOf(one), 0);
  for (const Change& change : one.changes) EXPECT_EQ(change.verdict, Verdict::kCannotTell);
  // All equal.
  std::vector<TestRow> rows;
  for (int c = 0; c < 200; ++c) {
    rows.push_back(On(c, absl::StrCat("c", c), "A"));
    rows.push_back(On(c + 1, absl::StrCat("c", c), "B", "", Finished()));
  }
  const Review equal = Reviewed(rows);
  EXPECT_EQ(SignalsOf(equal), 0);
  EXPECT_TRUE(equal.fixes.fixes.empty());
  // A period in which nothing happened.
  rows.push_back(On(900, "late", "A"));
  const Review quiet = Reviewed(rows);
  EXPECT_EQ(quiet.facts.ended, 0);
  ASSERT_FALSE(quiet.notes.empty());
  EXPECT_NE(quiet.notes.back().find("No case ended between"), std::string::npos);
  // An end before the log.
  ReviewOptions options;
  options.end = 0;
  const auto before = MakeReview(*MakeLog(rows), {}, options, [] { return absl::OkStatus(); });
  EXPECT_NE(before.status().message().find("end_time"), std::string::npos) << before.status();
}

TEST(Review, ItStopsWhenTold) {
  const std::shared_ptr<const LogSnapshot> log = MakeLog(RowsOf({}));
  const auto stopped = MakeReview(*log, {}, {}, [] { return absl::DeadlineExceededError("over"); });
  EXPECT_EQ(stopped.status().code(), absl::StatusCode::kDeadlineExceeded);
}

}  // namespace
}  // namespace plumbline::analytics::review
