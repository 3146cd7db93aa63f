// SPDX-License-Identifier: Apache-2.0
//
// Ramp curves of numbers, from sums that are kept, are those of the whole log.
#include "services/analytics/live/live_ramp.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/analytics/live/growing_log.h"

namespace plumbline::analytics {
namespace {

using cohorts::Grouping;
using cohorts::RampQuestion;
using Kind = cohorts::RampMeasure::Kind;

std::string Shown(const absl::StatusOr<cohorts::RampCurves>& all) {
  if (!all.ok()) return std::string(all.status().message());
  std::string text = absl::StrCat(all->omitted_groups, " ", all->omitted_cases);
  for (const cohorts::RampCurve& curve : all->curves) {
    absl::StrAppend(&text, "\n'", curve.title, "' ", curve.cases, " ", curve.left_out, " ");
    for (const cohorts::RampPoint& point : curve.points)
      absl::StrAppend(&text, point.observed, " ", Dump(point.value), Dump(point.lower),
                      Dump(point.upper));
    for (const cohorts::RampTarget& target : curve.targets)
      absl::StrAppend(&text, "to ", Dump(target.time), Dump(target.lower), Dump(target.upper));
  }
  return text;
}

std::optional<uint32_t> Number(const LogSnapshot& log, const std::string& activity) {
  if (activity.empty()) return std::nullopt;
  return *NumberOf("activity", log.activities, activity);
}

// Of what was drawn from the log: points, and such as have a band.
struct Drawn {
  int points = 0, bands = 0;
};

Question Ask(const RampQuestion& ramp, const std::string& from, const std::string& activity,
             Drawn* drawn = nullptr) {
  return {
      [=] { return std::make_unique<LiveRamp>(ramp, from, activity, std::vector<std::string>()); },
      [](LiveSums& sums, const LiveWhole& whole) {
        EXPECT_GT(sums.answer_bytes(), 0);
        return Shown(static_cast<LiveRamp&>(sums).Answer(whole, Go));
      },
      [=](const std::shared_ptr<const LogSnapshot>& log) {
        RampQuestion numbered = ramp;
        numbered.from = Number(*log, from);
        numbered.measure.activity = Number(*log, activity);
        const auto curves = cohorts::DrawRamp(Traces(log, {}), numbered, Go);
        if (curves.ok() && drawn != nullptr) {
          for (const cohorts::RampCurve& curve : curves->curves) {
            for (const cohorts::RampPoint& point : curve.points) {
              ++drawn->points;
              drawn->bands += point.lower.has_value() && *point.lower < *point.upper;
            }
          }
        }
        return Shown(curves);
      }};
}

RampQuestion Ramp(Kind kind, const std::string& key, bool median) {
  RampQuestion ramp;
  ramp.measure = {.kind = kind, .key = key, .median = median};
  ramp.interval = 86'400 / 4.0;
  ramp.intervals = 40;
  ramp.full = 20;
  ramp.max_groups = 4;
  return ramp;
}

std::vector<Question> Questions(Drawn* drawn = nullptr) {
  Grouping region, resource, day;
  region.by = Grouping::By::kAttribute;
  region.key = "region";
  resource.by = Grouping::By::kResource;
  day.by = Grouping::By::kStartPeriod;
  day.period = PeriodLength::kDay;
  std::vector<Question> questions;
  for (const bool median : {false, true}) {
    for (const Kind kind : {Kind::kLatest, Kind::kSoFar, Kind::kInInterval}) {
      RampQuestion ramp = Ramp(kind, "amount", median);
      questions.push_back(Ask(ramp, "", "", drawn));
      ramp.grouping = region;
      questions.push_back(Ask(ramp, "step 1", "", drawn));
      ramp.grouping = median ? day : resource;
      questions.push_back(Ask(ramp, "", "step 2", drawn));
      // Half of the time counts, and none of it at weekends.
      ramp.between = [](int64_t a, int64_t b) {
        const auto open = [](int64_t t) {
          const int64_t days = t / (1'440 * kMinute), part = t % (1'440 * kMinute);
          return (days / 7 * 5 + std::min<int64_t>(5, days % 7)) * 720 * kMinute +
                 (days % 7 < 5 ? part / 2 : 0);
        };
        return open(b) - open(a);
      };
      questions.push_back(Ask(ramp, "", "", drawn));
      if (kind != Kind::kLatest)
        questions.push_back(Ask(Ramp(kind, "", median), "step 0", "step 3", drawn));
    }
  }
  return questions;
}

// Whole numbers and such with fractions, of both signs, some very large.
std::vector<TestRow> WithNumbers(RandomLog& log, std::vector<TestRow> rows) {
  for (TestRow& row : rows) {
    if (log.Roll(3) == 0) row.attributes.emplace_back("amount", int64_t{log.Roll(40)});
    if (log.Roll(5) == 0) row.attributes.emplace_back("amount", 0.1 * log.Roll(900) - 30);
    if (log.Roll(90) == 0) row.attributes.emplace_back("amount", 1e12 + log.Roll(9));
    if (log.Roll(9) == 0) row.attributes.emplace_back("amount", std::string("many"));
  }
  return rows;
}

TEST(LiveRamp, IsThatOfTheWholeLog) {
  Drawn drawn;
  const std::vector<Question> questions = Questions(&drawn);
  for (unsigned seed = 0; seed < 12; ++seed) {
    Growing growing(seed);
    growing.Append({{"case 1", "step 0", kBegin, "", kNoTime, "", {{"amount", int64_t{7}}}}});
    growing.Append(WithNumbers(growing.log, growing.log.Rows(seed % 4 == 0 ? 1'500 : 100)));
    std::vector<std::unique_ptr<LiveQuestion>> live;
    for (const Question& question : questions) {
      auto made = LiveQuestion::Make(question.make(), SnapshotOf(growing.followed), Go);
      ASSERT_TRUE(made.ok()) << made.status();
      (*made)->Follow();
      live.push_back(*std::move(made));
    }
    for (int step = 0; step < 6; ++step) {
      growing.Append(WithNumbers(growing.log, growing.log.Rows(1 + growing.log.Roll(60))));
      for (size_t i = 0; i < live.size(); ++i) {
        const auto most = static_cast<size_t>(step % 2 == 0 ? 1'000 : 5 + growing.log.Roll(9));
        do {
          ASSERT_TRUE(live[i]->Update(growing.followed, most));
        } while (live[i]->behind(growing.followed) > 0);
        ASSERT_NO_FATAL_FAILURE(ExpectSame(*live[i], questions[i], growing))
            << "seed " << seed << " step " << step << " question " << i;
        EXPECT_GT(live[i]->memory_bytes(), 0);
      }
      if (growing.log.Roll(3) != 0) continue;
      growing.followed.Snapshot();
      for (const auto& one : live) one->Folded();
    }
  }
  EXPECT_GT(drawn.points, 10'000);
  EXPECT_GT(drawn.bands, 5'000);
}

TEST(LiveRamp, IsNotMadeOfWhatTheLogDoesNotHave) {
  Growing growing(2);
  for (const Question& question : {Ask(Ramp(Kind::kLatest, "no such key", false), "", ""),
                                   Ask(Ramp(Kind::kSoFar, "", true), "", "no such step"),
                                   Ask(Ramp(Kind::kSoFar, "", true), "", "")})
    EXPECT_FALSE(LiveQuestion::Make(question.make(), SnapshotOf(growing.followed), Go).ok());
}

}  // namespace
}  // namespace plumbline::analytics
