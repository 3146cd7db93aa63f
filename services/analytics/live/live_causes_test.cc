// SPDX-License-Identifier: Apache-2.0
//
// Root causes from what is kept of each case are those of the whole log.
#include "services/analytics/live/live_causes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/analytics/live/growing_log.h"

namespace plumbline::analytics {
namespace {

using causes::CauseOptions;
using causes::ColumnKind;
using causes::OutcomeSpec;
using causes::RootCauses;
using ::testing::HasSubstr;

// To the last digit: all that is added up is whole.
std::string Exactly(double value) { return absl::StrFormat("%.17g ", value); }
std::string Exactly(const statistics::Estimate& estimate) {
  return absl::StrCat(Exactly(estimate.value), Exactly(estimate.lower), Exactly(estimate.upper));
}

std::string Exactly(const causes::Cause& cause) {
  const statistics::TwoByTwo& t = cause.table;
  std::string text = absl::StrCat(
      static_cast<int>(cause.kind), " ", cause.key, " ", cause.group.value, "|", cause.group.label,
      "|", cause.group.cases.filter, "|", cause.group.cases.event_filter, " ", t.happened, "/",
      t.count, " ", t.other_happened, "/", t.other_count, " ", Exactly(cause.risk),
      Exactly(cause.ratio), Exactly(cause.excess_cases), Exactly(cause.p_value),
      Exactly(cause.adjusted), cause.significant);
  if (cause.excess_hours.has_value()) absl::StrAppend(&text, " ", Exactly(*cause.excess_hours));
  if (cause.durations.has_value()) {
    const causes::DurationDifference& d = *cause.durations;
    absl::StrAppend(&text, " durations ", d.count, " ", d.other_count, " ", Exactly(d.median),
                    Exactly(d.other_median), Exactly(d.shift), Exactly(d.cliffs_delta),
                    Exactly(d.p_value), Exactly(d.adjusted));
  }
  if (cause.check.has_value()) {
    absl::StrAppend(&text, " check ", static_cast<int>(cause.check->verdict), cause.check->by,
                    cause.check->strata, " ", cause.check->checked, " ",
                    Exactly(cause.check->compared_share));
  }
  for (const std::string& label : cause.same_cases_as) absl::StrAppend(&text, " as ", label);
  return text;
}

std::string Exactly(const absl::StatusOr<RootCauses>& found) {
  if (!found.ok()) return std::string(found.status().message());
  const causes::Outcomes& outcomes = found->outcomes;
  std::string text = absl::StrCat(
      outcomes.known, " ", outcomes.happened, " ", outcomes.unknown, " ", outcomes.unknown_ended,
      " ", outcomes.open, " ", outcomes.open_slow, " ", outcomes.words, "|", outcomes.problem, "|",
      found->problem, "|", Exactly(outcomes.threshold_seconds.value_or(-1)), found->test_count, " ",
      found->group_count, " ", found->omitted_causes);
  for (const std::string& note : found->notes) absl::StrAppend(&text, "\nnote ", note);
  for (const causes::SkippedColumn& column : found->skipped)
    absl::StrAppend(&text, "\nskipped ", column.label, ": ", column.reason);
  for (const auto* list : {&found->causes, &found->better}) {
    for (const causes::Cause& cause : *list) absl::StrAppend(&text, "\n", Exactly(cause));
  }
  for (const causes::CauseColumn& column : found->columns) {
    absl::StrAppend(&text, "\ncolumn ", column.label, " ", column.group_count, " ",
                    column.value_count, " ", column.missing, " ", Exactly(column.adjusted),
                    Exactly(column.rank_correlation.value_or(-2)));
    if (column.association.has_value())
      absl::StrAppend(&text, Exactly(column.association->cramers_v));
  }
  return text;
}

// Of a question: answers of the log that tell of causes, with durations and a check.
struct Told {
  int causes = 0, durations = 0, checks = 0;
};
void Count(const RootCauses& found, Told* told) {
  for (const causes::Cause& cause : found.causes) {
    ++told->causes;
    told->durations += cause.durations.has_value();
    told->checks += cause.check.has_value();
  }
}

Question CausesQuestion(const OutcomeSpec& outcome, const CauseOptions& options,
                        Told* told = nullptr) {
  return {
      [=] { return std::make_unique<LiveCauses>(outcome, options, std::vector<std::string>()); },
      [](LiveSums& sums, const LiveWhole& whole) {
        EXPECT_GT(sums.answer_bytes(), 0);
        return Exactly(static_cast<LiveCauses&>(sums).Answer(whole, Go));
      },
      [=](const std::shared_ptr<const LogSnapshot>& log) {
        const Traces traces(log, {});
        const Variants variants(traces);
        const auto variants_of = [&]() -> const Variants& { return variants; };
        const auto found = causes::Analyze({*log, traces, variants_of}, {}, outcome, options, Go);
        if (found.ok() && told != nullptr) Count(*found, told);
        return Exactly(found);
      }};
}

// Cases are few, and so are those that make a group.
CauseOptions Few() {
  CauseOptions options;
  options.columns.min_cases = 2;
  options.max_groups = 10;
  return options;
}

std::vector<Question> Questions(Told* told = nullptr) {
  std::vector<Question> questions = {CausesQuestion({}, Few(), told)};
  OutcomeSpec target;
  target.target = 400 * kMinute;
  CauseOptions by_hours = Few();
  by_hours.by_hours = true;
  by_hours.columns.zone = absl::FixedTimeZone(7 * 3600);
  questions.push_back(CausesQuestion(target, by_hours));
  OutcomeSpec median;
  median.quantile = 0.5;
  // Half of the time counts, in whole microseconds.
  median.between = [](int64_t a, int64_t b) { return b / 2 - a / 2; };
  CauseOptions some = Few();
  some.columns.keys = {"region", "due_time", "amount", "contact"};
  some.columns.max_values = 2;
  questions.push_back(CausesQuestion(median, some));
  for (const bool include_open : {false, true}) {
    OutcomeSpec failed;
    failed.kind = OutcomeSpec::Kind::kDefect;
    failed.include_open = include_open;
    CauseOptions kinds = Few();
    kinds.holm = true;
    if (include_open) kinds.columns.kinds = {ColumnKind::kActivity, ColumnKind::kEventAttribute};
    questions.push_back(CausesQuestion(failed, kinds));
  }
  for (const Selection& condition : OwnConditions()) {
    OutcomeSpec is_so;
    is_so.kind = OutcomeSpec::Kind::kCondition;
    is_so.condition = condition;
    is_so.condition_text = "such";
    is_so.include_open = questions.size() % 2 == 0;
    EXPECT_TRUE(LiveCauses::Keeps(is_so));
    questions.push_back(CausesQuestion(is_so, Few()));
  }
  CauseOptions misspelt;
  misspelt.columns.keys = {"regoin"};
  questions.push_back(CausesQuestion({}, misspelt));
  return questions;
}

// Random rows, and a number and an id of each case.
std::vector<TestRow> WithNumbers(RandomLog& log, std::vector<TestRow> rows) {
  for (TestRow& row : rows) {
    if (log.Roll(3) == 0) row.attributes.emplace_back("amount", int64_t{log.Roll(40)});
    if (log.Roll(9) == 0) row.attributes.emplace_back("amount", absl::StrCat(log.Roll(40)));
    if (log.Roll(3) != 0) row.attributes.emplace_back("contact", absl::StrCat("c", log.Roll(9)));
    if (log.Roll(2) == 0) row.attributes.emplace_back("order", absl::StrCat("o ", row.case_id));
  }
  return rows;
}

// Logs in which teams are slow that mostly have one region: of some cases that begin with each
// batch the second event comes with the next.
class Grown : public Growing {
 public:
  explicit Grown(unsigned seed) : Growing(seed), marks_(seed % 3 != 0) {
    TestRow numbers{"case 1", "step 0", kBegin};
    numbers.attributes = {{"amount", int64_t{7}},
                          {"order", std::string("first")},
                          {"team", std::string("team 0")},
                          {"contact", std::string("c0")}};
    Append({numbers});
    for (int i = 0; i < 8; ++i) AddPlanted();
    Append(planted_);
    planted_.clear();
  }
  void Grow(int rows) {
    std::vector<TestRow> more = WithNumbers(log, log.Rows(rows));
    more.insert(more.end(), planted_.begin(), planted_.end());
    planted_.clear();
    AddPlanted();
    more.insert(more.end(), planted_.begin(), planted_.begin() + kCases / 2);
    planted_.erase(planted_.begin(), planted_.begin() + kCases / 2);
    Append(more);
  }

