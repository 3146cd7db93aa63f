// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/bottlenecks/critical_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "services/analytics/bottlenecks/queue.h"

namespace plumbline::analytics::bottlenecks {
namespace {

using ::testing::ElementsAre;

Occurrence Done(int64_t start, int64_t end, int64_t scheduled = kNoTime) {
  Occurrence o;
  o.start = start;
  o.end = end;
  o.scheduled = scheduled;
  o.ready = scheduled;
  o.completed = true;
  return o;
}

// (occurrence, from), first to last.
std::vector<std::pair<size_t, int64_t>> PathOf(const std::vector<Occurrence>& ended) {
  std::vector<std::pair<size_t, int64_t>> path;
  for (const Held& held : CriticalPath(ended)) path.emplace_back(held.occurrence, held.from);
  std::reverse(path.begin(), path.end());
  return path;
}

using P = std::pair<size_t, int64_t>;

TEST(CriticalPath, OneAfterTheOther) {
  EXPECT_TRUE(CriticalPath({}).empty());
  EXPECT_THAT(PathOf({Done(0, 10), Done(15, 20), Done(20, 30)}),
              ElementsAre(P(0, 0), P(1, 10), P(2, 20)));
}

// Of two branches the longer one holds the case; the other lies beside the path.
TEST(CriticalPath, TheLongerBranch) {
  EXPECT_THAT(PathOf({Done(0, 10), Done(12, 20), Done(11, 50), Done(55, 60)}),
              ElementsAre(P(0, 0), P(2, 10), P(3, 50)));
}

// What was scheduled at 10 did not wait for what went on beside it until 40, though it was begun
// only then.
TEST(CriticalPath, AScheduleSaysWhatItWaitedFor) {
  EXPECT_THAT(PathOf({Done(0, 10), Done(10, 40, 10), Done(41, 50, 10)}),
              ElementsAre(P(0, 0), P(2, 10)));
  EXPECT_THAT(PathOf({Done(0, 10), Done(10, 40), Done(41, 50)}),
              ElementsAre(P(0, 0), P(1, 10), P(2, 40)));
  // The first one waited since it was scheduled.
  EXPECT_THAT(PathOf({Done(7, 10, 3)}), ElementsAre(P(0, 3)));
}

TEST(CriticalPath, EventsOfOneMomentAreAllOnIt) {
  EXPECT_THAT(PathOf({Done(5, 5), Done(5, 5), Done(9, 9)}),
              ElementsAre(P(0, 5), P(1, 5), P(2, 9 - 4)));
}

TEST(CriticalPath, AsByTryingAll) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::vector<Occurrence> ended;
    for (size_t i = 1 + random() % 8; i > 0; --i) {
      const auto end = static_cast<int64_t>(random() % 40);
      const int64_t start = end - static_cast<int64_t>(random() % 15);
      ended.push_back(Done(start, end));
      if (random() % 3 == 0) ended.back().scheduled = start - static_cast<int64_t>(random() % 9);
      if (random() % 5 == 0) ended.back().start = kNoTime;
    }
    std::vector<std::pair<size_t, int64_t>> expected;
    size_t current = 0;
    for (size_t i = 0; i < ended.size(); ++i) {
      if (ended[i].end >= ended[current].end) current = i;
    }
    for (bool more = true; more;) {
      const Occurrence& o = ended[current];
      const int64_t begin = o.start == kNoTime ? o.end : o.start;
      const int64_t possible = o.scheduled == kNoTime ? begin : std::min(begin, o.scheduled);
      more = false;
      size_t best = 0;
      for (size_t i = 0; i < ended.size(); ++i) {
        if (ended[i].end > possible) continue;
        if (std::pair(ended[i].end, i) >= std::pair(o.end, current)) continue;
        if (more && ended[i].end < ended[best].end) continue;
        best = i;
        more = true;
      }
      expected.emplace_back(current, more ? ended[best].end : possible);
      current = best;
    }
    std::reverse(expected.begin(), expected.end());
    const auto path = PathOf(ended);
    ASSERT_EQ(path, expected) << round;
    // The stretches follow each other without gaps or overlaps.
    for (size_t i = 0; i + 1 < path.size(); ++i)
      ASSERT_EQ(path[i + 1].second, ended[path[i].first].end);
  }
}

