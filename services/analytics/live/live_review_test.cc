// SPDX-License-Identifier: Apache-2.0
//
// Random logs that grow: the page for the person in charge from kept sums is that of the whole log.
#include "services/analytics/live/live_review.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/analytics/live/growing_log.h"

namespace plumbline::analytics {
namespace {

using review::Review;
using review::ReviewOptions;

// Sums over cases are added in another order.
std::string Near(double value) { return absl::StrFormat("%.9g ", value); }
std::string Near(const std::optional<double>& value) {
  return value.has_value() ? Near(*value) : "none ";
}
// What rounding leaves of nothing.
std::optional<double> NotNothing(std::optional<double> value) {
  return value.has_value() && std::abs(*value) < 1e-6 ? 0 : value;
}
std::string Near(const review::Gain& gain) {
  return Near(gain.value) + Near(gain.lower) + Near(gain.upper);
}

std::string Near(const review::Change& change, const std::vector<std::string>& names) {
  std::string text = absl::StrCat(
      "\nchange ", static_cast<int>(change.kind), " ",
      change.activity == kNoText ? "" : names[change.activity], " ",
      static_cast<int>(change.verdict), " ", Near(change.now), Near(change.before),
      Near(change.now_count), Near(change.before_count), Near(change.adjusted), change.explained,
      " ", Near(NotNothing(change.by_inflow)), change.why_not, Near(NotNothing(change.by_ended)));
  if (change.judged.has_value())
    text += Near(change.judged->difference) + Near(change.judged->lower) +
            Near(change.judged->upper) + Near(change.judged->p_value);
  for (const review::ChartPoint& point : change.chart)
    absl::StrAppend(&text, " ", point.begin, " ", Near(point.count), Near(point.value));
  return text;
}

std::string Near(const review::Fix& fix, const review::Facts& facts,
                 const std::vector<std::string>& names) {
  const bool of_cause = fix.candidate.kind == review::FixKind::kImpediment;
  const review::Remedy& remedy = fix.candidate.remedy;
  std::string text = absl::StrCat(
      "\nfix ", static_cast<int>(fix.candidate.kind), " ",
      of_cause ? CauseName(facts.causes[remedy.cause].cause) : names[remedy.activity], " ",
      Near(fix.hours), Near(fix.work_hours), Near(fix.hours_alone), fix.candidate.most, " ",
      fix.candidate.touched, " ", fix.occurrences, " ", Near(fix.total_seconds),
      Near(fix.held_seconds), Near(fix.proof.before), Near(fix.proof.after), fix.proof.case_count,
      " ", fix.proof.cases.value_or(-1), " ", Near(fix.proof.weeks));
  if (fix.in_time.has_value()) text += Near(*fix.in_time);
  if (fix.candidate.level.has_value()) text += fix.candidate.level->filter;
  for (const uint32_t number : fix.examples) absl::StrAppend(&text, " ", facts.log->cases[number]);
  return text;
}

std::string Near(const absl::StatusOr<Review>& made, const std::vector<std::string>& names) {
  if (!made.ok()) return std::string(made.status().message());
  std::string text = absl::StrCat(made->windows.size(), " ", made->open, " ", made->facts.ended,
                                  " ", made->facts.too_long, " ", made->facts.has_starts, " ",
                                  made->facts.graphs.cases.size(), " ",
                                  made->facts.graphs.steps.size(), " ", Near(made->fixes.hours),
                                  made->fixes.candidate_count, " ", made->fixes.few_touched);
  for (const review::Change& change : made->changes) text += Near(change, names);
  for (const review::Fix& fix : made->fixes.fixes) text += Near(fix, made->facts, names);
  for (const std::string& note : made->notes) absl::StrAppend(&text, "\n", note);
  return text;
}

Question PageOf(const ReviewOptions& options) {
  return {[=] { return std::make_unique<LiveReview>(options, std::vector<std::string>()); },
          [](LiveSums& sums, const LiveWhole& whole) {
            return Near(static_cast<LiveReview&>(sums).Answer(whole, Go), whole.names.activities);
          },
          [=](const std::shared_ptr<const LogSnapshot>& log) {
            return Near(review::MakeReview(*log, {}, options, Go), log->activities);
          }};
}

std::vector<Question> Questions() {
  std::vector<Question> questions;
  ReviewOptions options;
  questions.push_back(PageOf(options));
  options.period = PeriodLength::kWeek;
  options.fixes.most = 10;
  questions.push_back(PageOf(options));
  options.target = 9'000 * kMinute;
  // Half of the time counts, in whole microseconds.
  options.fixes.between = [](int64_t a, int64_t b) { return b / 2 - a / 2; };
  questions.push_back(PageOf(options));
  // An end that stays where it is while the log grows, and one before the log begins.
  options.end = kBegin + 60'000 * kMinute;
  questions.push_back(PageOf(options));
  options.end = kBegin - 600'000 * kMinute;
  questions.push_back(PageOf(options));
  return questions;
}

// More cases, over months.
std::vector<TestRow> Wide(RandomLog& log, std::vector<TestRow> rows) {
  constexpr int64_t kSlower = 12;
  const auto later = [](int64_t time) { return kBegin + (time - kBegin) * kSlower; };
  for (TestRow& row : rows) {
    absl::StrAppend(&row.case_id, "-", log.Roll(6));
    row.time = later(row.time);
    if (row.start != kNoTime) row.start = later(row.start);
    for (auto& [key, value] : row.attributes) {
      if (auto* instant = std::get_if<Instant>(&value)) instant->micros = later(instant->micros);
    }
  }
  return rows;
}

TEST(LiveReview, IsThatOfTheWholeLog) {
  const std::vector<Question> questions = Questions();
  size_t fixes = 0, signals = 0;
  for (unsigned seed = 0; seed < 8; ++seed) {
    Growing growing(seed);
    growing.Append(Wide(growing.log, growing.log.Rows(400)));
    std::vector<std::unique_ptr<LiveQuestion>> live;
    for (const Question& question : questions) {
      auto made = LiveQuestion::Make(question.make(), SnapshotOf(growing.followed), Go);
      ASSERT_TRUE(made.ok()) << made.status();
      (*made)->Follow();
      live.push_back(*std::move(made));
    }
    for (int step = 0; step < 8; ++step) {
      growing.Append(Wide(growing.log, growing.log.Rows(1 + growing.log.Roll(60))));
      for (size_t i = 0; i < live.size(); ++i) {
        ASSERT_TRUE(live[i]->Update(growing.followed));
        for (int again = 0; again < 1 + step % 2; ++again)
          ASSERT_NO_FATAL_FAILURE(ExpectSame(*live[i], questions[i], growing))
              << "seed " << seed << " step " << step << " question " << i;
        EXPECT_GT(live[i]->memory_bytes(), 0);
      }
      const std::string page = questions[0].cold(growing.anew.Snapshot());
      fixes += page.find("\nfix ") != std::string::npos;
      signals += page.find("change 5") != std::string::npos;
      if (growing.log.Roll(3) != 0) continue;
      growing.followed.Snapshot();
      for (const auto& one : live) one->Folded();
    }
  }
  EXPECT_GT(fixes, 30u);  // there was something to compare
  EXPECT_GT(signals, 30u);
}

// Of more cases than graphs are made of, the same are taken.
TEST(LiveReview, ManyCasesAreThinnedAlike) {
  const auto rows = [](int first, int count) {
    std::vector<TestRow> some;
    for (int c = first; c < first + count; ++c) {
      const std::string id = absl::StrCat("c", c * 7919 % 100'003);
      const int64_t begin = kBegin + c * kMinute;
      some.push_back({id, "open", begin});
      some.push_back({id, "close", begin + (1 + c % 97) * kMinute});
    }
    return some;
  };
  const Question question = PageOf({});
  EventLogBuilder followed, anew;
  const auto append = [&](const std::vector<TestRow>& some) {
    followed.Append(MakeBatch(some));
    anew.Append(MakeBatch(some));
  };
  append(rows(0, 22'000));
  auto made = LiveQuestion::Make(question.make(), SnapshotOf(followed), Go);
  ASSERT_TRUE(made.ok()) << made.status();
  (*made)->Follow();
  append(rows(21'990, 500));  // some once more
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
  EXPECT_NE(kept.find("20,000 cases, taken at random from"), std::string::npos) << kept;
}

}  // namespace
}  // namespace plumbline::analytics
