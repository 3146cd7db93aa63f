// SPDX-License-Identifier: Apache-2.0
//
// Bottlenecks from sums that are kept are those of the whole log.
#include "services/analytics/live/live_bottlenecks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/analytics/bottlenecks/queue.h"
#include "services/analytics/live/growing_log.h"

namespace plumbline::analytics {
namespace {

using bottlenecks::BottleneckOptions;
using bottlenecks::Bottlenecks;
using bottlenecks::Delayed;
using bottlenecks::PathTime;

// To the last digit.
std::string Exactly(double value) { return absl::StrFormat("%.17g ", value); }
std::string Exactly(const PathTime& time) {
  return absl::StrCat(Exactly(time.waiting), Exactly(time.blocked), Exactly(time.planned),
                      Exactly(time.working));
}
std::string Exactly(const Distribution& d) {
  return absl::StrCat("[", d.count, " ", Exactly(d.mean), Exactly(d.median), Exactly(d.p90),
                      Exactly(d.p95), Exactly(d.p99), Exactly(d.min), Exactly(d.max),
                      Exactly(d.total), "]");
}

std::string Exactly(const Delayed& part) {
  std::string text =
      absl::StrCat("\n", part.name, ": ", Exactly(part.path), Exactly(part.share), part.cases, " ",
                   Exactly(part.mean), Exactly(part.deviation), part.count, " ",
                   Exactly(part.waiting), Exactly(part.off_path_seconds), part.open_count, " ",
                   Exactly(part.open_seconds), part.impediments);
  if (part.queue.has_value())
    absl::StrAppend(&text, " queue ", Exactly(part.queue->average), part.queue->most, " ",
                    part.queue->most_at, " ", part.queue->at_end);
  if (part.utilisation.has_value())
    absl::StrAppend(&text, " busy ", part.utilisation->performers, " ",
                    Exactly(part.utilisation->busy_seconds),
                    Exactly(part.utilisation->available_seconds));
  if (!part.trend.has_value()) return text;
  absl::StrAppend(&text, " trend ", Exactly(part.trend->test.p_value),
                  Exactly(part.trend->test.slope), Exactly(part.trend->adjusted));
  for (const bottlenecks::TrendPeriod& period : part.trend->periods)
    absl::StrAppend(&text, period.begin, " ", period.count, " ", Exactly(period.mean_seconds));
  return text;
}

std::string Exactly(const absl::StatusOr<Bottlenecks>& all) {
  if (!all.ok()) return std::string(all.status().message());
  std::string text =
      absl::StrCat(all->case_count, " ", all->open_count, " ", Exactly(all->lead_seconds),
                   Exactly(all->path), Exactly(all->outside_seconds), all->role, " ",
                   all->has_roles, all->has_utilities, all->many_trends, " unknown ",
                   all->unknown.case_count, " ", Exactly(all->unknown.seconds()));
  for (const std::vector<Delayed>& list : all->of) {
    text += "\n---";
    for (const Delayed& part : list) text += Exactly(part);
  }
  return text;
}

Question BottlenecksQuestion(const BottleneckOptions& options) {
  return {[=] { return std::make_unique<LiveBottlenecks>(options, std::vector<std::string>()); },
          [](LiveSums& sums, const LiveWhole& whole) {
            return Exactly(static_cast<LiveBottlenecks&>(sums).Answer(whole, Go));
          },
          [=](const std::shared_ptr<const LogSnapshot>& log) {
            return Exactly(bottlenecks::Rank(*log, {}, options, Go));
          }};
}

std::vector<Question> Questions() {
  std::vector<BottleneckOptions> all(5);
  all[1].role = "";
  all[1].period = PeriodLength::kDay;
  // Half of the time counts, in whole microseconds.
  all[1].between = [](int64_t a, int64_t b) { return b / 2 - a / 2; };
  all[2].role = "region";
  all[2].utility = "category";
  all[2].period = PeriodLength::kWeek;
  all[3].parts = {bottlenecks::Part::kRole};
  all[3].zone = absl::FixedTimeZone(7 * 3600);
  all[4].parts = {bottlenecks::Part::kUtility, bottlenecks::Part::kStep};
  all[4].period = PeriodLength::kDay;
  std::vector<Question> questions;
  for (const BottleneckOptions& options : all) questions.push_back(BottlenecksQuestion(options));
  return questions;
}

TEST(LiveBottlenecks, AreThoseOfTheWholeLog) {
  const std::vector<Question> questions = Questions();
  for (unsigned seed = 0; seed < 30; ++seed) {
    Growing growing(seed);
    // Enough that queues have more than a block, in logs in which nearly all is open, or nothing.
    if (seed % 12 == 0 || seed % 8 == 1) growing.Append(growing.log.Rows(2'500));
    std::vector<std::unique_ptr<LiveQuestion>> live;
    for (const Question& question : questions) {
      auto made = LiveQuestion::Make(question.make(), SnapshotOf(growing.followed), Go);
      ASSERT_TRUE(made.ok()) << made.status();
      (*made)->Follow();
      live.push_back(*std::move(made));
    }
    for (int step = 0; step < 8; ++step) {
      growing.Append(growing.log.Rows(1 + growing.log.Roll(60)));
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
}

TEST(LiveBottlenecks, WhatCameWhileTheyWereMadeIsCaughtUpWith) {
  const std::vector<Question> questions = Questions();
  for (unsigned seed = 0; seed < 12; ++seed) {
    Growing growing(seed);
    const LiveSnapshot first = SnapshotOf(growing.followed);
    growing.Append(growing.log.Rows(60));
    const LiveSnapshot second = SnapshotOf(growing.followed);
    growing.Append(growing.log.Rows(25));
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

std::unique_ptr<LiveQuestion> FollowedFrom(EventLogBuilder& builder,
                                           const BottleneckOptions& options) {
  auto made = LiveQuestion::Make(BottlenecksQuestion(options).make(), SnapshotOf(builder), Go);
  EXPECT_TRUE(made.ok()) << made.status();
  (*made)->Follow();
  return *std::move(made);
}

// Roles are then told by it, of every case.
TEST(LiveBottlenecks, TheFirstResourceIsNotTakenIn) {
  EventLogBuilder builder;
  const auto write = [&](const std::string& resource) {
    builder.Append(
        MakeBatch(std::vector<TestRow>{{"a", "draft", kBegin, "", kBegin - kMinute, resource}}));
  };
  write("");
  const auto question = FollowedFrom(builder, {});
  write("");
  EXPECT_TRUE(question->Update(builder));
  write("ada");
  EXPECT_FALSE(question->Update(builder));
  builder.Snapshot();
  const auto again = FollowedFrom(builder, {});
  write("bob");
  EXPECT_TRUE(again->Update(builder));
}

// Older events name a utility or a resource, later ones utilities and a role.
TEST(LiveBottlenecks, NamesOfBeforeAreThoseOfTheWholeLog) {
  const Question question = BottlenecksQuestion({});
  Growing growing(0);
  std::vector<TestRow> first = growing.log.Rows(60);
  first.front().attributes.emplace_back("utilities", std::string("tool 1 + tool 2"));
  growing.Append(first);
  const auto live = FollowedFrom(growing.followed, {});
  for (int step = 0; step < 20; ++step) {
    std::vector<TestRow> rows = growing.log.Rows(30);
    for (size_t i = 0; i < rows.size(); i += 3)
      rows[i].attributes.emplace_back("utilities", absl::StrCat("tool ", i, " + tool 2"));
    growing.Append(rows);
    ASSERT_TRUE(live->Update(growing.followed));
    ASSERT_NO_FATAL_FAILURE(ExpectSame(*live, question, growing)) << step;
  }
}

// As Rank fails then, and says so.
TEST(LiveBottlenecks, MorePeriodsThanAreToldAreNotTakenIn) {
  EventLogBuilder builder;
  const auto write = [&](int64_t day) {
    builder.Append(
        MakeBatch(std::vector<TestRow>{{"a", "draft", kBegin + day * 24 * 60 * kMinute}}));
  };
  write(0);
  BottleneckOptions days;
  days.period = PeriodLength::kDay;
  const auto question = FollowedFrom(builder, days);
  write(900);
  EXPECT_TRUE(question->Update(builder));
  write(1'100);
  EXPECT_FALSE(question->Update(builder));
  EXPECT_FALSE(bottlenecks::Rank(*builder.Snapshot(), {}, days, Go).ok());
}

// What ended of a case that is not settled lies too far off: all is read, and says so.
TEST(LiveBottlenecks, OpenCasesThatAreNotTakenAreLeftToTheLog) {
  EventLogBuilder builder;
  const auto write = [&](const std::string& step, const std::string& transition, int64_t day) {
    builder.Append(
        MakeBatch(std::vector<TestRow>{{"a", step, kBegin + day * 24 * 60 * kMinute, transition}}));
  };
  write("draft", "complete", 0);
  write("check", "start", 0);
  BottleneckOptions days;
  days.period = PeriodLength::kDay;
  const auto question = FollowedFrom(builder, days);
  const auto answers = [&] {
    const auto answered = question->Answer(
        builder, [](LiveSums&, const LiveWhole&) { return absl::OkStatus(); }, Go);
    EXPECT_TRUE(answered.ok()) << answered.status();
    return answered.ok() && *answered;
  };
  EXPECT_TRUE(answers());
  write("draft", "complete", 1'100);
  ASSERT_TRUE(question->Update(builder));
  EXPECT_FALSE(answers());
  EXPECT_FALSE(bottlenecks::Rank(*builder.Snapshot(), {}, days, Go).ok());
}

// Whatever was taken in by then.
TEST(LiveBottlenecks, AnAnswerThatIsBrokenOffChangesNoOther) {
  const Question question = BottlenecksQuestion({});
  int broken_off = 0, answered = 0;
  for (unsigned seed = 0; seed < 12; ++seed) {
    Growing growing(seed);
    growing.Append(growing.log.Rows(seed % 4 == 0 ? 600 : 60));
    const auto live = FollowedFrom(growing.followed, {});
    for (int step = 0; step < 12; ++step) {
      growing.Append(growing.log.Rows(40));
      ASSERT_TRUE(live->Update(growing.followed));
      int left = growing.log.Roll(30);
      const auto told = live->Answer(
          growing.followed,
          [&](LiveSums& sums, const LiveWhole& whole) {
            const auto some = [&] {
              return left-- > 0 ? absl::OkStatus() : absl::CancelledError("gone");
            };
            return static_cast<LiveBottlenecks&>(sums).Answer(whole, some).status();
          },
          Go);
      ++(told.ok() ? answered : broken_off);
      ASSERT_NO_FATAL_FAILURE(ExpectSame(*live, question, growing)) << seed << " " << step;
    }
  }
  EXPECT_GT(broken_off, 30);
  EXPECT_GT(answered, 30);
}

// All kinds of parts, starts and resources, to the microsecond and in no order.
TEST(LiveBottlenecks, TakeFewBytesAnEvent) {
  constexpr int kEvents = 100'000;
  std::mt19937 random(5);
  std::vector<TestRow> rows;
  for (int i = 0; i < kEvents; ++i) {
    const int64_t time = kBegin + i * kMinute + static_cast<int64_t>(random() % 3'600'000'000);
    rows.push_back({absl::StrCat("case ", i / 10), absl::StrCat("step ", random() % 30), time, "",
                    time - static_cast<int64_t>(random() % 600'000'000),
                    absl::StrCat("ada ", random() % 200)});
    rows.back().attributes = {{"role", absl::StrCat("role ", random() % 20)},
                              {"utility", absl::StrCat("tool ", random() % 10)}};
  }
  EventLogBuilder builder;
  builder.Append(MakeBatch(rows));
  const auto question = FollowedFrom(builder, {});
  EXPECT_LE(question->memory_bytes() / kEvents, 60);
  EXPECT_GE(question->memory_bytes() / kEvents, 20);  // 11 numbers of two bytes or more
}

TEST(QueueChanges, AsOfAllAtOnce) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    const auto roll = [&](int n) {
      return static_cast<int64_t>(random() % static_cast<unsigned>(n));
    };
    QueueChanges changes;
    std::vector<int64_t> joined, left;
    const int64_t end = seed % 2 == 0 ? 300 : 1'000'000;
    for (int i = 0; i < 2'000; ++i) {
      const int64_t from = roll(static_cast<int>(end)), to = from + 1 + roll(50);
      joined.push_back(from);
      changes.ChangeJoined(from, 1);
      if (to <= end) {
        left.push_back(to);
        changes.ChangeLeft(to, 1);
      }
      if (i % 500 != 499) continue;
      changes.Fold();
      const bottlenecks::Queue expected = bottlenecks::MeasureQueue(joined, left, 0, end);
      const bottlenecks::Queue queue = changes.Measure(0, end);
      ASSERT_EQ(queue.most, expected.most);
      ASSERT_EQ(queue.most_at, expected.most_at);
      ASSERT_EQ(queue.at_end, expected.at_end);
      ASSERT_EQ(queue.average, expected.average);
    }
  }
}

TEST(WorkChanges, CountEachMomentOnce) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    const TimeBetween between =
        seed % 3 == 0 ? TimeBetween([](int64_t a, int64_t b) { return b / 2 - a / 2; })
                      : TimeBetween();
    WorkChanges changes;
    const int64_t range = seed % 2 == 0 ? 4'000 : 100'000;
    std::vector<bool> busy(static_cast<size_t>(range) + 40);
    int64_t first = range, last = 0;
    for (int i = 0; i < 1'500; ++i) {
      const auto from = static_cast<int64_t>(random() % static_cast<unsigned>(range));
      const int64_t to = from + static_cast<int64_t>(random() % 40);
      changes.Change({from, to}, 1);
      std::fill(busy.begin() + from, busy.begin() + to, true);
      first = std::min(first, from);
      last = std::max(last, to);
      if (i % 500 != 499) continue;
      changes.Fold(between);
      int64_t sum = 0;
      for (int64_t t = 0; t < range + 40; ++t) {
        if (busy[static_cast<size_t>(t)]) sum += between ? between(t, t + 1) : 1;
      }
      EXPECT_EQ(changes.Measure(between).busy, sum);
      EXPECT_EQ(changes.Measure(between).available, between ? between(first, last) : last - first);
    }
  }
}

}  // namespace
}  // namespace plumbline::analytics