TEST(SplitHeld, EveryMomentCountsOnce) {
  Occurrence o = Done(50, 100, 20);
  o.ready = 30;  // by plan not before
  const std::vector<Stretch> blocked = {{25, 27}, {40, 60}, {45, 55}, {90, 200}};
  const HeldTime time = SplitHeld(o, 10, blocked, {});
  EXPECT_EQ(time.planned, 10 - 2);
  EXPECT_EQ(time.blocked, 2 + 20 + 10);
  EXPECT_EQ(time.working, 50 - 10 - 10);
  EXPECT_EQ(time.waiting, 40 - 8 - 2 - 10);
  EXPECT_EQ(time.all(), 90);
}

TEST(SplitHeld, AddsUpWhateverOverlaps) {
  std::mt19937 random(2);
  for (int round = 0; round < 2000; ++round) {
    const auto number = [&](int64_t most) { return static_cast<int64_t>(random()) % most; };
    Occurrence o = Done(20 + number(30), 60 + number(30));
    if (round % 2 == 0) o.scheduled = 10 + number(10);
    if (round % 2 == 0) o.ready = std::min(o.start, o.scheduled + number(20));
    std::vector<Stretch> blocked;
    for (int64_t i = number(4); i > 0; --i) {
      const int64_t begin = number(90);
      blocked.emplace_back(begin, begin + number(30));
    }
    const HeldTime time = SplitHeld(o, number(20), blocked, {});
    ASSERT_GE(time.waiting, 0);
    ASSERT_GE(time.planned, 0);
    ASSERT_GE(time.working, 0);
    ASSERT_GE(time.blocked, 0);
  }
}

TEST(Queue, ByHand) {
  // 0 to 10, 5 to 10, 10 to 20, and one from 15 on.
  const Queue queue = MeasureQueue({0, 5, 10, 15}, {10, 10, 20}, 0, 25);
  EXPECT_DOUBLE_EQ(queue.average, (10 + 5 + 10 + 10) / 25.0);
  EXPECT_EQ(queue.most, 2);
  EXPECT_EQ(queue.most_at, 5);
  EXPECT_EQ(queue.at_end, 1);
  const Queue none = MeasureQueue({}, {}, 0, 0);
  EXPECT_EQ(none.most, 0);
  EXPECT_EQ(none.most_at, kNoTime);
  EXPECT_EQ(none.average, 0);
}

TEST(Queue, AsByCountingAtEveryMoment) {
  std::mt19937 random(3);
  for (int round = 0; round < 500; ++round) {
    std::vector<int64_t> joined, left;
    std::map<int64_t, int64_t> change;
    for (size_t i = random() % 30; i > 0; --i) {
      const auto from = static_cast<int64_t>(random() % 50);
      joined.push_back(from + 1000);
      ++change[from + 1000];
      if (random() % 5 == 0) continue;
      left.push_back(from + 1000 + 1 + static_cast<int64_t>(random() % 20));
      --change[left.back()];
    }
    int64_t length = 0, most = 0, most_at = kNoTime, area = 0;
    for (int64_t t = 1000; t < 1100; ++t) {
      length += change.count(t) ? change[t] : 0;
      if (length > most) most_at = t;
      most = std::max(most, length);
      area += length;
    }
    const Queue queue = MeasureQueue(joined, left, 1000, 1100);
    ASSERT_EQ(queue.most, most) << round;
    ASSERT_EQ(queue.most_at, most_at) << round;
    ASSERT_EQ(queue.at_end, length);
    ASSERT_NEAR(queue.average, static_cast<double>(area) / 100, 1e-12);
  }
}

}  // namespace
}  // namespace plumbline::analytics::bottlenecks
