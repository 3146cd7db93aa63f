// SPDX-License-Identifier: Apache-2.0
//
// Cohorts, ramp curves and histories of what is finished, from sums that are kept, are those of the
// whole log, to the last digit.
#include "services/analytics/live/live_cohorts.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/analytics/cohorts/compare.h"
#include "services/analytics/cohorts/ramp_curve.h"
#include "services/analytics/live/growing_log.h"

namespace plumbline::analytics {
namespace {

using cohorts::Grouping;

std::string Exactly(double value) { return absl::StrFormat("%.17g ", value); }
std::string Exactly(const std::optional<double>& value) {
  return value.has_value() ? Exactly(*value) : "none ";
}
std::string Exactly(const statistics::QuantileEstimate& estimate) {
  return Exactly(estimate.time) + Exactly(estimate.lower) + Exactly(estimate.upper);
}

std::string Exactly(const cohorts::GroupSummary& group) {
  std::string text =
      absl::StrCat("\n'", group.title, "' ", group.count, " ", group.happened, " ",
                   group.ended_without, " ", group.without_from, " ", Exactly(group.quartile),
                   Exactly(group.median), Exactly(group.third_quartile),
                   Exactly(group.restricted_mean.mean), Exactly(group.adjusted_p_value));
  if (group.hazard.has_value())
    text += Exactly(group.hazard->ratio) + Exactly(group.hazard->p_value);
  for (const cohorts::CurvePoint& point : group.curve)
    absl::StrAppend(&text, Exactly(point.step.time), point.step.at_risk, " ", point.step.happened,
                    " ", Exactly(point.step.survival));
  return text;
}

std::string Exactly(const absl::StatusOr<cohorts::Comparison>& all) {
  if (!all.ok()) return std::string(all.status().message());
  std::string text =
      absl::StrCat(all->reference, " ", Exactly(all->horizon), all->omitted_groups, " ",
                   all->omitted_cases, " ", all->log_rank.has_value(), all->peto.has_value());
  if (all->log_rank.has_value()) text += Exactly(all->log_rank->chi_square);
  if (all->peto.has_value()) text += Exactly(all->peto->chi_square);
  for (const cohorts::GroupSummary& group : all->groups) text += Exactly(group);
  return text;
}

std::string Exactly(const absl::StatusOr<cohorts::RampCurves>& all) {
  if (!all.ok()) return std::string(all.status().message());
  std::string text = absl::StrCat(all->omitted_groups, " ", all->omitted_cases);
  for (const cohorts::RampCurve& curve : all->curves) {
    absl::StrAppend(&text, "\n'", curve.title, "' ", curve.cases, " ", curve.left_out, " ",
                    curve.ended_without, " ");
    for (const cohorts::RampPoint& point : curve.points)
      absl::StrAppend(&text, point.observed, " ", Exactly(point.value), Exactly(point.lower),
                      Exactly(point.upper));
    for (const cohorts::RampTarget& target : curve.targets)
      text += Exactly(target.time) + Exactly(target.lower) + Exactly(target.upper);
  }
  return text;
}

std::string Exactly(const absl::StatusOr<forecast::CompletionHistory>& history) {
  if (!history.ok()) return std::string(history.status().message());
  return absl::StrCat(history->begin, " ", history->end, " ", history->now, ": ",
                      absl::StrJoin(history->counts, " "));
}

std::optional<uint32_t> Number(const LogSnapshot& log, const std::string& activity) {
  if (activity.empty()) return std::nullopt;
  return *NumberOf("activity", log.activities, activity);
}

// A question of groups, and how it is answered from them.
template <class Answer>
Question Ask(cohorts::Question asked, const std::string& from, const std::string& until,
             const Answer& answer) {
  return {
      [=] { return std::make_unique<LiveCohorts>(asked, from, until, std::vector<std::string>()); },
      [=](LiveSums& sums, const LiveWhole&) {
        auto groups = static_cast<LiveCohorts&>(sums).Answer();
        return groups.ok() ? Exactly(answer(*std::move(groups)))
                           : std::string(groups.status().message());
      },
      [=](const std::shared_ptr<const LogSnapshot>& log) {
        cohorts::Question numbered = asked;
        numbered.from = Number(*log, from);
        numbered.until = Number(*log, until);
        auto groups = cohorts::Observe(Traces(log, {}), numbered, Go);
        return groups.ok() ? Exactly(answer(*std::move(groups)))
                           : std::string(groups.status().message());
      }};
}

Question Compare(const Grouping& grouping, const std::string& from, const std::string& until,
                 const TimeBetween& between = {}) {
  const auto compare = [](std::vector<cohorts::Group> groups) {
    return cohorts::Compare(std::move(groups), {.max_groups = 3, .max_steps = 9});
  };
  return Ask({.grouping = grouping, .between = between}, from, until, compare);
}

Question Ramp(const Grouping& grouping, const std::string& from, const std::string& until) {
  cohorts::RampQuestion ramp;
  ramp.grouping = grouping;
  ramp.interval = 86'400 / 2.0;
  ramp.intervals = 30;
  ramp.max_groups = 4;
  return Ask(cohorts::QuestionOf(ramp), from, until, [ramp](std::vector<cohorts::Group> groups) {
    return cohorts::DrawShares(std::move(groups), ramp, Go);
  });
}

Question History(const forecast::HistoryQuestion& asked) {
  return {[=] { return std::make_unique<LiveFinishes>(asked); },
          [=](LiveSums& sums, const LiveWhole& whole) {
            return Exactly(static_cast<LiveFinishes&>(sums).Answer(whole));
          },
          [=](const std::shared_ptr<const LogSnapshot>& log) {
            return Exactly(forecast::CompletionsOf(*log, asked, Go));
          }};
}

std::vector<Question> Questions() {
  Grouping all, region, resource, day, split;
  region.by = Grouping::By::kAttribute;
  region.key = "region";
  resource.by = Grouping::By::kResource;
  day.by = Grouping::By::kStartPeriod;
  day.period = PeriodLength::kDay;
  day.zone = absl::FixedTimeZone(5'400);
  split.by = Grouping::By::kSplits;
  split.splits = {kBegin - 100 * kMinute, kBegin + 500 * kMinute, kBegin + 2'000 * kMinute};
  std::vector<Question> questions = {Compare(all, "", ""),
                                     Compare(all, "step 1", "step 2"),
                                     Compare(region, "", "step 2"),
                                     Compare(region, "", ""),
                                     Compare(resource, "step 0", ""),
                                     Compare(day, "", "step 1"),
                                     Compare(split, "", "step 2"),
                                     Ramp(all, "", ""),
                                     Ramp(region, "step 0", "step 2"),
                                     Ramp(day, "", "step 1")};
  // Half of the time counts, in whole microseconds.
  questions.push_back(
      Compare(region, "", "step 2", [](int64_t a, int64_t b) { return b / 2 - a / 2; }));
  questions.push_back(History({.period = PeriodLength::kDay}));
  questions.push_back(History({.period = PeriodLength::kDay,
                               .zone = absl::FixedTimeZone(-7'200),
                               .most_periods = 3,
                               .include_last = true}));
  return questions;
}

TEST(LiveCohorts, AreThoseOfTheWholeLog) {
  const std::vector<Question> questions = Questions();
  for (unsigned seed = 0; seed < 24; ++seed) {
    Growing growing(seed);
    std::vector<std::unique_ptr<LiveQuestion>> live;
    for (const Question& question : questions) {
      auto made = LiveQuestion::Make(question.make(), SnapshotOf(growing.followed), Go);
      ASSERT_TRUE(made.ok()) << made.status();
      (*made)->Follow();
      live.push_back(*std::move(made));
    }
    for (int step = 0; step < 8; ++step) {
      growing.Append(growing.log.Rows(1 + growing.log.Roll(40)));
      for (size_t i = 0; i < live.size(); ++i) {
        ASSERT_TRUE(live[i]->Update(growing.followed));
        for (int again = 0; again < 1 + step % 2; ++again)
          ASSERT_NO_FATAL_FAILURE(ExpectSame(*live[i], questions[i], growing))
              << "seed " << seed << " step " << step << " question " << i;
        EXPECT_GT(live[i]->memory_bytes(), 0);
      }
      if (growing.log.Roll(3) != 0) continue;
      growing.followed.Snapshot();
      for (const auto& one : live) one->Folded();
    }
  }
}

// What has no answer, or one that depends on more than its sums, is not kept.
TEST(LiveCohorts, AreNotMadeOfWhatTheLogDoesNotHave) {
  Growing growing(2);
  Grouping other;
  other.by = Grouping::By::kAttribute;
  other.key = "country";
  for (const Question& question : {Compare(other, "", ""), Compare({}, "", "no such step")})
    EXPECT_FALSE(LiveQuestion::Make(question.make(), SnapshotOf(growing.followed), Go).ok());
}

// Days of each case are few, those between the cases too many.
TEST(LiveCohorts, TellWhatHasTooManyPeriods) {
  Grouping day;
  day.by = Grouping::By::kStartPeriod;
  day.period = PeriodLength::kDay;
  const Question question = Compare(day, "", "");
  EventLogBuilder followed, anew;
  const auto append = [&](const std::string& id, int64_t time) {
    const EventBatch batch = MakeBatch(std::vector<TestRow>{{id, "open", time}});
    followed.Append(batch);
    anew.Append(batch);
  };
  append("a", 0);
  auto made = LiveQuestion::Make(question.make(), SnapshotOf(followed), Go);
  ASSERT_TRUE(made.ok());
  (*made)->Follow();
  append("b", int64_t{20'000} * 1'440 * kMinute);
  ASSERT_TRUE((*made)->Update(followed));
  std::string kept;
  const auto answered = (*made)->Answer(
      followed,
      [&](LiveSums& sums, const LiveWhole& whole) {
        kept = question.kept(sums, whole);
        return absl::OkStatus();
      },
      Go);
  ASSERT_TRUE(answered.ok() && *answered);
  EXPECT_EQ(kept, question.cold(anew.Snapshot()));
  EXPECT_NE(kept.find("10,000 periods of the 20,001 days"), std::string::npos) << kept;
}

}  // namespace
}  // namespace plumbline::analytics