 private:
  static constexpr int kCases = 20;
  void AddPlanted() {
    for (int i = 0; i < kCases; ++i) {
      const std::string id = absl::StrCat("deal ", ++deals_);
      const int team = log.Roll(3);
      const int region = log.Roll(5) != 0 ? team : log.Roll(3);
      const int64_t begin = kBegin + deals_ * 20 * kMinute;
      const int64_t end = begin + kMinute * (100 + log.Roll(300) + (team == 1 ? 2'000 : 0));
      planted_.push_back(
          {id,
           "step 1",
           begin,
           "",
           kNoTime,
           "",
           {{"team", absl::StrCat("team ", team)}, {"region", absl::StrCat("r", region)}}});
      planted_.push_back({id, "step 2", end, "", kNoTime, "", {{"case_finished", true}}});
      // Only where the log marks ends.
      if (!marks_) planted_.back().attributes.clear();
    }
    // First those that begin, so that a cut of them leaves cases open.
    std::stable_sort(planted_.begin(), planted_.end(),
                     [](const TestRow& a, const TestRow& b) { return a.activity < b.activity; });
  }

  const bool marks_;  // as RandomLog
  int64_t deals_ = 0;
  std::vector<TestRow> planted_;
};

TEST(LiveCauses, AreThoseOfTheWholeLog) {
  Told told;
  const std::vector<Question> questions = Questions(&told);
  for (unsigned seed = 0; seed < 6; ++seed) {
    Grown growing(seed);
    if (seed % 4 == 0) growing.Grow(2'000);
    std::vector<std::unique_ptr<LiveQuestion>> live;
    for (const Question& question : questions) {
      auto made = LiveQuestion::Make(question.make(), SnapshotOf(growing.followed), Go);
      ASSERT_TRUE(made.ok()) << made.status();
      (*made)->Follow();
      live.push_back(*std::move(made));
    }
    for (int step = 0; step < 4; ++step) {
      growing.Grow(1 + growing.log.Roll(60));
      for (size_t i = 0; i < live.size(); ++i) {
        const auto most = static_cast<size_t>(step % 2 == 0 ? 1'000 : 5 + growing.log.Roll(9));
        do {
          ASSERT_TRUE(live[i]->Update(growing.followed, most));
        } while (live[i]->behind(growing.followed) > 0);
        ASSERT_NO_FATAL_FAILURE(ExpectSame(*live[i], questions[i], growing))
            << "seed " << seed << " step " << step << " question " << i;
      }
      if (growing.log.Roll(3) != 0) continue;
      growing.followed.Snapshot();
      for (const auto& one : live) one->Folded();
    }
  }
  EXPECT_GT(told.causes, 300);
  EXPECT_GT(told.durations, 300);
  EXPECT_GT(told.checks, 100);
}

TEST(LiveCauses, WhatCameWhileTheyWereMadeIsCaughtUpWith) {
  const std::vector<Question> questions = Questions();
  for (unsigned seed = 0; seed < 6; ++seed) {
    Grown growing(seed);
    const LiveSnapshot first = SnapshotOf(growing.followed);
    growing.Grow(60);
    const LiveSnapshot second = SnapshotOf(growing.followed);
    growing.Grow(25);
    for (size_t i = 0; i < questions.size(); ++i) {
      auto made = LiveQuestion::Make(questions[i].make(), first, Go);
      ASSERT_TRUE(made.ok()) << made.status();
      ASSERT_TRUE(*(*made)->CatchUp(second, Go));
      (*made)->Follow();
      ASSERT_TRUE((*made)->Update(growing.followed));
      ASSERT_NO_FATAL_FAILURE(ExpectSame(**made, questions[i], growing))
          << "seed " << seed << " question " << i;
    }
  }
}

TEST(LiveCauses, AKeyThatNoEventHasIsAnErrorAsOfTheLog) {
  Grown growing(2);
  auto made = LiveQuestion::Make(Questions().back().make(), SnapshotOf(growing.followed), Go);
  ASSERT_TRUE(made.ok());
  (*made)->Follow();
  std::string told;
  ASSERT_TRUE((*made)
                  ->Answer(
                      growing.followed,
                      [&](LiveSums& sums, const LiveWhole& whole) {
                        told = Exactly(static_cast<LiveCauses&>(sums).Answer(whole, Go));
                        return absl::OkStatus();
                      },
                      Go)
                  .ok());
  EXPECT_THAT(told, HasSubstr("keys[0]"));
  EXPECT_THAT(told, HasSubstr("did you mean 'region'"));
}

}  // namespace
}  // namespace plumbline::analytics
